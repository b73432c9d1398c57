import { UnstyledButton } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { whatHappened } from '../pages/execution/reason-text.ts'
import { Instant } from '../ui/instant.tsx'
import { OutcomeBadge } from '../ui/outcome-badge.tsx'
import type { MarkColumns } from './columns.ts'
import { within } from './columns.ts'
import type { RibbonMark } from './mark.ts'
import classes from './ribbon.module.css'
import type { Stretch } from './view.ts'

const MOST_ROWS = 300

interface RibbonTableProps {
  columns: MarkColumns
  stretch: Stretch
  label: string
  onOpen?: ((mark: RibbonMark) => void) | undefined
}

/** What the ribbon shows, as a table: for screen readers, and for whoever prefers to read. */
export function RibbonTable({ columns, stretch, label, onOpen }: RibbonTableProps) {
  const { t } = useTranslation()
  const { first, behind } = within(columns, stretch)
  const marks = columns.marks.slice(first, behind)
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keys too
    <section className={classes.table} aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">{t('ribbon.due')}</th>
            <th scope="col">{t('ribbon.task')}</th>
            <th scope="col">{t('ribbon.outcome')}</th>
            <th scope="col">{t('ribbon.duration')}</th>
            <th scope="col">{t('ribbon.reason')}</th>
          </tr>
        </thead>
        <tbody>
          {marks.slice(0, MOST_ROWS).map((mark) => (
            <tr key={mark.id}>
              <td>
                <Instant at={mark.dueAt} style="absolute" />
              </td>
              <td>
                {onOpen ? (
                  <UnstyledButton fz="inherit" c="var(--accent)" onClick={() => onOpen(mark)}>
                    {mark.title}
                  </UnstyledButton>
                ) : (
                  mark.title
                )}
              </td>
              <td>
                <OutcomeBadge outcome={mark.outcome} isQuiet />
              </td>
              <td className="numbers">
                {mark.startedAt !== null && mark.endedAt !== null ? formatDuration(mark.endedAt - mark.startedAt) : ''}
              </td>
              <td>{mark.why === null ? '' : whatHappened(mark.why)}</td>
            </tr>
          ))}
        </tbody>
        {marks.length > MOST_ROWS && (
          <caption style={{ captionSide: 'bottom', padding: 8 }}>
            {t('ribbon.cut', { shown: formatCount(MOST_ROWS), total: formatCount(marks.length) })}
          </caption>
        )}
      </table>
    </section>
  )
}

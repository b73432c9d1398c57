import { UnstyledButton } from '@mantine/core'
import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../format/duration.ts'
import { formatCount } from '../format/number.ts'
import { OutcomeBadge } from '../subjects/execution/outcome-badge.tsx'
import { whatHappened } from '../subjects/execution/reason-text.ts'
import { Instant } from '../ui/instant.tsx'
import { type ScrollColumn, ScrollTable } from '../ui/list/scroll-table.tsx'
import { type MarkColumns, within } from './columns.ts'
import type { RibbonMark } from './mark.ts'
import classes from './ribbon.module.css'
import type { Stretch } from './view.ts'

const MOST_ROWS = 300

interface RibbonTableProps {
  columns: MarkColumns
  stretch: Stretch
  label: string
  onOpen?: OnOpen
}

type OnOpen = ((mark: RibbonMark) => void) | undefined

/** What the ribbon shows, as a table: for screen readers, and for whoever prefers to read. */
export function RibbonTable({ columns, stretch, label, onOpen }: RibbonTableProps) {
  const { t } = useTranslation()
  const { first, behind } = within(columns, stretch)
  const marks = columns.marks.slice(first, behind)
  const isCut = marks.length > MOST_ROWS
  return (
    <div className={classes.reading}>
      <ScrollTable
        label={label}
        columns={columnsOf(t, onOpen)}
        rows={marks.slice(0, MOST_ROWS)}
        rowId={({ id }) => id}
        caption={isCut && t('ribbon.cut', { shown: formatCount(MOST_ROWS), total: formatCount(marks.length) })}
      />
    </div>
  )
}

function columnsOf(t: TFunction, onOpen: OnOpen): ScrollColumn<RibbonMark>[] {
  return [
    {
      id: 'due',
      header: t('ribbon.due'),
      cell: ({ dueAt }) => <Instant at={dueAt} style="absolute" hasZone={false} />,
    },
    {
      id: 'task',
      header: t('ribbon.task'),
      cell: (mark) =>
        onOpen ? (
          <UnstyledButton fz="inherit" c="var(--accent)" onClick={() => onOpen(mark)}>
            {mark.title}
          </UnstyledButton>
        ) : (
          mark.title
        ),
    },
    { id: 'outcome', header: t('ribbon.outcome'), cell: ({ outcome }) => <OutcomeBadge outcome={outcome} isQuiet /> },
    { id: 'duration', header: t('ribbon.duration'), cell: (mark) => <span className="numbers">{lengthOf(mark)}</span> },
    { id: 'reason', header: t('ribbon.reason'), cell: ({ why }) => (why === null ? '' : whatHappened(why)) },
  ]
}

function lengthOf({ startedAt, endedAt }: RibbonMark): string {
  return startedAt !== null && endedAt !== null ? formatDuration(endedAt - startedAt) : ''
}

import { useTranslation } from 'react-i18next'
import { formatDuration } from '../format/duration.ts'
import { formatInstant, formatRelative } from '../format/instant.ts'
import { LATE_FROM_MS } from '../subjects/execution/outcome.ts'
import { OutcomeBadge } from '../subjects/execution/outcome-badge.tsx'
import { whatHappened } from '../subjects/execution/reason-text.ts'
import type { RibbonMark } from './mark.ts'
import classes from './ribbon.module.css'

interface RibbonTooltipProps {
  mark: RibbonMark
  /** How many marks lie under the pointer. */
  count: number
  zone: string
  now: number
  /** CSS pixels within the ribbon; on the right half it opens to the left. */
  x: number
  y: number
  isRight: boolean
}

export function RibbonTooltip({ mark, count, zone, now, x, y, isRight }: RibbonTooltipProps) {
  const { t } = useTranslation()
  const lateness = mark.startedAt === null ? 0 : mark.startedAt - mark.dueAt
  const length = mark.startedAt === null ? null : (mark.endedAt ?? now) - mark.startedAt
  const why = mark.why === null ? '' : whatHappened(mark.why)
  return (
    <div className={classes.tooltip} data-right={isRight || undefined} style={{ left: x, top: y }}>
      <div className={classes.tooltipHead}>
        <strong>{mark.title}</strong>
        <OutcomeBadge outcome={mark.outcome} isQuiet />
      </div>
      <div className="numbers">
        {formatInstant(mark.dueAt, { zone })} · {formatRelative(mark.dueAt, now)}
      </div>
      {length !== null && <div>{t('ribbon.took', { duration: formatDuration(length) })}</div>}
      {lateness >= LATE_FROM_MS && (
        <div className={classes.tooltipLate}>{t('ribbon.late', { duration: formatDuration(lateness) })}</div>
      )}
      {mark.queuesUntil !== undefined && (
        <div>{t('ribbon.queues', { duration: formatDuration(mark.queuesUntil - mark.dueAt) })}</div>
      )}
      {why && <div>{why}</div>}
      {count > 1 && <div className={classes.tooltipMore}>{t('ribbon.more', { count: count - 1 })}</div>}
    </div>
  )
}

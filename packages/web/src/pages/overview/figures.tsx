import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import classes from './overview.module.css'
import { aDayAgo, failuresQuery, hoursQuery, lateQuery, runningQuery, statusQuery } from './overview-queries.ts'

interface Figure {
  label: string
  value: string
  note: string
  link: Pick<LinkProps, 'to' | 'search' | 'hash'>
  /** Name of a colour of tokens.css; left away as long as all is well. */
  tone?: 'failed' | 'late' | 'running' | false
}

/** The state of everything in one line; each figure leads to what it counts. */
export function Figures() {
  const figures = useFigures()
  return (
    <div className={classes.figures}>
      {figures.map(({ label, value, note, link, tone }) => (
        <Link key={label} {...link} className={classes.figure}>
          <div className={classes.label}>{label}</div>
          <div
            className={classes.value}
            data-tone={tone || undefined}
            style={tone ? ({ '--tone': `var(--${tone})` } as CSSProperties) : undefined}
          >
            {value}
          </div>
          <div className={classes.note}>{note}</div>
        </Link>
      ))}
    </div>
  )
}

const UNKNOWN = '–'

function useFigures(): Figure[] {
  const { t } = useTranslation()
  const { data: status } = useQuery(statusQuery)
  const { data: running } = useQuery(runningQuery)
  const { data: late } = useQuery(lateQuery)
  const { data: failures } = useQuery(failuresQuery)
  const { data: hours } = useQuery(hoursQuery)
  const day = dayOf(hours?.points ?? [])
  const alive = status?.instances.filter(({ state }) => state !== 'gone' && state !== 'stopped').length
  const gone = (status?.instances.length ?? 0) - (alive ?? 0)
  const lateness = status?.lateness_ms
  const oldest = status?.counts.oldest_waiting_ms ?? null
  const kindOf = (kind = '') => (kind === 'embedded' || kind === 'cluster' ? t(`overview.kinds.${kind}`) : kind)
  const count = (value: number | undefined) => (value === undefined ? UNKNOWN : formatCount(value))
  return [
    {
      label: t('overview.running'),
      value: count(running?.total),
      note: t('overview.queued', { count: status?.counts.pending ?? 0 }),
      link: { to: '/executions', search: { status: 'running' } },
      tone: (running?.total ?? 0) > 0 && 'running',
    },
    {
      label: t('overview.late'),
      value: count(late?.total),
      note:
        !oldest || late?.total === 0
          ? t('overview.nothingLate')
          : t('overview.oldest', { duration: formatDuration(oldest) }),
      link: { to: '/executions', search: { status: 'pending' } },
      tone: (late?.total ?? 0) > 0 && 'late',
    },
    {
      label: t('overview.failed'),
      value: count(failures?.total),
      note: t('overview.alike', { count: failures?.groups.length ?? 0 }),
      link: { to: '/executions', search: { status: 'failed', from: aDayAgo() } },
      tone: (failures?.total ?? 0) > 0 && 'failed',
    },
    {
      label: t('overview.success'),
      value: formatPercentage(day.rate),
      note: t('overview.ended', { count: day.total, total: formatCount(day.total) }),
      link: { to: '/statistics', search: { bucket: 'hour' } },
    },
    {
      label: t('overview.lateness'),
      value: lateness ? formatDuration(lateness.p99) : UNKNOWN,
      note: lateness ? t('overview.median', { duration: formatDuration(lateness.p50) }) : '',
      link: { to: '/statistics', search: { bucket: 'hour' } },
      tone: (lateness?.p99 ?? 0) >= 1_000 && 'late',
    },
    {
      label: t('overview.instances'),
      value: count(alive),
      note: gone > 0 ? t('overview.gone', { count: gone }) : kindOf(status?.scheduler.kind),
      link: { to: '/settings', search: { tab: 'system' } },
      tone: gone > 0 && 'failed',
    },
  ]
}

function dayOf(points: readonly { total: number; success: number; failed: number }[]) {
  const total = points.reduce((sum, point) => sum + point.success + point.failed, 0)
  const success = points.reduce((sum, point) => sum + point.success, 0)
  return { total, rate: total === 0 ? null : Math.floor((success / total) * 10_000) / 100 }
}

import { useQuery } from '@tanstack/react-query'
import { Link, type LinkProps } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import type { CSSProperties } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import { useMay } from '../../ground/identity.ts'
import { LATE_FROM_MS } from '../../subjects/execution/outcome.ts'
import classes from './overview.module.css'
import { failuresQuery, hoursQuery, lateQuery, runningQuery, statusQuery } from './overview-queries.ts'
import { lookBackFrom } from './overview-questions.ts'

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
  const maySeeServers = useMay('view', 'node')
  const { data: status } = useQuery({ ...statusQuery, enabled: maySeeServers })
  const { data: running } = useQuery(runningQuery)
  const { data: late } = useQuery(lateQuery)
  const { data: failures } = useQuery(failuresQuery)
  const { data: hours } = useQuery(hoursQuery)
  return [
    runningFigure(running, status, t),
    lateFigure(late, status, t),
    {
      label: t('overview.failed'),
      value: counted(failures?.total),
      note: failures === undefined ? '' : t('overview.alike', { count: failures.groups.length }),
      link: { to: '/executions', search: { status: 'failed', finished_from: lookBackFrom() } },
      tone: (failures?.total ?? 0) > 0 && 'failed',
    },
    successFigure(hours?.points, t),
    ...(maySeeServers ? [latenessFigure(status, t), instancesFigure(status, t)] : []),
  ]
}

type Status = Schema<'Status'> | undefined
type Counted = { total: number } | undefined

function counted(value: number | undefined): string {
  return value === undefined ? UNKNOWN : formatCount(value)
}

function runningFigure(running: Counted, status: Status, t: TFunction): Figure {
  return {
    label: t('overview.running'),
    value: counted(running?.total),
    note: status === undefined ? '' : t('overview.queued', { count: status.counts.pending }),
    link: { to: '/executions', search: { status: 'running' } },
    tone: (running?.total ?? 0) > 0 && 'running',
  }
}

function lateFigure(late: Counted, status: Status, t: TFunction): Figure {
  const oldest = status?.counts.oldest_waiting_ms ?? null
  return {
    label: t('overview.late'),
    value: counted(late?.total),
    note: lateNote(late, oldest, t),
    link: { to: '/executions', search: { status: 'pending' } },
    tone: (late?.total ?? 0) > 0 && 'late',
  }
}

function lateNote(late: Counted, oldest: number | null, t: TFunction): string {
  if (late === undefined) return ''
  if (!oldest || late.total === 0) return t('overview.nothingLate')
  return t('overview.oldest', { duration: formatDuration(oldest) })
}

function successFigure(hours: readonly Schema<'Timeseries'>['points'][number][] | undefined, t: TFunction): Figure {
  const { total, rate } = dayOf(hours ?? [])
  return {
    label: t('overview.success'),
    value: hours === undefined ? UNKNOWN : formatPercentage(rate),
    note: hours === undefined ? '' : t('overview.ended', { count: total, total: formatCount(total) }),
    link: { to: '/statistics' },
  }
}

function latenessFigure(status: Status, t: TFunction): Figure {
  const lateness = status?.lateness_ms
  return {
    label: t('overview.lateness'),
    value: lateness ? formatDuration(lateness.p99) : UNKNOWN,
    note: lateness ? t('overview.median', { duration: formatDuration(lateness.p50) }) : '',
    link: { to: '/statistics' },
    tone: (lateness?.p99 ?? 0) >= LATE_FROM_MS && 'late',
  }
}

function instancesFigure(status: Status, t: TFunction): Figure {
  const alive = status?.instances.filter(({ state }) => state !== 'gone' && state !== 'stopped').length
  const gone = (status?.instances.length ?? 0) - (alive ?? 0)
  const kind = status?.scheduler.kind ?? ''
  const kindWord = kind === 'embedded' || kind === 'cluster' ? t(`overview.kinds.${kind}`) : kind
  return {
    label: t('overview.instances'),
    value: counted(alive),
    note: gone > 0 ? t('overview.gone', { count: gone }) : kindWord,
    link: { to: '/settings', search: { tab: 'system' } },
    tone: gone > 0 && 'failed',
  }
}

function dayOf(points: readonly { total: number; success: number; failed: number }[]) {
  const total = points.reduce((sum, point) => sum + point.success + point.failed, 0)
  const success = points.reduce((sum, point) => sum + point.success, 0)
  return { total, rate: total === 0 ? null : Math.floor((success / total) * 10_000) / 100 }
}

import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatInstant, formatOffset } from '../../format/instant.ts'
import { useNow } from '../../ground/now.ts'
import { useWidth } from '../../ground/width.ts'
import { useZone } from '../../ground/zone.ts'
import { isOver, LATE_FROM_MS, outcomeOf } from './outcome.ts'
import classes from './stages.module.css'

interface Stage {
  word: string
  at: number | null
  /** Between the stage before and this one. */
  lag?: string
  isLate?: boolean
  colour?: string
}

/** Due → planned → started → finished, with the time between. */
export function Stages({ execution }: { execution: Execution }) {
  const { t } = useTranslation()
  const zone = useZone()
  const now = useNow()
  const hasMilliseconds = useWidth() !== 'phone'
  const stages = stagesOf(execution, now, t)
  return (
    <ol className={classes.stages} aria-label={t('execution.stages.label')}>
      {stages.map(({ word, at, lag, isLate, colour }, index) => (
        <li
          key={word}
          className={classes.stage}
          style={{ '--stage': `var(--${colour ?? 'pending'})` } as React.CSSProperties}
        >
          {lag !== undefined && (
            <span className={classes.lag} data-late={isLate || undefined}>
              {lag}
            </span>
          )}
          <span className={classes.point} data-open={at === null || undefined} />
          <span className={classes.word}>{word}</span>
          <span className={classes.instant} title={at === null ? undefined : formatInstant(at, { zone })}>
            {at === null ? '–' : formatInstant(at, { zone, hasMilliseconds, isTimeOnly: true })}
            {at !== null && index === 0 && ` ${formatOffset(at, zone)}`}
          </span>
        </li>
      ))}
    </ol>
  )
}

function stagesOf(execution: Execution, now: number, t: TFunction): Stage[] {
  const started = instantOf(execution.started_at)
  // The lateness is that of the first attempt; a retry starts when it may.
  const first = instantOf(execution.attempts[0]?.started_at) ?? started
  return [
    ...stagesBefore(execution, t),
    startStage(execution, first, t),
    ...(execution.attempt > 1 && first !== null ? [retryStage(execution, started, t)] : []),
    endStage(execution, { started, now }, t),
  ]
}

function instantOf(iso: string | null | undefined): number | null {
  return iso ? Date.parse(iso) : null
}

/** What is planned ahead is due later; what is asked for at once is due before it is planned. */
function stagesBefore({ scheduled_at, created_at }: Execution, t: TFunction): Stage[] {
  const due = Date.parse(scheduled_at)
  const planned = Date.parse(created_at)
  const dueStage = { word: t('execution.stages.due'), at: due }
  const plannedStage = { word: t('execution.stages.planned'), at: planned }
  if (planned === due) return [dueStage]
  return planned < due
    ? [plannedStage, { ...dueStage, lag: t('execution.stages.ahead', { duration: formatDuration(due - planned) }) }]
    : [dueStage, { ...plannedStage, lag: `+${formatDuration(planned - due)}` }]
}

function startStage(execution: Execution, at: number | null, t: TFunction): Stage {
  const late = execution.lateness_ms ?? 0
  return {
    word: t('execution.stages.started'),
    at,
    lag:
      at === null
        ? t(isOver(execution) ? 'execution.stages.neverStarted' : 'execution.stages.waits')
        : t('execution.stages.late', { duration: formatDuration(late) }),
    isLate: late >= LATE_FROM_MS,
    colour: at === null ? 'pending' : 'running',
  }
}

function retryStage({ attempt }: Execution, at: number | null, t: TFunction): Stage {
  return {
    word: t('execution.stages.attempt', { attempt }),
    at,
    lag: t('execution.stages.retried', { count: attempt - 1 }),
    colour: 'running',
  }
}

/** Of what runs still, now. */
function endStage(
  execution: Execution,
  { started, now }: { started: number | null; now: number },
  t: TFunction,
): Stage {
  const finished = instantOf(execution.finished_at)
  const outcome = outcomeOf(execution)
  return {
    word: t(finished === null && started !== null ? 'execution.stages.now' : 'execution.stages.finished'),
    at: finished ?? (started === null ? null : now),
    colour: outcome === 'missed' ? 'failed' : outcome === 'planned' ? 'pending' : outcome,
    ...(started !== null && {
      lag: t(finished === null ? 'execution.stages.runs' : 'execution.stages.ran', {
        duration: formatDuration((finished ?? now) - started),
      }),
    }),
  }
}

import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Execution } from '../../api/types.ts'
import { useNow } from '../../app/now.ts'
import { useZone } from '../../app/zone.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatInstant } from '../../format/instant.ts'
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
  const stages = stagesOf(execution, now, t)
  return (
    <ol className={classes.stages} aria-label={t('execution.stages.label')}>
      {stages.map(({ word, at, lag, isLate, colour }) => (
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
          <span className={classes.instant}>
            {at === null ? '–' : formatInstant(at, { zone, hasMilliseconds: true, isTimeOnly: true })}
          </span>
        </li>
      ))}
    </ol>
  )
}

function stagesOf(execution: Execution, now: number, t: TFunction): Stage[] {
  const due = Date.parse(execution.scheduled_at)
  const planned = Date.parse(execution.created_at)
  const started = execution.started_at === null ? null : Date.parse(execution.started_at)
  const finished = execution.finished_at === null ? null : Date.parse(execution.finished_at)
  // The lateness is that of the first attempt; a retry starts when it may.
  const firstStart = execution.attempts[0]?.started_at
  const first = firstStart ? Date.parse(firstStart) : started
  const late = execution.lateness_ms ?? 0
  const before: Stage[] =
    planned <= due
      ? [
          { word: t('execution.stages.planned'), at: planned },
          {
            word: t('execution.stages.due'),
            at: due,
            lag: t('execution.stages.ahead', { duration: formatDuration(due - planned) }),
          },
        ]
      : [
          { word: t('execution.stages.due'), at: due },
          { word: t('execution.stages.planned'), at: planned, lag: `+${formatDuration(planned - due)}` },
        ]
  const start: Stage = {
    word: t('execution.stages.started'),
    at: first,
    lag:
      first === null
        ? t(isOver(execution) ? 'execution.stages.neverStarted' : 'execution.stages.waits')
        : t('execution.stages.late', { duration: formatDuration(late) }),
    isLate: late >= LATE_FROM_MS,
    colour: first === null ? 'pending' : 'running',
  }
  const retry: Stage[] =
    execution.attempt > 1 && first !== null
      ? [
          {
            word: t('execution.stages.attempt', { attempt: execution.attempt }),
            at: started,
            lag: t('execution.stages.retried', { count: execution.attempt - 1 }),
            colour: 'running',
          },
        ]
      : []
  const outcome = outcomeOf(execution)
  const end: Stage = {
    word: t(finished === null && started !== null ? 'execution.stages.now' : 'execution.stages.finished'),
    at: finished ?? (started === null ? null : now),
    colour: outcome === 'missed' ? 'failed' : outcome === 'planned' ? 'pending' : outcome,
    ...(started !== null && {
      lag: t(finished === null ? 'execution.stages.runs' : 'execution.stages.ran', {
        duration: formatDuration((finished ?? now) - started),
      }),
    }),
  }
  return [...before, start, ...retry, end]
}

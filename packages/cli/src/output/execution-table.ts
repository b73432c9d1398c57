import type { Execution } from '@rota/sdk'
import type { Context } from '../context.ts'
import { duration } from './duration.ts'
import { briefInstant, shortInstant } from './instant.ts'
import { PLAIN, state } from './paint.ts'
import { type Column, table } from './table.ts'
import { oneLine } from './width.ts'

/** Characters of an id's end that name a recent execution on narrow terminals. */
export const SHORT_ID = 12

/** Executions as a table for people; without the task's name where all are of one task. */
export function executionTable(context: Context, executions: readonly Execution[], oneTask = false): string {
  const { paint, now, zone } = context
  const columns: Column<Execution>[] = [
    { title: 'ID', value: ({ id }) => id, brief: ({ id }) => id.slice(-SHORT_ID) },
    { title: 'TASK', value: (each) => (oneTask ? '' : taskName(each)), shrink: true },
    {
      title: 'STATUS',
      value: (each) => state(PLAIN, each.status),
      colour: (_, { status }) => state(paint, status),
    },
    { title: 'WHY', value: why, shrink: true },
    { title: 'TRIGGER', value: ({ trigger }) => trigger, drop: 2 },
    {
      title: 'DUE',
      value: ({ scheduled_at }) => shortInstant(scheduled_at, now, zone),
      brief: ({ scheduled_at }) => briefInstant(scheduled_at, now),
    },
    { title: 'LATE', value: ({ lateness_ms }) => lateness(lateness_ms), align: 'right', drop: 1 },
    { title: 'TOOK', value: (each) => duration(took(each, now)), align: 'right' },
    { title: 'TRY', value: ({ attempt }) => (attempt > 1 ? String(attempt) : ''), align: 'right' },
  ]
  return table(executions, columns, paint, context.width)
}

export function taskName({ task_name, type }: Execution): string {
  return task_name === null ? `(${type} job)` : oneLine(task_name)
}

/** Why it ended as it did, in a few words. */
export function why({ status, failure, reason, exit_code, error }: Execution): string {
  if (failure === 'exit_code' && exit_code !== null) return `exit code ${exit_code}`
  if (failure !== null) return error ? `${failure}: ${oneLine(error)}` : failure
  if (status === 'skipped' || status === 'pending' || status === 'cancelled') return reason ?? ''
  return ''
}

/** Lateness worth a word: below a tenth of a second nobody asks. */
export function lateness(ms: number | null): string {
  return ms === null || ms < 100 ? '' : duration(ms / 1_000)
}

/** Seconds it took, or has taken so far. */
export function took({ duration: seconds, status, started_at }: Execution, now: number): number | null {
  if (seconds !== null) return seconds
  return status === 'running' && started_at ? Math.max(0, (now - Date.parse(started_at)) / 1_000) : null
}

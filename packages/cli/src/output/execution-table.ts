import { label, say } from '@rota/core'
import type { ListedExecution } from '@rota/sdk'
import type { Context } from '../context.ts'
import { duration } from './duration.ts'
import { briefInstant, shortInstant } from './instant.ts'
import { PLAIN, state } from './paint.ts'
import { howItFailed, reasonInBrief, reasonText } from './reason.ts'
import { shortId } from './short-id.ts'
import { type Column, table } from './table.ts'
import { oneLine } from './width.ts'

/** Executions as a table for people; without the task's name where all are of one task. */
export function executionTable(context: Context, executions: readonly ListedExecution[], oneTask = false): string {
  const { paint, now, zone } = context
  const columns: Column<ListedExecution>[] = [
    { title: label('ID'), value: ({ id }) => id, brief: ({ id }) => shortId(id) },
    { title: label('TASK'), value: (each) => (oneTask ? '' : taskName(each)), shrink: true },
    {
      title: label('STATUS'),
      value: (each) => state(PLAIN, each.status),
      colour: (_, { status }) => state(paint, status),
    },
    { title: label('WHY'), value: why, brief: whyInBrief, shrink: true },
    { title: label('TRIGGER'), value: ({ trigger }) => label(trigger), drop: 2 },
    {
      title: label('DUE'),
      value: ({ scheduled_at }) => shortInstant(scheduled_at, now, zone),
      brief: ({ scheduled_at }) => briefInstant(scheduled_at, now),
    },
    { title: label('LATE'), value: ({ lateness_ms }) => lateness(lateness_ms), align: 'right', drop: 1 },
    { title: label('TOOK'), value: (each) => duration(took(each, now)), align: 'right' },
    { title: label('TRY'), value: ({ attempt }) => (attempt > 1 ? String(attempt) : ''), align: 'right' },
  ]
  return table(executions, columns, paint, context.width)
}

export function taskName({ task_name, type }: ListedExecution): string {
  return task_name === null ? say`(${type} job)` : oneLine(task_name)
}

/** Why it waits or ended as it did, in words. */
export function why(execution: ListedExecution): string {
  const { failure, error, reason } = execution
  if (failure !== null && failure !== 'exit_code' && error) return oneLine(error)
  return tellsReason(execution) ? reasonText(reason) : whyInBrief(execution)
}

/** The same in a word or two. */
export function whyInBrief(execution: ListedExecution): string {
  if (execution.failure !== null) return howItFailed(execution)
  return tellsReason(execution) ? reasonInBrief(execution.reason) : ''
}

function tellsReason({ status, failure }: ListedExecution): boolean {
  return failure === null && (status === 'skipped' || status === 'pending' || status === 'cancelled')
}

/** Lateness worth a word: below a tenth of a second nobody asks. */
export function lateness(ms: number | null): string {
  return ms === null || ms < 100 ? '' : duration(ms / 1_000)
}

/** Seconds it took, or has taken so far. */
export function took({ duration: seconds, status, started_at }: ListedExecution, now: number): number | null {
  if (seconds !== null) return seconds
  return status === 'running' && started_at ? Math.max(0, (now - Date.parse(started_at)) / 1_000) : null
}

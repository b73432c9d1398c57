import type { AnswerRow } from './ledger-check.ts'
import type { Definition } from './scenario.ts'
import type { Attempt } from './witness.ts'

/** A final row of a schedule, with what its grace time is judged by. */
export interface PlannedRow extends AnswerRow {
  scheduleId: number | null
  trigger: string
  createdAt: number
  jitterMs: number | null
}

/**
 * What is made up after its instant never falls to the overlap of its own task, what waits beyond its grace time is a
 * misfire wherever it waited, and what is merged is merged into something later. `rows`: all of its schedule. Answers
 * sentences that say what is wrong.
 */
export function checkMisfire(
  row: PlannedRow,
  {
    definition,
    first,
    rows,
    toleranceMs,
    heldUpMs = 0,
    mayBeAsked = false,
  }: {
    definition: Definition
    first: Attempt | undefined
    rows: readonly PlannedRow[]
    toleranceMs: number
    /** How long a start may take after it was judged to be in time. */
    heldUpMs?: number
    mayBeAsked?: boolean
  },
): string[] {
  if (row.scheduleId === null || row.attempt === 0) return []
  const wrong: string[] = []
  const startAt = row.dueAt + (row.jitterMs ?? 0)
  const isMadeUp = row.createdAt > startAt + toleranceMs
  const isReplaced = row.reason === 'replaced' || row.reason === 'a newer execution of the task replaces it'
  if (isMadeUp && (row.reason === 'overlap' || isReplaced))
    wrong.push(`${row.id} is made up, and falls to ${row.reason}`)
  if (row.reason === 'merged' && !rows.some((other) => other.dueAt > row.dueAt)) {
    wrong.push(`${row.id} is merged into nothing`)
  }
  const { misfire, concurrency } = definition.input
  const lateAt = startAt + (misfire?.grace_seconds ?? 0) * 1000 + toleranceMs + heldUpMs
  // What had its slot when its server died may have run; and what somebody asked for is never too late.
  const isLimited = concurrency?.overlap !== 'allow' || concurrency.key !== null
  const mayHaveRun = first !== undefined && first.deaths > 0 && isLimited
  const isAsked = mayBeAsked || row.createdAt > lateAt
  if (misfire?.policy === 'skip' && first !== undefined && first.startedAt > lateAt && !mayHaveRun && !isAsked) {
    wrong.push(`${row.id} starts ${first.startedAt - lateAt} ms after its grace time`)
  }
  return wrong
}

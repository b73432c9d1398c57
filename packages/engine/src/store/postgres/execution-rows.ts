import type { Claimed, NewExecution, UnrunAnswer } from '../../ports/executions.ts'
import type { Contender } from '../decide.ts'
import { columnsOf, storable, storableJson } from './values.ts'

/** What is to start within this time is ready at once; the rest waits, out of the claim's way. */
const READY_WITHIN_MS = 5000

const WAITING = 0
const READY = 1
/** In the hands of an instance. */
export const STARTED = 4

/** A live row as claim and admission read it. */
export type LiveRow = Contender & Omit<Claimed, 'admitted'>

/** The state of a row that nobody has claimed. */
export function stateFor(runAt: number, now: number): number {
  return runAt < now + READY_WITHIN_MS ? READY : WAITING
}

/** The columns of new rows; `state` is what each begins in. */
export function executionColumns(rows: readonly NewExecution[], state: (row: NewExecution) => number): unknown[][] {
  return columnsOf(rows, [
    (row) => row.id,
    (row) => row.tenantId,
    (row) => row.taskSeq,
    (row) => row.taskVersion,
    (row) => row.scheduleId,
    (row) => row.trigger,
    (row) => storable(row.requestedBy),
    (row) => row.dueAt,
    (row) => row.runAt,
    (row) => row.rank,
    state,
    (row) => row.priority,
    (row) => row.createdAt,
    (row) => row.overlap,
    (row) => row.taskMax,
    (row) => row.keys,
    (row) => storableJson(row.job),
    (row) => row.coversFrom,
    (row) => row.coversCount,
    (row) => row.jitterMs,
    (row) => row.skipAfter,
    (row) => row.mergeAfter,
  ])
}

/** The parameters of `insert-answers`. */
export function answerColumns(answers: readonly UnrunAnswer[]): unknown[][] {
  return columnsOf(answers, [
    (answer) => answer.id,
    (answer) => answer.tenantId,
    (answer) => answer.taskSeq,
    (answer) => answer.taskVersion,
    (answer) => answer.scheduleId,
    (answer) => answer.reason,
    (answer) => answer.dueAt,
    (answer) => answer.coversFrom,
    (answer) => answer.coversCount,
    (answer) => answer.at,
  ])
}

/** The parameters of `set-keys`; of a key that is named twice the last limit counts. */
export function keyColumns(keys: readonly { key: string; max: number }[]): unknown[][] {
  const limits = new Map(keys.map(({ key, max }) => [key, max]))
  return [[...limits.keys()], [...limits.values()]]
}

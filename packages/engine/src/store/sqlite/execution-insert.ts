import type { DatabaseSync } from 'node:sqlite'
import type { NewExecution, UnrunAnswer } from '../../ports/executions.ts'
import { statement } from './statements.ts'

/** What is to start within this time is ready at once; the rest waits, out of the claim's way. */
const READY_WITHIN_MS = 5000

const WAITING = 0
const READY = 1

/** The state of a row that nobody has claimed. */
export function stateFor(runAt: number, now: number): number {
  return runAt < now + READY_WITHIN_MS ? READY : WAITING
}

/** Adds live rows and answers their seq; to be called inside a transaction. */
export function createExecutionInsert(db: DatabaseSync) {
  const insert = db.prepare(statement('insert-execution'))
  return (row: NewExecution, now: number): number => {
    const { lastInsertRowid } = insert.run(
      row.id,
      row.tenantId,
      row.taskSeq,
      row.taskVersion,
      row.scheduleId,
      row.trigger,
      row.requestedBy,
      row.dueAt,
      row.runAt,
      row.rank,
      stateFor(row.runAt, now),
      row.priority,
      row.createdAt,
      row.overlap,
      row.taskMax,
      row.keys,
      row.job,
      row.coversFrom,
      row.coversCount,
      row.jitterMs,
      row.skipAfter,
      row.mergeAfter,
    )
    return Number(lastInsertRowid)
  }
}

/** Adds answers of due instants that got no execution of their own. */
export function createAnswerInsert(db: DatabaseSync): (answer: UnrunAnswer) => void {
  const insert = db.prepare(statement('insert-answer'))
  return (a) => {
    const whose = [a.id, a.tenantId, a.taskSeq, a.taskVersion, a.scheduleId]
    insert.run(...whose, a.reason, a.dueAt, a.coversFrom, a.coversCount, a.at)
  }
}

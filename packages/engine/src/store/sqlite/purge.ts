import type { DatabaseSync } from 'node:sqlite'
import type { Ended } from '../../ports/happenings.ts'
import { type Subject, unrunOf } from '../happened.ts'
import { DELETED } from '../task-rows.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import { outboxWriterOf } from './outbox-writer.ts'
import { prepareAll } from './statements.ts'

type LiveRow = Subject & SlotHolder & { seq: number }

/** Tables whose rows belong to one task. */
const OF_TASK = ['execution_history', 'execution_rollups', 'pruned_history', 'schedules', 'task_revisions']

/**
 * Removes a task with everything of it, within the transaction of the caller. Answers the executions whose logs and
 * outputs can go, and what ended by it.
 */
export function createPurge(db: DatabaseSync): (seq: number, now: number) => { ids: string[]; happened: Ended[] } {
  const limits = createLimits(db)
  const outbox = outboxWriterOf(db)
  const historyIds = db.prepare('SELECT id FROM execution_history WHERE task_seq = ?')
  const liveRows = db.prepare(
    `SELECT seq, id, tenant_id AS tenantId, task_seq AS taskSeq, trigger, attempt, due_at AS dueAt, earlier_ms AS earlierMs,
            overlap, keys, admitted
     FROM executions WHERE task_seq = ?`,
  )
  const { deleteExecution } = prepareAll(db, { deleteExecution: 'delete-execution' })
  const deleteOfTask = OF_TASK.map((table) => db.prepare(`DELETE FROM ${table} WHERE task_seq = ?`))
  const deleteTask = db.prepare('DELETE FROM tasks WHERE seq = ?')

  return (seq, now) => {
    const ids = (historyIds.all(seq) as { id: string }[]).map((row) => row.id)
    const live = liveRows.all(seq) as unknown as LiveRow[]
    const happened = live.map((row) => unrunOf(row, 'cancelled', DELETED, now))
    outbox.keep(happened)
    for (const row of live) {
      deleteExecution.run(row.seq)
      limits.release(row)
    }
    for (const statement of deleteOfTask) statement.run(seq)
    deleteTask.run(seq)
    return { ids, happened }
  }
}

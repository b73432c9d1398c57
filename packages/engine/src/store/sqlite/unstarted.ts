import type { DatabaseSync } from 'node:sqlite'
import { UNSEEN } from '../../ports/executions.ts'
import type { Ended } from '../../ports/happenings.ts'
import { type Subject, unrunOf } from '../happened.ts'
import { DELETED } from '../task-rows.ts'
import { createLimits, type SlotHolder } from './limits.ts'
import { createSettler } from './settlement.ts'
import { prepareAll, rows } from './statements.ts'

const CLAIMED = 3

type UnstartedRow = Subject & SlotHolder & { seq: number; state: number; scheduleId: number | null }

/**
 * Removes what of a task has not started, inside a transaction; answers the claimed ones among them, and what has ended
 * by it. What was due already keeps its answer in the ledger; what was still to come is as if it had never been planned.
 */
export function createDropping(db: DatabaseSync) {
  const limits = createLimits(db)
  const settler = createSettler(db)
  const sql = prepareAll(db, {
    countPlanned: 'count-planned',
    delete: 'delete-execution',
    unstarted: rows<UnstartedRow>('unstarted-of-task'),
  })

  return (taskSeq: number, onlyFuture: boolean, now: number): { dropped: number[]; happened: Ended[] } => {
    const dropped: number[] = []
    const happened: Ended[] = []
    for (const row of sql.unstarted.all(taskSeq, onlyFuture ? 1 : 0, now)) {
      if (row.trigger !== 'schedule' || row.dueAt <= now) {
        settler.finish(row.seq, row, { ...UNSEEN, status: 'cancelled', reason: DELETED, finishedAt: now })
        happened.push(unrunOf(row, 'cancelled', DELETED, now))
      } else {
        if (row.scheduleId !== null) sql.countPlanned.run(row.scheduleId, -1)
        sql.delete.run(row.seq)
        limits.release(row)
      }
      if (row.state === CLAIMED) dropped.push(row.seq)
    }
    return { dropped, happened }
  }
}

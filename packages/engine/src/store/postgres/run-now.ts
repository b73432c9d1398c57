import { type KeyCounter, type Present, promised, prospectOf } from '../../planning/run-prospect.ts'
import type { EnqueueOptions, NewExecution, RunProspect } from '../../ports/executions.ts'
import { ownsSlots } from '../decide.ts'
import type { Database } from './database.ts'
import { executionColumns, keyColumns, stateFor } from './execution-rows.ts'
import { lockTasks } from './limits.ts'

const known = (earlier: string): RunProspect => ({ earlier, isRefused: false, waits: null, replaces: [] })

/** Adds a run that somebody asks for, while the slots of its task are locked. See {@link ExecutionStore.runNow}. */
export async function runNow(
  db: Database,
  row: NewExecution,
  { now, keys, idempotency }: EnqueueOptions,
): Promise<RunProspect> {
  return db.transaction(async (tx) => {
    const bound = idempotency && [idempotency.scope, idempotency.key]
    if (bound) {
      const [earlier] = await tx.run<{ resultId: string }>('recall-key', bound)
      if (earlier) return known(earlier.resultId)
    }
    if (ownsSlots(row)) await lockTasks(tx, [row.taskSeq], false)
    if (keys && keys.length > 0) await tx.run('set-keys', keyColumns(keys))
    const names = row.keys === null ? [] : (JSON.parse(row.keys) as string[])
    const [present, counters] = await Promise.all([
      tx.run<Present>('present-of-task', [row.taskSeq, now]),
      tx.run<KeyCounter>('counters-of-keys', [names]),
    ])
    const prospect = prospectOf(row, present, counters)
    if (prospect.isRefused) return { earlier: null, ...prospect }
    if (bound) {
      const [fresh] = await tx.run('remember-key', [...bound, row.id, now])
      if (fresh === undefined) {
        const [earlier] = await tx.run<{ resultId: string }>('recall-key', bound)
        return known(earlier!.resultId)
      }
    }
    await tx.run('insert-executions', [
      ...executionColumns([promised(row)], () => stateFor(row.runAt, now)),
      null,
      null,
    ])
    return { earlier: null, ...prospect }
  })
}

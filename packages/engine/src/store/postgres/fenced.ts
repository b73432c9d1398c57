import type { FencedAttempt } from '../../ports/executions.ts'
import { fencedText } from '../fenced-text.ts'
import type { Database } from './database.ts'

/** See {@link ExecutionStore.markFenced}. */
export async function markFenced(db: Database, attempts: readonly FencedAttempt[]): Promise<void> {
  if (attempts.length === 0) return
  const byId = Map.groupBy(attempts, ({ id }) => id)
  const values = (ids: readonly string[]) => [ids, ids.map((id) => `[${byId.get(id)!.map(fencedText).join(',')}]`)]
  await db.transaction(async (tx) => {
    const ids = [...byId.keys()].sort()
    const found = new Set((await tx.run<{ id: string }>('note-fenced-live', values(ids))).map((row) => row.id))
    // What ended meanwhile is seen by the second statement, which begins after the first.
    const rest = ids.filter((id) => !found.has(id))
    if (rest.length > 0) await tx.run('note-fenced-ended', values(rest))
  })
}

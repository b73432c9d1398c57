import type { DatabaseSync } from 'node:sqlite'
import { type KeyCounter, type Present, promised, runPlace } from '../../planning/run-place.ts'
import type { ExecutionStore } from '../../ports/executions.ts'
import { transaction } from './database.ts'
import { createExecutionInsert } from './execution-insert.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll } from './statements.ts'

/** Adds runs that somebody asks for. See {@link ExecutionStore.runNow}. */
export function createRunNow(db: DatabaseSync): ExecutionStore['runNow'] {
  const insert = createExecutionInsert(db)
  const sql = prepareAll(db, {
    counter: 'concurrency-key',
    present: 'present-of-task',
    recall: 'recall-key',
    remember: 'remember-key',
    setKey: 'set-key',
  })

  return async (row, { now, keys, idempotency }) => {
    startJournalOf(db).show()
    return transaction(db, () => {
      if (idempotency) {
        const known = sql.recall.get(idempotency.scope, idempotency.key) as { resultId: string } | undefined
        if (known) return { earlier: known.resultId, isRefused: false, waits: null, replaces: [] }
      }
      for (const { key, max } of keys ?? []) sql.setKey.run(key, max)
      const present = sql.present.all(row.taskSeq, now) as unknown as Present[]
      const names = row.keys === null ? [] : (JSON.parse(row.keys) as string[])
      const counters = names.map((key) => ({ key, ...(sql.counter.get(key) as Omit<KeyCounter, 'key'>) }))
      const place = runPlace(row, present, counters)
      if (place.isRefused) return { earlier: null, ...place }
      if (idempotency) sql.remember.run(idempotency.scope, idempotency.key, row.id, now)
      insert(promised(row), now)
      return { earlier: null, ...place }
    })
  }
}

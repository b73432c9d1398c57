import type { DatabaseSync } from 'node:sqlite'
import { type KeyCounter, type Present, promised, prospectOf } from '../../planning/run-prospect.ts'
import type { ExecutionStore } from '../../ports/executions.ts'
import { createExecutionInsert } from './execution-insert.ts'
import type { Commit } from './group-commit.ts'
import { prepareAll, rows } from './statements.ts'

/** Adds runs that somebody asks for. See {@link ExecutionStore.runNow}. */
export function createRunNow(db: DatabaseSync, commit: Commit): ExecutionStore['runNow'] {
  const insert = createExecutionInsert(db)
  const sql = prepareAll(db, {
    counter: rows<Omit<KeyCounter, 'key'>>('concurrency-key'),
    present: rows<Present>('present-of-task'),
    recall: rows<{ resultId: string }>('recall-key'),
    remember: 'remember-key',
    setKey: 'set-key',
  })

  return (row, { now, keys, idempotency }) => {
    const add = () => {
      if (idempotency) {
        const known = sql.recall.get(idempotency.scope, idempotency.key)
        if (known) return { earlier: known.resultId, isRefused: false, waits: null, replaces: [] }
      }
      for (const { key, max } of keys ?? []) sql.setKey.run(key, max)
      const present = sql.present.all(row.taskSeq, now)
      const names = row.keys === null ? [] : (JSON.parse(row.keys) as string[])
      const counters = names.map((key) => ({ key, ...sql.counter.get(key)! }))
      const prospect = prospectOf(row, present, counters)
      if (prospect.isRefused) return { earlier: null, ...prospect }
      if (idempotency) sql.remember.run(idempotency.scope, idempotency.key, row.id, now)
      insert(promised(row), now)
      return { earlier: null, ...prospect }
    }
    return commit(add, { starts: true })
  }
}

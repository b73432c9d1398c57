import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { amount } from '@rota/testkit/amount'
import {
  executionStoreContract,
  type SharedStoreAdapter,
  sharedStoreContract,
  taskStoreContract,
} from '@rota/testkit/contracts'
import { Kysely } from 'kysely'
import { describe, expect, test } from 'vitest'
import type { Schema } from '../../ports/schema.ts'
import { createExecutionDetails } from '../details.ts'
import { detailsAccess } from './details-access.ts'
import { createExecutionStore } from './executions.ts'
import { type Commit, commitAlone, createGroupCommit } from './group-commit.ts'
import { migrate } from './migrate.ts'
import { openOutbox } from './outbox-writer.ts'
import { createBatchRunner, createWriterDialect } from './reader/dialect.ts'
import { statement } from './statements.ts'
import { createTaskStore } from './tasks.ts'

/** Adds up what its statements do. */
class CountingDatabase extends DatabaseSync {
  effort = 0

  override prepare(sql: string): StatementSync {
    const prepared = super.prepare(sql)
    const count = (effort: number) => {
      this.effort += effort
    }
    return new Proxy(prepared, {
      get(target, name: 'run' | 'get' | 'all') {
        return (...parameters: SQLInputValue[]) => {
          const result = target[name](...parameters)
          count(1 + (Array.isArray(result) ? result.length : name === 'run' ? Number(result?.changes) : 1))
          return result
        }
      },
    })
  }
}

const adapter = (name: string, commitOn: (db: DatabaseSync) => Commit): SharedStoreAdapter => ({
  name,
  async open() {
    const db = new CountingDatabase(':memory:')
    migrate(db, 0)
    const commit = commitOn(db)
    const [executions, tasks] = [createExecutionStore(db, commit), createTaskStore(db, commit)]
    const kysely = new Kysely<Schema>({ dialect: createWriterDialect(db) })
    const runBatch = createBatchRunner(db)
    return {
      executions,
      tasks,
      of: () => ({ executions, tasks }),
      details: createExecutionDetails(detailsAccess(db)),
      outbox: openOutbox(db, { kysely, runBatch: async (queries) => runBatch(queries) }),
      async select(sql) {
        await executions.showStarted!()
        return db.prepare(sql).all()
      },
      effort: () => db.effort,
      close: async () => db.close(),
    }
  },
})

const sqlite = adapter('SQLite', commitAlone)
const sharing = adapter('SQLite with shared commits', createGroupCommit)
executionStoreContract(sqlite, { numRuns: amount({ short: 30, long: 300 }) })
taskStoreContract(sqlite)
taskStoreContract(sharing)
executionStoreContract(sharing, { numRuns: amount({ short: 10, long: 100 }) })
// Nobody else can open it: there is no one to ask for anything.
sharedStoreContract(sqlite, { hasWishes: false, numRuns: amount({ short: 20, long: 200 }) })

describe('SQLite: plans of the hot statements', () => {
  test.each([
    ['ready-executions', 'executions_ready'],
    ['promote-for-key', 'executions_blocked'],
    ['promote-for-task', 'executions_blocked'],
    ['next-blocking-limit', 'executions_blocked'],
    ['holders-of-slots', 'executions_by_task'],
    ['activate-executions', 'executions_waiting'],
    ['due-schedules', 'schedules_due'],
  ])('%s walks the index %s, never a table', (name, index) => {
    const db = new DatabaseSync(':memory:')
    migrate(db, 0)
    const rows = db.prepare(`EXPLAIN QUERY PLAN ${statement(name)}`).all() as { detail: string }[]
    const steps = rows.map((row) => row.detail)
    expect(steps.join('; ')).toContain(index)
    expect(steps.filter((step) => /^SCAN (executions|schedules|tasks|instances)\b(?!.*INDEX)/.test(step))).toEqual([])
    db.close()
  })
})

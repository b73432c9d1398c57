import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import {
  executionStoreContract,
  type SharedStoreAdapter,
  sharedStoreContract,
  taskStoreContract,
} from '@rota/testkit/contracts'
import { describe, expect, test } from 'vitest'
import { createExecutionDetails } from './details.ts'
import { createExecutionStore } from './executions.ts'
import { migrate } from './migrate.ts'
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

const sqlite: SharedStoreAdapter = {
  name: 'SQLite',
  async open() {
    const db = new CountingDatabase(':memory:')
    migrate(db, 0)
    const [executions, tasks] = [createExecutionStore(db), createTaskStore(db)]
    return {
      executions,
      tasks,
      of: () => ({ executions, tasks }),
      details: createExecutionDetails(db),
      async select(sql) {
        await executions.showStarted!()
        return db.prepare(sql).all()
      },
      effort: () => db.effort,
      close: async () => db.close(),
    }
  },
}

executionStoreContract(sqlite)
taskStoreContract(sqlite)
// Nobody else can open it: there is no one to ask for anything.
sharedStoreContract(sqlite, { hasWishes: false })

describe('SQLite: plans of the hot statements', () => {
  test.each([
    ['ready-executions', 'executions_ready'],
    ['promote-for-key', 'executions_blocked'],
    ['promote-for-task', 'executions_blocked'],
    ['next-blocking-limit', 'executions_blocked'],
    ['count-admitted', 'executions_by_task'],
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

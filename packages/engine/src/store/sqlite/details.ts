import type { DatabaseSync } from 'node:sqlite'
import type { ExecutionDetails, Waiting } from '../../ports/details.ts'
import { transaction } from './database.ts'
import { startJournalOf } from './start-journal.ts'
import { prepareAll } from './statements.ts'

const STATES = ['waiting', 'ready', 'blocked', 'claimed', 'started'] as const

interface Row {
  state: number
  runAt: number
  rank: number
  blockedBy: string | null
  claimedBy: string | null
  taskSeq: number | null
  taskMax: number
}

/** Single executions in SQLite. */
export function createExecutionDetails(db: DatabaseSync): ExecutionDetails {
  const sql = prepareAll(db, {
    ahead: 'ahead-in-line',
    forget: 'forget-execution',
    holdersOfKey: 'holders-of-key',
    holdersOfTask: 'holders-of-task',
    key: 'concurrency-key',
    source: 'execution-source',
    waiting: 'waiting-execution',
  })

  const idsOf = (rows: unknown[]) => (rows as { id: string }[]).map((row) => row.id)

  function limitOf(row: Row): Waiting['limit'] {
    if (row.blockedBy === null) return null
    if (row.blockedBy.startsWith('task:')) {
      const holders = idsOf(sql.holdersOfTask.all(row.taskSeq))
      return { max: row.taskMax, held: holders.length, holders }
    }
    const key = sql.key.get(row.blockedBy) as { max: number; held: number } | undefined
    return key ? { ...key, holders: idsOf(sql.holdersOfKey.all(row.blockedBy)) } : null
  }

  return {
    async waiting(id) {
      startJournalOf(db).show()
      const row = sql.waiting.get(id) as Row | undefined
      if (row === undefined) return null
      const { ahead } = sql.ahead.get(row.rank, row.blockedBy) as { ahead: number }
      const { runAt, blockedBy, claimedBy } = row
      return { state: STATES[row.state]!, runAt, blockedBy, limit: limitOf(row), ahead, claimedBy }
    },
    async source(id) {
      return (sql.source.get(id) as { taskId: string | null; job: string | null } | undefined) ?? null
    },
    async forget(id) {
      return transaction(db, () => sql.forget.run(id).changes === 1)
    },
  }
}

import type { ExecutionDetails, Waiting } from '../../ports/details.ts'
import type { Database } from './database.ts'

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

/** Single executions in PostgreSQL. */
export function createExecutionDetails(db: Database): ExecutionDetails {
  async function limitOf({ blockedBy, taskSeq, taskMax }: Row): Promise<Waiting['limit']> {
    if (blockedBy === null) return null
    if (blockedBy.startsWith('task:')) {
      const holders = idsOf(await db.run('holders-of-task', [taskSeq]))
      return { max: taskMax, held: holders.length, holders }
    }
    const [key] = await db.run<{ max: number; held: number }>('concurrency-key', [blockedBy])
    return key ? { ...key, holders: idsOf(await db.run('holders-of-key', [blockedBy])) } : null
  }

  return {
    async waiting(id) {
      const [row] = await db.run<Row>('waiting-execution', [id])
      if (row === undefined) return null
      const { runAt, blockedBy, claimedBy } = row
      const [line] = await db.run<{ ahead: number }>('ahead-in-line', [row.rank, blockedBy])
      return { state: STATES[row.state]!, runAt, blockedBy, limit: await limitOf(row), ahead: line!.ahead, claimedBy }
    },
    async source(id) {
      const [row] = await db.run<{ taskId: string | null; job: string | null }>('execution-source', [id])
      return row ?? null
    },
    async forget(id) {
      return db.transaction(async (tx) => (await tx.run('forget-execution', [id])).length === 1)
    },
  }
}

const idsOf = (rows: Record<string, unknown>[]) => rows.map((row) => row.id as string)

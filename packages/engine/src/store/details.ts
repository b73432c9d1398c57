import type { ExecutionDetails, Waiting } from '../ports/details.ts'

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

/** Runs a statement by its name and answers its rows. */
export type RunStatement = <Row>(name: string, values: readonly (string | number | null)[]) => Promise<Row[]>

export interface DetailsAccess {
  read: RunStatement
  /** In a transaction of its own. */
  write: RunStatement
}

/** Single executions in either database. */
export function createExecutionDetails({ read, write }: DetailsAccess): ExecutionDetails {
  const idsOf = async (name: string, of: string | number | null) =>
    (await read<{ id: string }>(name, [of])).map((row) => row.id)

  async function limitOf({ blockedBy, taskSeq, taskMax }: Row): Promise<Waiting['limit']> {
    if (blockedBy === null || blockedBy.startsWith('node:')) return null
    if (blockedBy.startsWith('task:')) {
      const holders = await idsOf('holders-of-task', taskSeq)
      return { max: taskMax, held: holders.length, holders }
    }
    const [key] = await read<{ max: number; held: number }>('concurrency-key', [blockedBy])
    return key ? { ...key, holders: await idsOf('holders-of-key', blockedBy) } : null
  }

  return {
    async waiting(id) {
      const [row] = await read<Row>('waiting-execution', [id])
      if (row === undefined) return null
      const { runAt, blockedBy, claimedBy } = row
      const [line] = await read<{ ahead: number }>('ahead-in-line', [row.rank, blockedBy])
      return { state: STATES[row.state]!, runAt, blockedBy, limit: await limitOf(row), ahead: line!.ahead, claimedBy }
    },
    async source(id) {
      const [row] = await read<{ taskId: string | null; job: string | null }>('execution-source', [id])
      return row ?? null
    },
    async placement(id) {
      const [row] = await read<{ placement: string | null }>('placement-of', [id])
      return row?.placement ?? null
    },
    async attemptUnderWay(id) {
      const [row] = await read<{ claimSeq: number; placement: string | null }>('live-claim', [id])
      return row ?? null
    },
    async forget(id) {
      return (await write('forget-execution', [id])).length === 1
    },
  }
}

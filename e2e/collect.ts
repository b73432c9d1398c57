import { readFileSync } from 'node:fs'
import type { ExecutionRow, History, LedgerEntry, Testimony } from '@rota/testkit/chronocheck'
import { eventually, type ServerProcess } from '@rota/testkit/cluster'

const PAGE = 500

/** Waits until nothing runs and nothing waits any more. */
export async function settled(server: ServerProcess, withinMs: number): Promise<void> {
  let left: { total: number; executions: { id: string }[] }
  const ask = async () => {
    left = await server.ask('GET', '/api/scheduler/executions?status=pending,running&limit=3')
    return left.total === 0
  }
  const what = () => `end of all executions: ${left.total} are left, such as ${JSON.stringify(left.executions)}`
  try {
    await eventually(what, withinMs, ask)
  } catch (error) {
    const why = left!.executions.map(({ id }) => server.ask('GET', `/api/scheduler/executions/${id}/explain`))
    throw new Error(`${(error as Error).message}\n${JSON.stringify(await Promise.all(why), null, 1)}`)
  }
}

/** What only those know who made the load and the faults. */
type Told = Pick<History, 'tasks' | 'faults'> &
  Partial<Pick<History, 'operations' | 'sightings' | 'leaseMs' | 'instances' | 'settlingMs' | 'usualLatenessMs'>> & {
    /** The file of the testimonies. */
    witness: string
  }

/** Everything that the checker wants to know: from the API, from the tasks' own file, and what it is told. */
export async function collect(server: ServerProcess, { witness, ...told }: Told): Promise<History> {
  const ledger: LedgerEntry[] = []
  const executions: ExecutionRow[] = []
  for (const { id } of told.tasks) {
    ledger.push(...(await all<LedgerEntry>(server, `/api/scheduler/ledger?task_id=${id}`, 'entries')))
    executions.push(...(await all<ExecutionRow>(server, `/api/scheduler/tasks/${id}/executions?`, 'executions')))
  }
  if (told.operations !== undefined) {
    const others = await all<ExecutionRow>(server, '/api/scheduler/executions?', 'executions')
    executions.push(...others.filter((row) => row.task_id === null))
  }
  const stored = await all<{ id: string }>(server, '/api/scheduler/tasks?', 'tasks')
  return {
    leaseMs: 0,
    instances: 1,
    settlingMs: 0,
    usualLatenessMs: 2_000,
    operations: [],
    sightings: [],
    ...told,
    storedTasks: stored.map((task) => task.id),
    testimonies: testimonies(witness),
    ledger,
    executions,
    collectedAt: Date.now(),
  }
}

async function all<T>(server: ServerProcess, path: string, rows: string): Promise<T[]> {
  const found: T[] = []
  let cursor: string | null = ''
  while (cursor !== null) {
    const more = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
    const page: Record<string, unknown> = await server.ask('GET', `${path}&limit=${PAGE}${more}`)
    found.push(...(page[rows] as T[]))
    cursor = page.next_cursor as string | null
  }
  return found
}

function testimonies(file: string): Testimony[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const said = JSON.parse(line)
      return { ...said, instance: Number(said.instance) || 0 }
    })
}

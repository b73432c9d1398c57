import { readFileSync } from 'node:fs'
import type { ExecutionRow, Fault, History, LedgerEntry, TaskFacts, Testimony } from './checker/history.ts'
import type { ServerProcess } from './harness.ts'
import { eventually } from './wait.ts'

const PAGE = 500

/** Waits until nothing runs and nothing waits any more. */
export async function settled(server: ServerProcess, withinMs: number): Promise<void> {
  await eventually('end of all executions', withinMs, async () => {
    const path = '/api/scheduler/executions?status=pending,running&limit=1'
    const { total } = await server.ask<{ total: number }>('GET', path)
    return total === 0
  })
}

/** Everything that the checker wants to know, from the API and from the tasks' own file. */
export async function collect(
  server: ServerProcess,
  tasks: TaskFacts[],
  faults: Fault[],
  witness: string,
): Promise<History> {
  const ledger: LedgerEntry[] = []
  const executions: ExecutionRow[] = []
  for (const { id } of tasks) {
    ledger.push(...(await all<LedgerEntry>(server, `/api/scheduler/ledger?task_id=${id}`, 'entries')))
    executions.push(...(await all<ExecutionRow>(server, `/api/scheduler/tasks/${id}/executions?`, 'executions')))
  }
  return { tasks, faults, testimonies: testimonies(witness), ledger, executions, collectedAt: Date.now() }
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
  return lines.filter((line) => line !== '').map((line) => JSON.parse(line))
}

import type { ExecutionRow, Fault, History, TaskFacts, Testimony } from './history.ts'

/** One attempt as the tasks testify it. */
export interface WitnessedAttempt {
  task: string
  execution: string
  attempt: number
  epoch: string
  startedAt: number
  /** Null when it never said that it ended: it was killed, or still runs. */
  endedAt: number | null
  code: number | null
}

/** The history, arranged for looking things up. */
export interface Timeline {
  byTask: Map<string, TaskFacts>
  executions: Map<string, ExecutionRow>
  executionsOf: Map<string, ExecutionRow[]>
  attempts: WitnessedAttempt[]
  attemptsOf: Map<string, WitnessedAttempt[]>
}

const NS_PER_MS = 1e6

export function examine(history: History): Timeline {
  const attempts = pair(history.testimonies)
  return {
    byTask: new Map(history.tasks.map((task) => [task.id, task])),
    executions: new Map(history.executions.map((row) => [row.id, row])),
    executionsOf: groupBy(history.executions, (row) => row.task_id ?? ''),
    attempts,
    attemptsOf: groupBy(attempts, (attempt) => attempt.execution),
  }
}

function pair(testimonies: readonly Testimony[]): WitnessedAttempt[] {
  const ends = new Map<string, Testimony>()
  for (const said of testimonies) if (said.kind === 'end') ends.set(keyOf(said), said)
  return testimonies
    .filter((said) => said.kind === 'start')
    .map((said) => {
      const end = ends.get(keyOf(said))
      const { task, execution, attempt, epoch } = said
      const endedAt = end === undefined ? null : end.at_ns / NS_PER_MS
      return { task, execution, attempt, epoch, startedAt: said.at_ns / NS_PER_MS, endedAt, code: end?.code ?? null }
    })
    .sort((a, b) => a.startedAt - b.startedAt)
}

const keyOf = ({ execution, attempt, epoch }: Testimony) => `${execution}/${attempt}/${epoch}`

export function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const group = groups.get(keyOf(item))
    if (group === undefined) groups.set(keyOf(item), [item])
    else group.push(item)
  }
  return groups
}

/** How long the server was away between two instants. */
export function awayMs(faults: readonly Fault[], from: number, to: number): number {
  return faults.reduce((sum, { at, until }) => sum + Math.max(0, Math.min(until, to) - Math.max(at, from)), 0)
}

/** Whether a fault touches [from, to]. */
export function isDisturbed(faults: readonly Fault[], from: number, to: number): boolean {
  return faults.some(({ at, until }) => at <= to && until >= from)
}

export const iso = (at: number) => new Date(at).toISOString()

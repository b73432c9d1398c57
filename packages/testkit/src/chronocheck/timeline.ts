import type { ExecutionRow, Fault, History, TaskFacts, Testimony } from './history.ts'

/** One attempt as the tasks testify it. */
export interface WitnessedAttempt {
  task: string
  execution: string
  attempt: number
  epoch: string
  fence: number
  instance: number
  startedAt: number
  /** Null when it never said that it ended: it was killed, or still runs. */
  endedAt: number | null
  code: number | null
}

export interface Span {
  from: number
  to: number
}

/** A time in which less can be asked of the servers. */
export interface Disturbance extends Span {
  fault: Fault
}

/** The history, arranged for looking things up. */
export interface Timeline {
  byTask: Map<string, TaskFacts>
  executions: Map<string, ExecutionRow>
  executionsOf: Map<string, ExecutionRow[]>
  attempts: WitnessedAttempt[]
  attemptsOf: Map<string, WitnessedAttempt[]>
  disturbances: Disturbance[]
}

const NS_PER_MS = 1e6
/** After a fault it may take so long until a server has caught up. */
export const RECOVERY_MS = 10_000
/** Others look for what the dead have left at every third of a lease. */
const LOOKS_PER_LEASE = 3
/** What a leaving server gives back is found by others at their next look. */
const HANDING_OVER_MS = 5_000

export function examine(history: History): Timeline {
  const attempts = pair(history.testimonies)
  return {
    byTask: new Map(history.tasks.map((task) => [task.id, task])),
    executions: new Map(history.executions.map((row) => [row.id, row])),
    executionsOf: groupBy(history.executions, (row) => row.task_id ?? ''),
    attempts,
    attemptsOf: groupBy(attempts, (attempt) => attempt.execution),
    disturbances: history.faults.flatMap((fault) => disturbanceOf(fault, history)),
  }
}

/** How long a fault excuses lateness: until it is over, or others must have taken over. */
function disturbanceOf(fault: Fault, { leaseMs, instances }: History): Disturbance[] {
  const { at, until, kind } = fault
  const takenOverAt = at + leaseMs + leaseMs / LOOKS_PER_LEASE
  const during = (to: number) => [{ from: at, to, fault }]
  switch (kind) {
    case 'death':
      // Its lease lasts, even when it is back sooner; it comes back as somebody else.
      return during(instances > 1 ? takenOverAt : Math.max(until, takenOverAt))
    case 'pause':
    case 'network':
      return during(instances > 1 ? Math.min(until, takenOverAt) : until)
    case 'drain':
      return during(instances > 1 ? Math.min(until, at + HANDING_OVER_MS) : until)
    case 'store':
    case 'machine':
      return during(until)
    default:
      return []
  }
}

function pair(testimonies: readonly Testimony[]): WitnessedAttempt[] {
  const ends = new Map<string, Testimony>()
  for (const said of testimonies) if (said.kind === 'end') ends.set(keyOf(said), said)
  return testimonies
    .filter((said) => said.kind === 'start')
    .map((said) => {
      const end = ends.get(keyOf(said))
      const { task, execution, attempt, epoch, fence, instance } = said
      const endedAt = end === undefined ? null : end.at_ns / NS_PER_MS
      const startedAt = said.at_ns / NS_PER_MS
      return { task, execution, attempt, epoch, fence, instance, startedAt, endedAt, code: end?.code ?? null }
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

/** How much of the time between two instants is covered by spans, which may overlap. */
export function awayMs(spans: readonly Span[], start: number, end: number): number {
  let sum = 0
  let coveredTo = start
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const until = Math.min(to, end)
    sum += Math.max(0, until - Math.max(from, coveredTo))
    coveredTo = Math.max(coveredTo, until)
  }
  return sum
}

/** Whether a disturbance touches [start, end]. */
export function isDisturbed(disturbances: readonly Disturbance[], start: number, end: number): boolean {
  return disturbances.some(({ from, to }) => from <= end && to >= start)
}

/** What may part an instance from its work: its own end or silence, or a store that takes no sign of life. */
const PARTING = new Set(['death', 'drain', 'pause', 'network', 'store', 'machine'])

/** A fault between two instants for which `instance` may have lost what it held. */
export function partedBy(faults: readonly Fault[], instance: number, start: number, end: number): Fault | undefined {
  return faults.find(
    (fault) =>
      PARTING.has(fault.kind) &&
      (fault.instance === null || fault.instance === instance || instance === 0) &&
      fault.at <= end &&
      fault.until >= start,
  )
}

/** How much later than `due` something may start, when that is judged at `at`; `busy` is what it may wait for besides. */
export function allowedLateness(
  history: History,
  { disturbances }: Timeline,
  { due, at, busy = [] }: { due: number; at: number; busy?: readonly Span[] },
): number {
  const recovery = isDisturbed(disturbances, due - RECOVERY_MS, at) ? RECOVERY_MS : 0
  return history.usualLatenessMs + awayMs([...disturbances, ...busy], due, at) + recovery
}

export const iso = (at: number) => new Date(at).toISOString()

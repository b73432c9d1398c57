import { createMemoryDisk } from '@rota/engine'
import { checkLedger } from '../ledger-check.ts'
import { checkMisfire, type PlannedRow } from '../misfire-check.ts'
import type { Verdict } from '../simulate.ts'
import type { Turns } from '../turns.ts'
import { ClusterWorld } from './cluster-world.ts'
import type { ClusterPlant } from './instance.ts'
import { type ClusterScenario, type ClusterScenarioOptions, drawClusterScenario } from './scenario.ts'

export interface ClusterRun {
  turns: Turns
  plant?: ClusterPlant
  /** Told each line of the trace. */
  onNote?: (line: string) => void
}

/** Plays one seed on several instances and judges it. */
export function simulateCluster(options: ClusterScenarioOptions & ClusterRun): Promise<Verdict> {
  return playCluster(drawClusterScenario(options), options)
}

/** Plays what was drawn, or what is left of it. */
export async function playCluster(scenario: ClusterScenario, { turns, plant, onNote }: ClusterRun): Promise<Verdict> {
  const disk = createMemoryDisk()
  const world = new ClusterWorld({ scenario, disk, turns, ...(plant ? { plant } : {}), ...(onNote ? { onNote } : {}) })
  try {
    await world.play()
    judge(world)
  } catch (error) {
    world.complain(`the simulation breaks down: ${(error as Error).stack}`)
  }
  const [count] = disk.select('SELECT count(*) AS n FROM execution_history')
  return {
    seed: scenario.seed,
    hash: world.hash,
    complaints: world.complaints,
    executions: count!.n as number,
    crashes: world.crashes,
    events: world.events,
  }
}

interface HistoryRow extends PlannedRow {
  taskId: string | null
  taskVersion: number | null
  failure: string | null
  startedAt: number | null
}

function judge(world: ClusterWorld) {
  const rows = world.disk.select(
    `SELECT h.id, h.status, h.reason, h.failure, h.due_at AS dueAt, h.covers_from AS coversFrom, h.covers_count AS coversCount, h.created_at AS createdAt, h.jitter_ms AS jitterMs, h.started_at AS startedAt,
            t.id AS taskId, h.task_version AS taskVersion, h.schedule_id AS scheduleId, h.trigger, h.attempt
     FROM execution_history h LEFT JOIN tasks t ON t.seq = h.task_seq ORDER BY h.seq`,
  ) as unknown as HistoryRow[]
  const ids = new Set(rows.map((row) => row.id))
  for (const id of world.promised) if (!ids.has(id)) world.complain(`${id} was promised and is gone`)
  const healedAt = healthyFrom(world)
  for (const row of rows) {
    judgeExecution(world, row, healedAt)
    judgeMisfire(world, row, rows)
  }
  for (const model of world.models) {
    const ledger = rows.filter((row) => row.taskId === model.id && row.scheduleId !== null)
    for (const what of checkLedger(model, ledger)) world.complain(what)
  }
  world.ears.judge(world.scenario.mishaps.length === 0)
  for (const row of rows) world.note(`${row.id} ${row.status} ${row.reason} ${row.dueAt} ${row.attempt}`)
  for (const counter of world.disk.select('SELECT key, held FROM concurrency_keys WHERE held <> 0')) {
    world.complain(`${counter.held} of ${counter.key} are held by nobody`)
  }
}

/** Holds what the history says of an execution against what the witness saw. */
function judgeExecution(world: ClusterWorld, row: HistoryRow, healedAt: number) {
  const { witness } = world
  const attempts = witness.attempts.get(row.id) ?? []
  const ofLast = attempts.filter(({ attempt }) => attempt === row.attempt)
  if (row.status === 'success' && !ofLast.some(({ end }) => end === 'success')) {
    world.complain(`${row.id} is a success, but no attempt succeeded`)
  }
  if (row.status === 'failed' && attempts.length === 0 && !wasCutWhenNoted(world, row))
    world.complain(`${row.id} failed without having been started`)
  const kept = ofLast.filter((attempt) => !witness.wasGivenUp(attempt))
  if (row.failure === 'lost' && kept.some(({ end }) => end === 'success')) {
    world.complain(`${row.id} is lost, but its attempt succeeded in good hands`)
  }
  if (row.status === 'failed' && row.failure !== 'lost' && kept.some(({ end }) => end === 'success')) {
    world.complain(`${row.id} failed, but its last attempt succeeded`)
  }
  if (row.status === 'skipped' && kept.length > 0) world.complain(`${row.id} is skipped, but it ran`)
  if (row.status === 'cancelled' && row.reason?.includes('before it started') && kept.length > 0) {
    world.complain(`${row.id} was cancelled as not started, but it ran`)
  }
  const definition = world.models.find((model) => model.id === row.taskId)?.definitions.get(row.taskVersion ?? 0)
  if (definition === undefined) return
  const { retry, misfire, concurrency } = definition.input
  const most = retry?.max_attempts ?? 1
  if (attempts.some(({ attempt }) => attempt > most)) world.complain(`${row.id} has more than ${most} attempts`)
  const allowed: Record<string, boolean> = {
    misfire: misfire?.policy === 'skip',
    missed: misfire?.policy === 'run_all',
    merged: misfire?.policy === 'run_once',
    overlap: concurrency?.overlap === 'skip',
    replaced: concurrency?.overlap === 'replace',
  }
  if (row.status === 'skipped' && allowed[row.reason ?? ''] === false) {
    world.complain(`${row.id} is skipped for ${row.reason}, which its policies do not know`)
  }
  if (concurrency?.overlap === 'allow' && !concurrency.key && row.trigger === 'schedule' && row.dueAt > healedAt) {
    judgePunctuality(world, row, (definition.input.jitter_seconds ?? 0) * 1000)
  }
}

/** How far a start that is noted and the end of the call that notes it may lie apart. */
const NOTING_MS = 30_000

/** A start is noted before it happens: an instance that is cut short in that call leaves one that never was. */
function wasCutWhenNoted({ instances }: ClusterWorld, { failure, startedAt }: HistoryRow): boolean {
  if (failure !== 'lost' || startedAt === null) return false
  return instances.some(({ cutInCallAt }) => cutInCallAt.some((at) => Math.abs(at - startedAt) <= NOTING_MS))
}

/** From when on everything must be in time again: nothing is wrong any more, and dead instances have lost their leases. */
function healthyFrom({ scenario }: ClusterWorld): number {
  const { leaseMs = 4000 } = scenario.engine
  const ends = scenario.mishaps.map((it) => {
    const lastsMs = 'forMs' in it ? it.forMs : 'downMs' in it ? it.downMs : 0
    // Calls come often enough.
    const waitsMs = 'inCall' in it && it.inCall !== 'none' ? 10 * MINUTE_MS : 0
    return it.at + waitsMs + lastsMs
  })
  const last = Math.max(0, ...ends)
  return scenario.mishaps.length === 0 ? scenario.startAt : scenario.startAt + last + 3 * leaseMs + 10 * MINUTE_MS
}

const MINUTE_MS = 60_000

function judgePunctuality(world: ClusterWorld, row: HistoryRow, jitterMs: number) {
  const { engine, latencyMs, walkMs, contention } = world.scenario
  const first = world.witness.attempts.get(row.id)?.[0]
  if (engine.capacity?.calls !== undefined || engine.limits?.global !== undefined || first === undefined) return
  const late = first.startedAt - row.dueAt
  // Claimed ahead of its instant, unless a claim passed it over.
  const mostMs = jitterMs + (latencyMs + walkMs > 0 ? 1000 : 1) + (contention > 0 ? (engine.pollMs ?? 1000) : 0)
  if (late < -world.toleranceMs || late > mostMs) world.complain(`${row.id} starts ${late} ms late in good times`)
}

function judgeMisfire(world: ClusterWorld, row: HistoryRow, rows: readonly HistoryRow[]) {
  const definition = world.models.find((model) => model.id === row.taskId)?.definitions.get(row.taskVersion ?? 0)
  if (definition === undefined) return
  const first = world.witness.attempts.get(row.id)?.[0]
  const ofSchedule = rows.filter((other) => other.scheduleId === row.scheduleId)
  const heldUpMs = first === undefined ? 0 : slownessAt(world, first.startedAt)
  const around = { definition, first, rows: ofSchedule, toleranceMs: world.toleranceMs, heldUpMs }
  for (const what of checkMisfire(row, around)) world.complain(what)
}

/** What is judged in time is let in by one call of the store and noted by another, behind one that is under way. */
const CALLS_OF_A_START = 3

function slownessAt({ scenario }: ClusterWorld, at: number): number {
  const slow = scenario.mishaps.map((it) => {
    if (it.kind !== 'slow') return 0
    const heldUpMs = CALLS_OF_A_START * it.upToMs
    const from = scenario.startAt + it.at
    // Mishaps wait for those before them.
    return at >= from && at <= from + it.forMs + 10 * MINUTE_MS ? heldUpMs : 0
  })
  return Math.max(0, ...slow)
}

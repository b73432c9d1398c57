import { createMemoryDisk, type MemoryDisk, type StoreParts } from '@rota/engine'
import type { Random } from '../random.ts'
import { checkLedger } from './ledger-check.ts'
import { checkMisfire, type PlannedRow } from './misfire-check.ts'
import { operate } from './operations.ts'
import { drawScenario, type ScenarioOptions } from './scenario.ts'
import type { Turns } from './turns.ts'
import { World } from './world.ts'

/** What one seed came to. */
export interface Verdict {
  seed: number
  /** The same for the same seed, on every machine. */
  hash: string
  /** Sentences that say what went wrong; empty when all rules held. */
  complaints: string[]
  executions: number
  crashes: number
  events: number
}

export interface SimulationOptions extends ScenarioOptions {
  turns: Turns
  plant?: (store: StoreParts, disk: MemoryDisk, random: Random) => StoreParts
}

/** Plays one seed and judges it. */
export async function simulate(options: SimulationOptions): Promise<Verdict> {
  const { seed, turns, plant } = options
  const disk = createMemoryDisk()
  const world = new World({ scenario: drawScenario(options), disk, turns, operate, ...(plant ? { plant } : {}) })
  try {
    await world.play()
    judge(world)
  } catch (error) {
    world.complain(`the simulation breaks down: ${(error as Error).stack}`)
  }
  const [count] = disk.select('SELECT count(*) AS n FROM execution_history')
  return {
    seed,
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
  finishedAt: number
}

function judge(world: World) {
  const rows = world.disk.select(
    `SELECT h.id, h.status, h.reason, h.failure, h.due_at AS dueAt, h.covers_from AS coversFrom, h.covers_count AS coversCount, h.created_at AS createdAt, h.jitter_ms AS jitterMs,
            t.id AS taskId, h.task_version AS taskVersion, h.schedule_id AS scheduleId, h.trigger,
            h.started_at AS startedAt, h.finished_at AS finishedAt, h.attempt
     FROM execution_history h LEFT JOIN tasks t ON t.seq = h.task_seq ORDER BY h.seq`,
  ) as unknown as HistoryRow[]
  const ids = new Set(rows.map((row) => row.id))
  for (const id of world.promised) if (!ids.has(id)) world.complain(`${id} was promised and is gone`)
  for (const row of rows) {
    judgeExecution(world, row)
    judgeMisfire(world, row, rows)
  }
  for (const model of world.models) {
    const ledger = rows.filter((row) => row.taskId === model.id && row.scheduleId !== null)
    for (const what of checkLedger(model, ledger)) world.complain(what)
  }
  world.ears.judge(world.scenario.isCalm)
  for (const row of rows) world.note(`${row.id} ${row.status} ${row.reason} ${row.dueAt} ${row.attempt}`)
  for (const counter of world.disk.select('SELECT key, held FROM concurrency_keys WHERE held <> 0')) {
    world.complain(`${counter.held} of ${counter.key} are held by nobody`)
  }
}

/** Holds what the history says of an execution against what the witness saw. */
function judgeExecution(world: World, row: HistoryRow) {
  const attempts = world.witness.attempts.get(row.id) ?? []
  const last = attempts.at(-1)
  if (row.status === 'success' && last?.end !== 'success') {
    world.complain(`${row.id} is a success, but the last attempt's end was ${last?.end ?? 'none'}`)
  }
  // A process that dies right after the end of an attempt has not noted it.
  const isLost = row.failure === 'lost' && world.crashes > 0
  if (last?.end === 'success' && row.status !== 'success' && !isLost) {
    world.complain(`${row.id} is ${row.status}, but its last attempt succeeded`)
  }
  // Nor has one that dies within the moment before a start is noted.
  if (row.status === 'skipped' && attempts.some(({ process }) => !world.diedAsProcess.has(process))) {
    world.complain(`${row.id} is skipped, but it ran`)
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
  if (world.scenario.isCalm && concurrency?.overlap === 'allow' && !concurrency.key && row.trigger === 'schedule') {
    judgePunctuality(world, row, definition.input.jitter_seconds ?? 0)
  }
}

function judgePunctuality(world: World, row: HistoryRow, jitterSeconds: number) {
  const { capacity, limits } = world.scenario.engine
  const first = world.witness.attempts.get(row.id)?.[0]
  if (capacity?.calls !== undefined || limits?.global !== undefined || first === undefined) return
  const late = first.startedAt - row.dueAt
  if (late < 0 || late > jitterSeconds * 1000) world.complain(`${row.id} starts ${late} ms late on a calm day`)
}

function judgeMisfire(world: World, row: HistoryRow, rows: readonly HistoryRow[]) {
  const model = world.models.find(({ id }) => id === row.taskId)
  const definition = model?.definitions.get(row.taskVersion ?? 0)
  if (model === undefined || definition === undefined) return
  const first = world.witness.attempts.get(row.id)?.[0]
  const ofSchedule = rows.filter((other) => other.scheduleId === row.scheduleId)
  const about = { definition, first, rows: ofSchedule, toleranceMs: 0, mayBeAsked: model.mayBeAsked(row) }
  for (const what of checkMisfire(row, about)) world.complain(what)
}

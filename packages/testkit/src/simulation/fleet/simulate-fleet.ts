import { createMemoryDisk } from '@rota/engine'
import type { Verdict } from '../simulate.ts'
import type { Turns } from '../turns.ts'
import { type FleetPlant, FleetWorld } from './fleet-world.ts'
import { judgeLog } from './log-check.ts'
import { type EndedRow, judgeOutcome } from './outcome-check.ts'
import { drawFleetScenario, type FleetScenario } from './scenario.ts'

export interface FleetRun {
  turns: Turns
  plant?: FleetPlant
  /** Told each line of the trace. */
  onNote?: (line: string) => void
}

/** Plays one seed on several instances with nodes, and judges it. */
export function simulateFleet(options: { seed: number } & FleetRun): Promise<Verdict> {
  return playFleet(drawFleetScenario(options), options)
}

/** Plays what was drawn. */
export async function playFleet(scenario: FleetScenario, { turns, plant, onNote }: FleetRun): Promise<Verdict> {
  const disk = createMemoryDisk()
  const world = new FleetWorld({ scenario, disk, turns, ...(plant ? { plant } : {}), ...(onNote ? { onNote } : {}) })
  try {
    await world.play()
    judge(world)
  } catch (error) {
    world.complain(`the simulation breaks down: ${(error as Error).stack}`)
  }
  const [count] = disk.select('SELECT count(*) AS n FROM execution_history')
  return {
    ...{ seed: scenario.seed, hash: world.hash, complaints: world.complaints },
    ...{ executions: count!.n as number, crashes: world.crashes, events: world.events },
  }
}

function judge(world: FleetWorld) {
  const rows = world.disk.select(
    `SELECT id, status, failure, error, result, attempt, node_id AS node, dropped_log_bytes AS droppedBytes
     FROM execution_history ORDER BY seq`,
  ) as unknown as EndedRow[]
  const ids = new Set(rows.map((row) => row.id))
  for (const id of world.promised) if (!ids.has(id)) world.complain(`${id} was promised and is gone`)
  for (const row of rows) {
    world.note(`${row.id} ${row.status} ${row.failure} ${row.attempt} ${row.node}`)
    for (const what of judgeOutcome(row, world)) world.complain(what)
    for (const what of judgeLog(row, world)) world.complain(what)
  }
  world.ears.judge(world.scenario.isCalm)
}

import { type Caller, SYSTEM } from '@rota/core'
import type { Engine } from '@rota/engine'
import type { Random } from '../random.ts'
import { type Definition, drawDefinition } from './scenario.ts'
import { isActive, type TaskModel } from './task-model.ts'

/** What people see of a world. */
export interface Peopled {
  readonly scenario: { startAt: number; lengthMs: number }
  readonly models: readonly TaskModel[]
  readonly clock: { now(): number }
  /** The server that somebody happens to speak to. */
  readonly engine: Engine
  /** Does something to a task, and takes note of what becomes of it; `definition` is what it makes of the task. */
  change(model: TaskModel, definition: Definition | null, act: (tasks: Engine['tasks']) => Promise<unknown>): void
  /** Asks for an execution; once it is promised it must come to an end. */
  ask(act: () => Promise<{ id: string }>): void
}

const ANN: Caller = { ...SYSTEM, name: 'ann' }

/** Somebody does something to a task, or asks for an execution. */
export function operate(world: Peopled, random: Random): void {
  const model = random.pick(world.models)
  const { state, id } = model
  if (state.deletedAt !== null) world.change(model, null, (tasks) => tasks.restore(ANN, id))
  else if (state.pausedAt !== null && random.chance(0.3)) edit(world, model, random)
  else if (state.pausedAt !== null) {
    const backlog = random.pick(['skip', 'last', 'all'] as const)
    world.change(model, null, (tasks) => tasks.resume(ANN, id, { backlog }))
  } else if (!isActive(state)) world.change(model, null, (tasks) => tasks.enable(ANN, id))
  else random.pick(USUAL)(world, model, random)
}

type Operation = (world: Peopled, model: TaskModel, random: Random) => void

const pause: Operation = (world, model) => world.change(model, null, (tasks) => tasks.pause(ANN, model.id))
const run: Operation = (world, model) => world.ask(() => world.engine.tasks.run(ANN, model.id))
/** What is done to tasks that are active; some of it more often than the rest. */
const USUAL: readonly Operation[] = [
  pause,
  pause,
  run,
  run,
  edit,
  edit,
  (world, model) => world.change(model, null, (tasks) => tasks.disable(ANN, model.id)),
  (world, model) => world.change(model, null, (tasks) => tasks.remove(ANN, model.id, null)),
  (world, model) => world.change(model, null, (tasks) => tasks.stop(ANN, model.id)),
  (world, _, random) => {
    for (let n = random.int(1, 5); n > 0; n--) world.ask(() => submit(world, random))
  },
]

function edit(world: Peopled, model: TaskModel, random: Random) {
  // How many runs a schedule has left would have to be carried over; that is a test of its own.
  if (model.definition.maxRuns !== null) return
  const { scenario } = world
  const { name, timezone } = model.definition.input
  const frame = { name, zone: timezone!, startAt: scenario.startAt, lengthMs: scenario.lengthMs }
  const drawn = drawDefinition(random, frame)
  const input = { end_at: null, ...drawn.input, max_runs: null }
  const definition: Definition = { ...drawn, input, maxRuns: null }
  world.change(model, definition, (tasks) => tasks.update(ANN, model.id, input, null))
}

function submit(world: Peopled, random: Random) {
  return world.engine.executions.submit(ANN, {
    type: 'simulated',
    payload: { longestMs: 5000 },
    retry: { max_attempts: 2, delay_seconds: 5 },
    ...(random.chance(0.5) ? { concurrency: { key: 'door', key_max: 1 } } : {}),
    ...(random.chance(0.3) ? { run_at: new Date(world.clock.now() + random.int(0, 3_600_000)).toISOString() } : {}),
  })
}

import type { NodeFacts, TaskInput } from '@rota/core'
import type { EngineOptions, JobInput } from '@rota/engine'
import { createRandom, type Random } from '../../random.ts'
import type { Moment } from '../cluster/scenario.ts'
import type { SimPayload, Vices } from './sim-node.ts'

/** What happens, and when: ms since the beginning of the run. Instances and nodes count from 0. */
export type FleetMishap =
  | { at: number; kind: 'submit'; job: number }
  /** Of what is under way, somebody cancels one; `which` says which. */
  | { at: number; kind: 'cancel'; which: number }
  | { at: number; kind: 'crash'; instance: number; downMs: number; inCall: Moment }
  | { at: number; kind: 'restart'; instance: number; downMs: number }
  /** The store fails a share of the calls, or is away from an instance or from all (null). */
  | { at: number; kind: 'trouble'; forMs: number; share: number }
  | { at: number; kind: 'outage'; instance: number | null; forMs: number }
  | { at: number; kind: 'node_crash'; node: number; downMs: number; keepsState: boolean }
  | { at: number; kind: 'node_restart'; node: number; downMs: number; graceMs: number }
  | { at: number; kind: 'node_cut'; node: number; forMs: number }
  | { at: number; kind: 'hot_away'; forMs: number }
  | { at: number; kind: 'hot_emptied' }
  | { at: number; kind: 'hot_rolled_back'; byMs: number }

/** Everything that will happen to one seed, but for what depends on how the engines and nodes behave. */
export interface FleetScenario {
  seed: number
  startAt: number
  lengthMs: number
  /** How wrong the clock of each instance's machine is, in ms. */
  skews: number[]
  nodes: { facts: NodeFacts; skewMs: number; vices: Vices; spoolBytes: number }[]
  jobs: JobInput[]
  mishaps: FleetMishap[]
  /** Of messages between instances. */
  lossShare: number
  delayMs: number
  latencyMs: number
  /** Nothing goes wrong: everything is done at once, and once. */
  isCalm: boolean
  engine: Partial<EngineOptions>
}

const SECOND_MS = 1_000
const HOUR_MS = 3_600_000
const LANGUAGES = [['en', 'zh'], ['de', 'en'], []] as const

export function drawFleetScenario({ seed }: { seed: number }): FleetScenario {
  const random = createRandom(seed + 0xf1ee7)
  const isCalm = random.chance(0.1)
  const lengthMs = random.int(30, 75) * SECOND_MS
  const instances = random.pick([1, 2, 2, 3])
  const nodes = Array.from({ length: random.int(1, 4) }, (_, n) => drawNode(random, `n${n + 1}`, isCalm))
  const jobs = Array.from({ length: random.int(5, 25) }, () => drawJob(random, random.pick(nodes).facts))
  const submits = jobs.map((_, job) => ({ at: random.int(0, lengthMs * 0.7), kind: 'submit' as const, job }))
  const mishaps = isCalm ? [] : drawMishaps(random, { instances, nodes: nodes.length, lengthMs })
  return {
    ...{ seed, lengthMs, isCalm, jobs, nodes },
    startAt: Date.UTC(2026, 0, 5, 12) + random.int(0, 1e9),
    skews: Array.from({ length: instances }, () => (isCalm ? 0 : random.int(-60_000, 60_000))),
    mishaps: [...submits, ...mishaps].sort((a, b) => a.at - b.at),
    lossShare: isCalm ? 0 : random.pick([0, 0, 0.02, 0.2]),
    delayMs: random.pick([0, 5, 200, 1_500]),
    latencyMs: random.pick([0, 5, 100]),
    engine: {
      nodes: { slowStartMs: random.pick([0, 10_000]), quarantine: QUARANTINE },
      // Not what is looked into here; looking for it takes most of the time.
      longestSleepMs: 10_000,
    },
  }
}

const QUARANTINE = { failures: 3, windowMs: 20_000, forMs: 20_000, share: 0.5 }

function drawNode(random: Random, id: string, isCalm: boolean): FleetScenario['nodes'][number] {
  const isLiar = !isCalm && random.chance(0.25)
  const facts: NodeFacts = {
    ...{ id, name: id, address: null, weight: random.int(1, 3), capacity: random.int(1, 3), gpu: null },
    ...{ labels: { zone: random.pick(['a', 'b']) }, languages: random.pick(LANGUAGES), types: ['simulated'] },
    ...{ capabilities: random.chance(0.5) ? { ASR: { languages: [], models: [] } } : {}, handlers: [], version: '1' },
    ...{ callbackUrl: null, pools: [], platform: {}, tenantId: null },
  }
  return {
    facts,
    skewMs: random.chance(0.3) ? random.pick([-HOUR_MS, HOUR_MS]) : 0,
    spoolBytes: random.pick([2_000, 50_000]),
    vices: isLiar
      ? { lateAck: 0.2, noAck: 0.1, doubleAck: 0.2, phantoms: random.chance(0.5) }
      : { lateAck: 0, noAck: 0, doubleAck: 0, phantoms: false },
  }
}

/** Fits one node at least. */
function drawJob(random: Random, fitting: NodeFacts): JobInput {
  const payload: SimPayload = {
    longestMs: random.pick([200, 2_000, 8_000, 30_000]),
    failing: random.pick([0, 0, 0.3]),
    lines: random.pick([0, 3, 40]),
  }
  const pool = fitting.languages.length > 0 && random.chance(0.2) ? [...fitting.languages].sort().join('-') : null
  const service = Object.keys(fitting.capabilities)[0]
  const target: TaskInput['target'] = {
    kind: 'node',
    ...(pool !== null && { pool }),
    ...(random.chance(0.15) && { node_id: fitting.id }),
    ...(random.chance(0.2) && { selector: `zone=${fitting.labels.zone}` }),
    ...(service !== undefined && random.chance(0.2) && { capability: service }),
    strategy: random.pick(['random', 'round_robin', 'least_loaded', 'weighted_round_robin', 'power_of_two'] as const),
    on_lost: random.pick(['restart', 'restart', 'fail', 'wait'] as const),
    ...(random.chance(0.1) && { queue_timeout_seconds: random.int(1, 20) }),
  }
  const spread = random.next()
  if (spread < 0.05) target.broadcast = random.chance(0.5) ? {} : { at_once: 1 }
  else if (spread < 0.1) target.shards = random.int(2, 4)
  const retry = random.chance(0.5)
    ? { max_attempts: 3, delay_seconds: 2, on: ['lost', 'exit_code'] }
    : { max_attempts: 1 }
  return {
    ...{ type: 'simulated', payload: { ...payload }, target, retry: retry as NonNullable<TaskInput['retry']> },
    ...(random.chance(0.2) && { priority: random.int(-5, 5) }),
  }
}

/** Each seed draws which kinds of mishap it knows, and then how many. The last fifth is left in peace. */
function drawMishaps(
  random: Random,
  { instances, nodes, lengthMs }: { instances: number; nodes: number; lengthMs: number },
): FleetMishap[] {
  const some = (probability: number, most: number, draw: (at: number) => FleetMishap) =>
    random.chance(probability)
      ? Array.from({ length: random.int(1, most) }, () => draw(random.int(SECOND_MS, lengthMs * 0.8)))
      : []
  const instance = () => random.int(0, instances - 1)
  const node = () => random.int(0, nodes - 1)
  const moment = () => random.pick(['none', 'before', 'after'] as const)
  return [
    ...some(0.4, 3, (at) => {
      return { at, kind: 'crash', instance: instance(), downMs: random.pick([0, 3_000, 15_000]), inCall: moment() }
    }),
    ...some(0.2, 2, (at) => ({ at, kind: 'restart', instance: instance(), downMs: random.pick([0, 5_000]) })),
    ...some(0.15, 2, (at) => ({ at, kind: 'trouble', forMs: 10_000, share: random.pick([0.05, 0.3]) })),
    ...some(0.15, 1, (at) => {
      return {
        at,
        kind: 'outage',
        instance: random.chance(0.5) ? instance() : null,
        forMs: random.pick([2_000, 8_000]),
      }
    }),
    ...some(0.4, 3, (at) => {
      const downMs = random.pick([0, 5_000, 30_000])
      return { at, kind: 'node_crash', node: node(), downMs, keepsState: random.chance(0.5) }
    }),
    ...some(0.15, 2, (at) => {
      return { at, kind: 'node_restart', node: node(), downMs: 2_000, graceMs: random.pick([0, 5_000]) }
    }),
    ...some(0.5, 3, (at) => {
      return { at, kind: 'node_cut', node: node(), forMs: random.pick([3_000, 10_000, 20_000, 40_000]) }
    }),
    ...some(0.25, 2, (at) => ({ at, kind: 'hot_away', forMs: random.pick([500, 4_000, 20_000]) })),
    ...some(0.25, 1, (at) => ({ at, kind: 'hot_emptied' })),
    ...some(0.2, 1, (at) => ({ at, kind: 'hot_rolled_back', byMs: random.pick([100, 2_000, 10_000, 40_000]) })),
    ...some(0.4, 4, (at) => ({ at, kind: 'cancel', which: random.int(0, 1_000) })),
  ]
}

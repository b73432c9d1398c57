import type { RetryPolicy } from '@rota/core'
import { createRandom, type Random } from '../../random.ts'
import { type Definition, drawScenario, type Scenario } from '../scenario.ts'

/** In which call an instance is hit: in none, in its next one before the store has it, or after it was carried out. */
export type Moment = 'none' | 'before' | 'after'

/** What goes wrong, and when: ms of real time since the beginning of the run. `instance` counts from 0. */
export type ClusterMishap =
  /** Its processes die with it, or go on as orphans. */
  | { at: number; kind: 'crash'; instance: number; downMs: number; inCall: Moment; orphans: boolean }
  | { at: number; kind: 'restart'; instance: number; downMs: number; graceMs: number }
  | { at: number; kind: 'rolling_restart'; graceMs: number }
  /** Stops as by SIGSTOP, and goes on later as if nothing had been. */
  | { at: number; kind: 'freeze'; instance: number; forMs: number; inCall: Moment }
  /** Somebody sets the clock of its machine. */
  | { at: number; kind: 'set_clock'; instance: number; skewMs: number }
  /** The store cannot be reached: by one instance, or by all (null). */
  | { at: number; kind: 'outage'; instance: number | null; forMs: number }
  /** Calls take up to so long. */
  | { at: number; kind: 'slow'; forMs: number; upToMs: number }
  /** A share of the calls fails in one of many ways. */
  | { at: number; kind: 'trouble'; forMs: number; share: number }
  | { at: number; kind: 'operation' }

export interface ClusterScenario extends Omit<Scenario, 'mishaps'> {
  mishaps: ClusterMishap[]
  /** How wrong the clock of each instance's machine is, in ms. */
  skews: number[]
  /** How long a call may take on its way there, and back, when nothing is the matter; 0 for no time at all. */
  latencyMs: number
  /** The share of claims and releases that find rows locked by others. */
  contention: number
  /** How much longer a claim takes that looks at everything, as where an old snapshot keeps what was taken, in ms. */
  walkMs: number
  /** The store is asked for one or two executions at a time, which shows in which order it gives them. */
  isNarrow: boolean
  /** It goes on for more than a day after the end, until dead instances are forgotten. */
  isLong: boolean
}

export interface ClusterScenarioOptions {
  seed: number
  hours: number
  /** Keeps the engine's own settings, which look seconds ahead, not minutes: for short runs. */
  isUsual?: boolean
}

const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const MOST_INSTANCES = 5
/** What an engine takes where there can be others. */
const USUAL_LEASE_MS = 4000
/** So wrong are the clocks of machines. */
const MOST_SKEW_MS = 5 * MINUTE_MS

/** Everything that will happen to one seed, but for what depends on how the engines behave. */
export function drawClusterScenario(options: ClusterScenarioOptions): ClusterScenario {
  const { isUsual = false } = options
  const alone = drawScenario(options)
  const random = createRandom(options.seed + 0x5eed)
  const count = random.pick([1, 2, 2, 3, 3, 4, MOST_INSTANCES])
  const leaseMs = isUsual ? USUAL_LEASE_MS : 300_000
  return {
    ...alone,
    definitions: alone.definitions.map((it) => (random.chance(0.25) ? outlasting(it, leaseMs) : it)),
    mishaps: alone.isCalm ? [] : drawMishaps(random, { count, lengthMs: alone.lengthMs, leaseMs }),
    engine: { ...alone.engine, ...(isUsual ? {} : { leaseMs }) },
    skews: Array.from({ length: count }, () => Math.round(MOST_SKEW_MS * (2 * random.next() - 1))),
    latencyMs: random.pick([0, 0, 20, 200]),
    contention: alone.isCalm ? 0 : random.pick([0, 0.05, 0.3]),
    isNarrow: random.chance(0.15),
    isLong: !isUsual && random.chance(0.03),
    walkMs: random.pick([0, 0, 5_000]),
  }
}

/** Attempts that go on while leases end, and are tried again when they are lost. */
export function outlasting(definition: Definition, leaseMs: number): Definition {
  const { input } = definition
  const on: RetryPolicy['on'] = ['lost', 'exit_code']
  const retry = { ...input.retry, max_attempts: 4, delay_seconds: leaseMs / 1000, max_delay_seconds: 300, on }
  const payload = { ...input.payload, longestMs: 3 * leaseMs }
  // One at a time, and none that waits, or the last of them would end days later.
  const concurrency = { overlap: 'skip' as const, max: 1 }
  const shown = { payload, concurrency, retry, timeout_seconds: null }
  return { ...definition, input: { ...input, ...shown } }
}

interface Frame {
  count: number
  lengthMs: number
  leaseMs: number
}

/** Each seed draws which kinds of mishap it knows, and then how many. The last fifth is left in peace. */
function drawMishaps(random: Random, { count, lengthMs, leaseMs }: Frame): ClusterMishap[] {
  const until = Math.floor(lengthMs * 0.8)
  const some = (probability: number, most: number, draw: (at: number) => ClusterMishap) =>
    random.chance(probability)
      ? Array.from({ length: random.int(1, most) }, () => draw(random.int(SECOND_MS, until)))
      : []
  const instance = () => random.int(0, count - 1)
  const moment = () => random.pick(['none', 'before', 'after'] as const)
  /** Around a lease: shorter, a little longer, much longer. */
  const aboutLease = () => Math.round(leaseMs * random.pick([0.2, 0.7, 1.1, 1.5, 6]))
  const mishaps: ClusterMishap[] = [
    ...some(0.5, 4, (at) => {
      const downMs = random.pick([0, 5 * SECOND_MS, leaseMs, 3 * leaseMs])
      return { at, kind: 'crash', instance: instance(), downMs, inCall: moment(), orphans: random.chance(0.3) }
    }),
    ...some(0.25, 2, (at) => {
      return { at, kind: 'restart', instance: instance(), downMs: random.pick([0, MINUTE_MS]), graceMs: 20_000 }
    }),
    ...some(0.15, 1, (at) => ({ at, kind: 'rolling_restart', graceMs: 20_000 })),
    ...some(0.5, 4, (at) => ({ at, kind: 'freeze', instance: instance(), forMs: aboutLease(), inCall: moment() })),
    ...some(0.3, 3, (at) => {
      return { at, kind: 'set_clock', instance: instance(), skewMs: random.int(-MOST_SKEW_MS, MOST_SKEW_MS) }
    }),
    ...some(0.3, 3, (at) => {
      return { at, kind: 'outage', instance: random.chance(0.5) ? instance() : null, forMs: aboutLease() }
    }),
    ...some(0.25, 2, (at) => {
      return { at, kind: 'slow', forMs: random.pick([MINUTE_MS, 10 * MINUTE_MS]), upToMs: random.pick([500, 8000]) }
    }),
    ...some(0.4, 3, (at) => {
      return { at, kind: 'trouble', forMs: random.pick([MINUTE_MS, 20 * MINUTE_MS]), share: random.pick([0.05, 0.4]) }
    }),
    ...some(0.7, 12, (at) => ({ at, kind: 'operation' })),
  ]
  return mishaps.sort((a, b) => a.at - b.at)
}

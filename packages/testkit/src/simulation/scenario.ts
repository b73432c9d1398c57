import { type OverlapPolicy, type RetryPolicy, RotaError, type ScheduleInput, type TaskInput } from '@rota/core'
import type { EngineOptions } from '@rota/engine'
import { createRandom, type Random } from '../random.ts'
import type { DueRule } from './due-oracle.ts'

/** What the simulation knows of one version of a task, apart from the document it hands to the engine. */
export interface Definition {
  input: TaskInput
  rule: DueRule
  /** Inclusive; occurrences outside are none. */
  window: { from: number; to: number }
  maxRuns: number | null
}

/** What goes wrong, and when. Offsets are ms of real time since the beginning of the run. */
export type Mishap =
  | { at: number; kind: 'crash'; downMs: number; inCall: 'none' | 'before' | 'after' }
  | { at: number; kind: 'restart'; downMs: number; graceMs: number }
  | { at: number; kind: 'suspend'; forMs: number }
  | { at: number; kind: 'jump'; byMs: number }
  | { at: number; kind: 'disk_full'; forMs: number }
  | { at: number; kind: 'operation' }

export interface Scenario {
  seed: number
  startAt: number
  lengthMs: number
  definitions: Definition[]
  mishaps: Mishap[]
  engine: Partial<EngineOptions>
  /** Nothing goes wrong: everything must be exactly in time. */
  isCalm: boolean
}

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000
const all = (from: number, to: number, step = 1) => {
  const found: number[] = []
  for (let n = from; n <= to; n += step) found.push(n)
  return found
}

/** Changes of clocks, and places that have none; the runs are laid around them. */
const PLACES: readonly { zone: string; at: number }[] = [
  { zone: 'UTC', at: Date.UTC(2026, 5, 1) },
  { zone: 'Asia/Shanghai', at: Date.UTC(2026, 11, 31, 16) },
  { zone: 'Europe/Berlin', at: Date.UTC(2026, 2, 29, 1) },
  { zone: 'Europe/Berlin', at: Date.UTC(2026, 9, 25, 1) },
  { zone: 'America/New_York', at: Date.UTC(2026, 2, 8, 7) },
  { zone: 'America/New_York', at: Date.UTC(2026, 10, 1, 6) },
  { zone: 'Australia/Lord_Howe', at: Date.UTC(2026, 9, 3, 15, 30) },
  { zone: 'Australia/Lord_Howe', at: Date.UTC(2027, 3, 3, 15) },
  { zone: 'America/St_Johns', at: Date.UTC(2026, 2, 8, 5, 30) },
  { zone: 'Africa/Casablanca', at: Date.UTC(2026, 1, 15, 2) },
  { zone: 'Pacific/Chatham', at: Date.UTC(2026, 3, 4, 14) },
  { zone: 'Asia/Kathmandu', at: Date.UTC(2026, 7, 1, 18, 15) },
]

export interface ScenarioOptions {
  seed: number
  hours: number
  /** Keeps the engine's own settings, which look seconds ahead, not minutes: for short runs. */
  isUsual?: boolean
}

/** Everything that will happen to one seed, but for what depends on how the engine behaves. */
export function drawScenario({ seed, hours, isUsual = false }: ScenarioOptions): Scenario {
  const random = createRandom(seed)
  const place = random.pick(PLACES)
  const lengthMs = hours * HOUR_MS
  const startAt = Math.floor((place.at - random.int(0, lengthMs)) / 1000) * 1000
  const isCalm = random.chance(0.1)
  const definitions = Array.from({ length: random.int(3, 7) }, (_, n) =>
    drawDefinition(random, { name: `task ${n}`, zone: place.zone, startAt, lengthMs }),
  )
  return {
    seed,
    startAt,
    lengthMs,
    definitions,
    mishaps: isCalm ? [] : drawMishaps(random, lengthMs),
    engine: {
      ...(isUsual ? {} : farSighted(random)),
      capacity: random.chance(0.2) ? { calls: 2 } : {},
      priorityStepMs: MINUTE_MS,
      limits: random.chance(0.2) ? { global: 3 } : {},
      poisonAfter: 50,
    },
    isCalm,
  }
}

/** Settings with which hours pass in few steps. */
function farSighted(random: Random): Partial<EngineOptions> {
  return {
    horizonMs: random.pick([150_000, 240_000]),
    prefetchMs: random.pick([60_000, 120_000]),
    pollMs: 60_000,
    longestSleepMs: 120_000,
    leaseMs: 900_000,
  }
}

interface Frame {
  name: string
  zone: string
  startAt: number
  lengthMs: number
}

/** A task and when it is due. */
export function drawDefinition(random: Random, frame: Frame): Definition {
  const { schedule, rule } = drawSchedule(random, frame)
  const window = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY }
  if (random.chance(0.1)) window.to = frame.startAt + random.int(1, frame.lengthMs)
  const maxRuns = random.chance(0.08) ? random.int(1, 12) : null
  const overlap: OverlapPolicy = random.pick(['skip', 'skip', 'allow', 'queue', 'replace'])
  const key = random.chance(0.3) ? random.pick(['door', 'pool']) : null
  const input: TaskInput = {
    name: frame.name,
    type: 'simulated',
    payload: { longestMs: random.pick([2000, 20_000, 90_000]), failing: random.pick([0, 0, 0.1, 0.5]) },
    schedule,
    timezone: frame.zone,
    ...(Number.isFinite(window.to) ? { end_at: new Date(window.to).toISOString() } : {}),
    ...(maxRuns === null ? {} : { max_runs: maxRuns }),
    jitter_seconds: random.pick([0, 0, 0, 30, 200]),
    misfire: {
      policy: random.pick(['run_once', 'run_once', 'skip', 'run_all']),
      grace_seconds: random.pick([0, 60, 300]),
      max: random.pick([1, 3, 20]),
      spread_seconds: random.pick([0, 10]),
    },
    concurrency: { overlap, max: random.pick([1, 1, 2]), key, key_max: key === 'pool' ? 2 : 1 },
    retry: drawRetry(random),
    priority: random.pick([0, 0, 0, 5, -5]),
    timeout_seconds: random.chance(0.3) ? 30 : null,
    kill_grace_seconds: random.pick([1, 10]),
  }
  return { input, rule, window, maxRuns }
}

/** What takes the place of a drawn task that would never run, because the engine refuses such tasks. */
export function inItsPlace({ input: { end_at: _, ...input }, maxRuns }: Definition): Definition {
  const [zone, minutes] = [input.timezone!, new Set(all(0, 24 * 60 - 1, 10))]
  return {
    input: { ...input, schedule: '*/10 * * * *' },
    rule: { kind: 'cron', zone, minutes, weekdays: all(0, 6), isFixed: false },
    window: { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY },
    maxRuns,
  }
}

/** Whether a task was refused because it would never run. */
export function isOfNoUse(error: unknown): boolean {
  return RotaError.is(error) && error.code === 'invalid' && error.message.includes('never fires')
}

function drawRetry(random: Random): Partial<RetryPolicy> {
  return {
    max_attempts: random.pick([1, 1, 2, 4]),
    delay_seconds: random.pick([0, 5, 60]),
    backoff: random.pick(['fixed', 'exponential']),
    max_delay_seconds: 300,
    jitter: random.pick([0, 0.5]),
    on: random.pick([['exit_code', 'timeout', 'lost', 'error'], ['exit_code']]),
  }
}

function drawSchedule(random: Random, { zone, startAt, lengthMs }: Frame): { schedule: ScheduleInput; rule: DueRule } {
  const everyDay = all(0, 6)
  const daily = (schedule: ScheduleInput, minutes: number[], isFixed: boolean, weekdays = everyDay) => ({
    schedule,
    rule: { kind: 'cron', zone, minutes: new Set(minutes), weekdays, isFixed } as const,
  })
  const minutesOf = (hours: number[], minutes: number[]) =>
    hours.flatMap((hour) => minutes.map((minuteOfHour) => 60 * hour + minuteOfHour))
  const minute = random.int(0, 59)
  const step = random.pick([4, 6, 10, 15])
  switch (random.int(0, 8)) {
    case 0:
      return daily(`*/${step} * * * *`, minutesOf(all(0, 23), all(0, 59, step)), false)
    case 1:
      return daily(`${minute} * * * *`, minutesOf(all(0, 23), [minute]), false)
    case 2:
      return daily(`${minute} 0-5 * * *`, minutesOf(all(0, 5), [minute]), true)
    case 3:
      return daily('5,35 1-3 * * *', minutesOf([1, 2, 3], [5, 35]), true)
    case 4:
      return daily({ type: 'daily', times: ['01:30', '02:15', '02:45', '03:00'] }, [90, 135, 165, 180], true)
    case 5:
      return daily(
        `${minute % 10}-59/10 * * * 1-5`,
        minutesOf(all(0, 23), all(minute % 10, 59, 10)),
        false,
        [1, 2, 3, 4, 5],
      )
    case 6: {
      const at = startAt + random.int(0, lengthMs)
      return { schedule: { type: 'once', at: new Date(at).toISOString() }, rule: { kind: 'once', at } }
    }
    default: {
      const every = random.pick([2, 4, 7, 11])
      const anchorAt = startAt - random.int(0, HOUR_MS)
      const anchor = new Date(anchorAt).toISOString()
      return {
        schedule: { type: 'interval', every, unit: 'minutes', anchor },
        rule: { kind: 'interval', anchorAt, periodMs: every * MINUTE_MS },
      }
    }
  }
}

/** Each seed draws which kinds of mishap it knows, and then how many. The last fifth is left in peace. */
function drawMishaps(random: Random, lengthMs: number): Mishap[] {
  const until = Math.floor(lengthMs * 0.8)
  const some = (probability: number, most: number, draw: (at: number) => Mishap) =>
    random.chance(probability)
      ? Array.from({ length: random.int(1, most) }, () => draw(random.int(MINUTE_MS, until)))
      : []
  const mishaps: Mishap[] = [
    ...some(0.5, 3, (at) => {
      const inCall = random.pick(['none', 'before', 'after'] as const)
      return { at, kind: 'crash', downMs: random.pick([0, 5000, 10 * MINUTE_MS, HOUR_MS]), inCall }
    }),
    ...some(0.2, 2, (at) => ({ at, kind: 'restart', downMs: random.pick([0, MINUTE_MS]), graceMs: 20_000 })),
    ...some(0.3, 2, (at) => ({ at, kind: 'suspend', forMs: random.pick([10_000, MINUTE_MS, 30 * MINUTE_MS]) })),
    ...some(0.5, 3, (at) => {
      const size = random.pick([1000, 90_000, HOUR_MS, 4 * HOUR_MS])
      return { at, kind: 'jump', byMs: Math.round(size * (2 * random.next() - 1)) }
    }),
    ...some(0.3, 2, (at) => ({ at, kind: 'disk_full', forMs: random.pick([1000, MINUTE_MS, 10 * MINUTE_MS]) })),
    ...some(0.7, 12, (at) => ({ at, kind: 'operation' })),
  ]
  return mishaps.sort((a, b) => a.at - b.at)
}

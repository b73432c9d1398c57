/** A durable queue: enqueue and process 100,000 no-op jobs, embedded against BullMQ, or on PostgreSQL (--store postgres). */
import { parseArgs } from 'node:util'
import { type BenchOptions, installPeer, percentiles } from './bench.ts'
import { rounded } from './embedded.ts'
import { inChild } from './in-child.ts'
import { startPostgres } from './postgres-server.ts'
import { startRedis } from './redis-server.ts'

/** What one round of one contender measured. */
export interface QueueFigures {
  /** One job after the other, each awaited. */
  serialPerSecond: number
  /** 100 callers, each awaiting its own job. */
  concurrentPerSecond: number
  /** Batches of 1,000. */
  bulkPerSecond: number
  /** From the worker's start to the last handler. */
  handledPerSecond: number
  /** From the worker's start until every end is written. */
  processedPerSecond: number
  /** User and system time per processed job: of both below together. */
  cpuMicrosPerJob: number
  /** Of the process with the workers. */
  processCpuMicrosPerJob: number
  /** Of all processes of PostgreSQL, or of Redis. */
  serverCpuMicrosPerJob: number
  /** Enqueue to start, one job at a time on an idle system. */
  latencyP50Ms: number
  latencyP99Ms: number
}

export interface QueueRound {
  /** Jobs of the bulk and processing legs; the others take a tenth of that, at least 1,000. */
  jobs: number
  /** Whether ended jobs are kept. */
  history: boolean
}

interface Contender {
  name: string
  guarantee: string
  /** The contender that does the least that the same database can be asked for. */
  floor?: Contender
  measure: () => Promise<QueueFigures>
}

const BULLMQ = '6.7.0'
const GRAPHILE = '0.18.0'
/** 12.38 lacks a dependency. */
const PGBOSS = '12.35.0'
/** The client that BullMQ is used with. */
const IOREDIS = '6.0.0'

/**
 * `--n N` jobs, `--rounds R` rounds after one to warm up, `--alone` without peers, `--redis-url URL` of the Redis
 * without persistence (a database of its own is used and emptied). The fsync column of BullMQ has a Redis of its own,
 * where the program `redis-server` is found. `--store postgres` compares on a PostgreSQL of its own, with
 * graphile-worker, pg-boss, and BullMQ with fsync; `--only graphileWorker,…` with some of them. Rates on PostgreSQL stand
 * beside those of the same jobs by bare SQL: `floorPerSecond`, and `percentOfFloor`, the median over the rounds.
 */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string' },
      rounds: { type: 'string' },
      alone: { type: 'boolean' },
      'redis-url': { type: 'string' },
      store: { type: 'string' },
      only: { type: 'string' },
    },
  })
  const jobs = Number(values.n ?? 100_000)
  const rounds = Number(values.rounds ?? 3)
  if (values.store === 'postgres') {
    return runOnPostgres({ jobs, rounds, alone: values.alone === true, only: values.only?.split(',') ?? null, log })
  }
  const ours = (history: boolean): Contender => ({
    name: history ? 'rota' : 'rotaNoHistory',
    guarantee: `fsync, at least once, ${history ? 'history kept' : 'no history'}`,
    measure: () => inChild(ROTA, 'measureRota', [{ jobs, history }]),
  })
  const contenders = [ours(true), ours(false)]
  const redis = values.alone ? null : await startRedis()
  if (!values.alone) {
    const [bullmq, ioredis] = [await installPeer('bullmq', BULLMQ), await installPeer('ioredis', IOREDIS)]
    const peers = { bullmq: bullmq.directory, ioredis: ioredis.directory }
    const theirs = (name: string, guarantee: string, url: string): Contender => ({
      name,
      guarantee: `${guarantee}, at least once, no history`,
      measure: () => inChild(PEER, 'measureBullmq', [{ jobs, history: false, ...peers, url }]),
    })
    contenders.push(theirs('bullmqMemory', 'memory', values['redis-url'] ?? 'redis://127.0.0.1:6379/15'))
    if (redis) contenders.push(theirs('bullmqFsync', 'fsync (appendfsync always)', redis.url))
    else log('There is no redis-server on the PATH: BullMQ with fsync is left out.')
  }
  try {
    return { jobs, rounds, ...(await measureInTurn(contenders, rounds, log)) }
  } finally {
    await redis?.stop()
  }
}

interface PostgresRun {
  jobs: number
  rounds: number
  alone: boolean
  /** Peers by name; null for all. */
  only: readonly string[] | null
  log: (line: string) => void
}

/** All on one server, each in a schema of its own. */
async function runOnPostgres({ jobs, rounds, alone, only, log }: PostgresRun): Promise<Record<string, unknown>> {
  const postgres = startPostgres()
  if (postgres === null) throw new Error('There is no initdb and pg_ctl on the PATH.')
  const redis = alone ? null : await startRedis()
  const server = { url: postgres.url, postgresPid: postgres.pid }
  const bare = (name: string, history: boolean): Contender => ({
    name,
    guarantee: `bare SQL, an UPDATE … SKIP LOCKED and a DELETE${history ? ' into history' : ''} per 4,000, fsync, at least once`,
    measure: () => inChild(here('queue-floor.ts'), 'measureFloor', [{ jobs, history, ...server }]),
  })
  const [floor, floorNoHistory] = [bare('floor', true), bare('floorNoHistory', false)]
  const contender = (name: string, history: boolean, measure: Contender['measure']): Contender => {
    const guarantee = `fsync, at least once, ${history ? 'history kept' : 'no history'}`
    return { name, guarantee, measure, floor: history ? floor : floorNoHistory }
  }
  const ours = (name: string, history: boolean) =>
    contender(name, history, () => inChild(ROTA, 'measureRota', [{ jobs, history, ...server }]))
  const contenders = [ours('rota', true), floor, ours('rotaNoHistory', false), floorNoHistory]
  try {
    if (!alone) {
      const { directory: graphile } = await installPeer('graphile-worker', GRAPHILE)
      const { directory: pgboss } = await installPeer('pg-boss', PGBOSS)
      const graphileRound = [{ jobs, history: false, graphile, ...server }]
      const pgbossRound = [{ jobs, history: true, pgboss, ...server }]
      contenders.push(
        contender('graphileWorker', false, () => inChild(here('queue-graphile.ts'), 'measureGraphile', graphileRound)),
        contender('pgBoss', true, () => inChild(here('queue-pgboss.ts'), 'measurePgboss', pgbossRound)),
      )
      if (redis !== null) {
        const { directory: bullmq } = await installPeer('bullmq', BULLMQ)
        const { directory: ioredis } = await installPeer('ioredis', IOREDIS)
        const round = [{ jobs, history: false, bullmq, ioredis, url: redis.url }]
        contenders.push({
          name: 'bullmqFsync',
          guarantee: 'fsync, at least once, no history',
          measure: () => inChild(PEER, 'measureBullmq', round),
        })
      }
    }
    const isWanted = ({ name }: Contender) => only === null || isOurs(name) || only.includes(name)
    return { store: 'postgres', jobs, rounds, ...(await measureInTurn(contenders.filter(isWanted), rounds, log)) }
  } finally {
    await redis?.stop()
    postgres.stop()
  }
}

/** Ours and what it is measured against are always there; the rest are peers. */
const isOurs = (name: string) => /^(rota|floor)/.test(name)

const here = (file: string) => new URL(`./${file}`, import.meta.url).pathname
const ROTA = new URL('./queue-rota.ts', import.meta.url).pathname
const PEER = new URL('./queue-bullmq.ts', import.meta.url).pathname

/** One contender after the other, round by round, so that a noisy neighbour falls on all alike. */
async function measureInTurn(contenders: Contender[], rounds: number, log: (line: string) => void) {
  const measured = new Map<Contender, QueueFigures[]>(contenders.map((contender) => [contender, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const contender of contenders) {
      const figures = await contender.measure()
      log(`${round === 0 ? 'warm-up' : `round ${round}`} ${contender.name} (${contender.guarantee}): ${words(figures)}`)
      if (round > 0) measured.get(contender)!.push(figures)
    }
  }
  const results = Object.fromEntries(
    [...measured].map(([{ name, guarantee, floor }, all]) => {
      if (floor === undefined) return [name, { guarantee, ...medians(all) }]
      const figures = againstFloor(all, measured.get(floor)!)
      log(`${name} against ${floor.name} (${floor.guarantee}): ${floorWords(figures)}`)
      return [name, { guarantee, floor: floor.guarantee, ...figures }]
    }),
  )
  return { ...results, ratios: ratios(measured) }
}

type Median = ReturnType<typeof medians>[string]
type AgainstFloor = Record<string, Median & { floorPerSecond?: number; percentOfFloor?: number; floorMicros?: number }>

/** Medians, with the floor's own beside rates and CPU times. */
function againstFloor(all: QueueFigures[], floor: QueueFigures[]): AgainstFloor {
  const floors = medians(floor)
  return Object.fromEntries(
    Object.entries(medians(all)).map(([key, median]) => {
      if (key.includes('Micros')) return [key, { ...median, floorMicros: floors[key]!.median }]
      if (!key.endsWith('PerSecond')) return [key, median]
      const percentOfFloor = rounded(100 * medianRatio(all, floor, key as keyof QueueFigures), 1)
      return [key, { ...median, floorPerSecond: floors[key]!.median, percentOfFloor }]
    }),
  )
}

function floorWords(figures: AgainstFloor): string {
  return Object.entries(figures)
    .flatMap(([key, { median, floorPerSecond, percentOfFloor, floorMicros }]) => {
      if (floorMicros !== undefined) return [`${key} ${median} (floor ${floorMicros})`]
      return floorPerSecond === undefined ? [] : [`${key} ${median} is ${percentOfFloor} % of ${floorPerSecond}`]
    })
    .join(', ')
}

function words(figures: QueueFigures): string {
  return Object.entries(figures)
    .map(([key, value]) => `${key} ${value}`)
    .join(', ')
}

function medians(all: QueueFigures[]) {
  const keys = Object.keys(all[0]!) as (keyof QueueFigures)[]
  const middle = (key: keyof QueueFigures) => {
    const { min, p50, max } = percentiles(Float64Array.from(all, (figures) => figures[key]))
    return { median: p50, min, max }
  }
  return Object.fromEntries(keys.map((key) => [key, middle(key)]))
}

/** Ours without history against each peer, which keeps none either: medians of the ratios of the same round. */
function ratios(measured: Map<Contender, QueueFigures[]>) {
  const [, ours] = [...measured].find(([{ name }]) => name === 'rotaNoHistory')!
  const peers = [...measured].filter(([{ name }]) => !isOurs(name))
  const ratio = (theirs: QueueFigures[], key: keyof QueueFigures) => rounded(medianRatio(ours, theirs, key))
  return Object.fromEntries(
    peers.map(([{ name }, theirs]) => [
      name,
      {
        serial: ratio(theirs, 'serialPerSecond'),
        concurrent: ratio(theirs, 'concurrentPerSecond'),
        bulk: ratio(theirs, 'bulkPerSecond'),
        processed: ratio(theirs, 'processedPerSecond'),
      },
    ]),
  )
}

/** Of the same round each. */
function medianRatio(ours: QueueFigures[], theirs: QueueFigures[], key: keyof QueueFigures): number {
  return percentiles(Float64Array.from(ours, (figures, round) => figures[key] / theirs[round]![key])).p50
}

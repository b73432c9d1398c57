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
  /** User and system time of the process with the workers, and of Redis, per processed job. */
  cpuMicrosPerJob: number
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
 * graphile-worker, pg-boss, and BullMQ with fsync; `--only graphileWorker,…` with some of them.
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
  const contender = (name: string, guarantee: string, measure: Contender['measure']): Contender => {
    return { name, guarantee: `fsync, at least once, ${guarantee}`, measure }
  }
  const ours = (name: string, history: boolean) =>
    contender(name, history ? 'history kept' : 'no history', () =>
      inChild(ROTA, 'measureRota', [{ jobs, history, ...server }]),
    )
  const contenders = [ours('rota', true), ours('rotaNoHistory', false)]
  try {
    if (!alone) {
      const { directory: graphile } = await installPeer('graphile-worker', GRAPHILE)
      const { directory: pgboss } = await installPeer('pg-boss', PGBOSS)
      const graphileRound = [{ jobs, history: false, graphile, ...server }]
      const pgbossRound = [{ jobs, history: true, pgboss, ...server }]
      contenders.push(
        contender('graphileWorker', 'no history', () =>
          inChild(here('queue-graphile.ts'), 'measureGraphile', graphileRound),
        ),
        contender('pgBoss', 'history kept', () => inChild(here('queue-pgboss.ts'), 'measurePgboss', pgbossRound)),
      )
      if (redis !== null) {
        const { directory: bullmq } = await installPeer('bullmq', BULLMQ)
        const { directory: ioredis } = await installPeer('ioredis', IOREDIS)
        const round = [{ jobs, history: false, bullmq, ioredis, url: redis.url }]
        contenders.push(contender('bullmqFsync', 'no history', () => inChild(PEER, 'measureBullmq', round)))
      }
    }
    const isWanted = ({ name }: Contender) => only === null || name.startsWith('rota') || only.includes(name)
    return { store: 'postgres', jobs, rounds, ...(await measureInTurn(contenders.filter(isWanted), rounds, log)) }
  } finally {
    await redis?.stop()
    postgres.stop()
  }
}

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
    [...measured].map(([{ name, guarantee }, all]) => [name, { guarantee, ...medians(all) }]),
  )
  return { ...results, ratios: ratios(measured) }
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
  const [, [, ours]] = [...measured] as [unknown, [Contender, QueueFigures[]]]
  const peers = [...measured].slice(2)
  const ratio = (theirs: QueueFigures[], key: keyof QueueFigures) =>
    rounded(percentiles(Float64Array.from(ours, (figures, round) => figures[key] / theirs[round]![key])).p50)
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

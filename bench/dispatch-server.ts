/** The server of the benchmark `dispatch`: whole, with its gateway, on an embedded store. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SYSTEM } from '@rota/core'
import type { EngineEvent } from '@rota/engine'
import { createLogger, createServer, loadConfig, type Server } from '@rota/server'
import { percentiles } from './bench.ts'
import { answerQuestions } from './dispatch-child.ts'
import { pace } from './dispatch-pace.ts'
import { preciseNow, scratchFolder } from './embedded.ts'

export interface StartOptions {
  redisUrl: string | null
  /** Settings beside those of the benchmark. */
  set?: Record<string, string>
}

export interface LoadOptions {
  perSecond: number
  seconds: number
  /** All at once instead, in batches of so many. */
  batch?: number
  job: Record<string, unknown>
}

export interface LoadFigures {
  submitted: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** From the first submission to the last ACK. */
  ackedPerSecond: number
  /** Of all that nodes were asked for room, how often there was none. */
  askedForRoom: number
  turnedAway: Record<string, number>
  /** CPU time of this process in ms, per order. */
  cpuMsPerOrder: number
}

const CALLER = { ...SYSTEM, name: 'bench' }
const MOST_WAIT_MS = 120_000

let server: Server | null = null
let remove: (() => void) | null = null

const acked = new Map<string, number>()
const ended = new Set<string>()
const outcomes: Record<string, number> = {}
const problems: string[] = []
/** Told when an execution has ended. */
const waiters = new Map<string, () => void>()

function hear(event: EngineEvent) {
  if (event.type === 'order_acked') acked.set(event.id, preciseNow())
  else if (event.type === 'room_asked') outcomes[event.outcome] = (outcomes[event.outcome] ?? 0) + 1
  else if (event.type === 'order_failed') problems.push(`an order failed on ${event.node}: ${event.code}`)
  else if (event.type === 'execution_finished') {
    ended.add(event.id)
    waiters.get(event.id)?.()
    waiters.delete(event.id)
    if (event.status !== 'success') problems.push(`${event.id} ended ${event.status}: ${event.reason}`)
  }
}

async function start({ redisUrl, set = {} }: StartOptions) {
  const scratch = scratchFolder()
  remove = scratch.remove
  const quiet = {
    ...{ examples: 'false', 'http.docs': 'false', 'http.rate_limit_per_minute': '0', 'http.anonymous_per_minute': '0' },
    ...{ 'http.anonymous_per_minute_total': '0', 'nodes.slow_start_seconds': '0' },
    // All nodes come from one address here.
    ...{ 'http.max_connections': '20000', 'http.max_connections_per_address': '20000', ...set },
  }
  const env = redisUrl === null ? {} : { ROTA_REDIS_URL: redisUrl }
  const flags = { data: scratch.folder, port: 0, set: { ...quiet, 'redis.key_prefix': `bench-${process.pid}:` } }
  server = await createServer(loadConfig(flags, env, scratch.folder).config, { logger: createLogger('error') })
  server.engine.on(hear)
  await server.start()
  return { url: server.url, token: await joinToken(scratch.folder, server.url) }
}

/** One with which any number of nodes may join. */
async function joinToken(folder: string, url: string): Promise<string> {
  const { token } = JSON.parse(readFileSync(join(folder, 'cli-token'), 'utf8'))
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const reply = await fetch(`${url}/api/scheduler/nodes/join-tokens`, {
    ...{ method: 'POST', headers, body: JSON.stringify({ uses: null }) },
  })
  if (!reply.ok) throw new Error(`There is no join token: ${reply.status} ${await reply.text()}`)
  return ((await reply.json()) as { token: string }).token
}

/**
 * Submits at a pace, whatever becomes of it: what is late in a turn is submitted in that turn, one call for each, which
 * is what requests of that rate do. The time of each runs from the instant at which it was due to be submitted.
 */
async function load({ perSecond, seconds, batch, job }: LoadOptions): Promise<LoadFigures> {
  const { engine } = server!
  forget()
  const cpu = process.cpuUsage()
  const begun: { ids: Promise<string[]>; at: number }[] = []
  const count = perSecond * seconds
  const startedAt = preciseNow()
  if (batch === undefined) {
    await pace({ perSecond, count }, (at) => {
      begun.push({ ids: engine.executions.submit(CALLER, job as never).then(({ id }) => [id]), at })
    })
  } else {
    for (let from = 0; from < count; from += batch) {
      const jobs = Array.from({ length: batch }, () => job as never)
      const ids = engine.executions.submitMany(CALLER, jobs).then((made) => made.map(({ id }) => id))
      begun.push({ ids, at: preciseNow() })
      await ids
    }
  }
  const submitted = (await Promise.all(begun.map(async ({ ids, at }) => (await ids).map((id) => ({ id, at }))))).flat()
  await until(
    () => acked.size >= submitted.length,
    () => `only ${acked.size} of ${submitted.length} were ACKed`,
  )
  await until(
    () => ended.size >= submitted.length,
    () => `only ${ended.size} of ${submitted.length} have ended`,
  )
  const { user, system } = process.cpuUsage(cpu)
  if (problems.length > 0) throw new Error(`${problems.length} went wrong, first: ${problems[0]}`)
  const times = submitted.map(({ id, at }) => acked.get(id)! - at)
  const { p50, p99, max } = percentiles(Float64Array.from(times))
  const { ok = 0, ...turnedAway } = outcomes
  return {
    submitted: submitted.length,
    ...{ p50Ms: p50, p99Ms: p99, maxMs: max, turnedAway },
    ackedPerSecond: submitted.length / ((Math.max(...acked.values()) - startedAt) / 1_000),
    askedForRoom: ok + Object.values(turnedAway).reduce((sum, many) => sum + many, 0),
    cpuMsPerOrder: (user + system) / 1_000 / submitted.length,
  }
}

interface RunsOptions {
  count: number
  atOnce: number
  job: Record<string, unknown>
}

/** So many one after the other in each of some rows; answers from the first submission to the last end, in ms. */
async function runs({ count, atOnce, job }: RunsOptions): Promise<{ wallMs: number }> {
  const { engine } = server!
  forget()
  const startedAt = performance.now()
  let left = count
  async function row() {
    while (left-- > 0) {
      const { id } = await engine.executions.submit(CALLER, job as never)
      await new Promise<void>((resolve) => {
        if (ended.has(id)) resolve()
        else waiters.set(id, resolve)
      })
    }
  }
  await Promise.all(Array.from({ length: atOnce }, row))
  const wallMs = performance.now() - startedAt
  if (problems.length > 0) throw new Error(`${problems.length} went wrong, first: ${problems[0]}`)
  return { wallMs }
}

function forget() {
  for (const key of Object.keys(outcomes)) delete outcomes[key]
  acked.clear()
  ended.clear()
  problems.length = 0
}

async function until(isSo: () => boolean, words: () => string) {
  const end = performance.now() + MOST_WAIT_MS
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`After ${MOST_WAIT_MS / 1_000} s ${words()}; ${problems[0] ?? ''}`)
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
}

function ready(): number {
  return [...server!.engine.nodes.registry.nodes.values()].filter(({ state }) => state === 'ready').length
}

answerQuestions({ start, load, runs, ready }, async () => {
  await server?.stop({ graceMs: 0 })
  remove?.()
})

/**
 * Work on nodes from end to end: from a submission to the node's ACK with 1,000 nodes beside BullMQ, heartbeats, 10,000
 * idle agents, and a real agent against work on the server itself.
 *
 * `npm run bench -- dispatch [orders] [peer] [heartbeats] [idle] [agent]`: all parts, or those that are named;
 * `--nodes N`, `--rates 2000,10000`, `--seconds N`, `--agents N`, `--tasks N`. Server, nodes, peers and agent are
 * processes of their own; Redis is one that keeps nothing.
 */
import { parseArgs } from 'node:util'
import { type BenchOptions, installPeer } from './bench.ts'
import { measureAgent, memoryOf } from './dispatch-agent.ts'
import type { BullmqOptions } from './dispatch-bullmq.ts'
import { type Child, startChild } from './dispatch-child.ts'
import type { NodesOptions } from './dispatch-nodes.ts'
import type { LoadFigures, LoadOptions, StartOptions } from './dispatch-server.ts'
import { rounded, sleep } from './embedded.ts'
import { cpuMicrosOf } from './process-cpu.ts'
import { type OwnRedis, startRedis } from './redis-server.ts'

const PARTS = ['orders', 'peer', 'heartbeats', 'idle', 'agent'] as const
type Part = (typeof PARTS)[number]

const BULLMQ = '6.7.0'
const IOREDIS = '6.0.0'
/** How long an order or a job runs: as if it had something to do. */
const RUN_MS = 50
const CAPACITY = 8
const WARM_UP_SECONDS = 3
/** Orders that are submitted as fast as they are taken, for what can be done at most. */
const CEILING = 20_000
const BATCH = 500
const WATCHED_SECONDS = 20
/** After nodes have come, pools and views are made anew for a while. */
const SETTLE_MS = 8_000
const IDLE_PROCESSES = 2

const ORDER = { type: 'shell', payload: { command: 'true' }, target: { kind: 'node' } }

interface Plan {
  nodes: number
  rates: number[]
  seconds: number
  agents: number
  tasks: number
  redis: OwnRedis
  log: (line: string) => void
}

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const number = { type: 'string' } as const
  const options = { nodes: number, rates: number, seconds: number, agents: number, tasks: number }
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true })
  const unknown = positionals.filter((name) => !PARTS.includes(name as Part))
  if (unknown.length > 0) throw new Error(`There is no part ${unknown.join(', ')}; there are ${PARTS.join(', ')}.`)
  const isWanted = (part: Part) => positionals.length === 0 || positionals.includes(part)
  const redis = await startRedis({ isDurable: false })
  if (redis === null) throw new Error('There is no redis-server on the PATH.')
  const plan: Plan = {
    nodes: Number(values.nodes ?? 1_000),
    rates: (values.rates ?? '2000,10000').split(',').map(Number),
    seconds: Number(values.seconds ?? 10),
    agents: Number(values.agents ?? 10_000),
    tasks: Number(values.tasks ?? 300),
    ...{ redis, log },
  }
  try {
    const result: Record<string, unknown> = { nodes: plan.nodes, runMs: RUN_MS }
    for (const part of PARTS) if (isWanted(part)) result[part] = await MEASURES[part](plan)
    return result
  } finally {
    await redis.stop()
  }
}

const MEASURES: Readonly<Record<Part, (plan: Plan) => Promise<unknown>>> = {
  orders: measureOrders,
  peer: measurePeer,
  heartbeats: measureHeartbeats,
  idle: measureIdle,
  agent: measureRealAgent,
}

interface Serving {
  server: Child
  url: string
  token: string
}

/** A server, and what is done with it; whatever becomes of that, it ends. */
async function withServer<Result>(
  plan: Plan,
  work: (serving: Serving) => Promise<Result>,
  redisUrl: string | null = plan.redis.url,
): Promise<Result> {
  const server = startChild('dispatch-server.ts')
  try {
    const options: StartOptions = { redisUrl }
    return await work({ server, ...(await server.ask<{ url: string; token: string }>('start', options)) })
  } finally {
    await server.end()
  }
}

/** Nodes in so many processes, connected to a server. */
async function withNodes<Result>(
  { url, token }: Serving,
  { count, processes, log }: { count: number; processes: number; log: Plan['log'] },
  work: (all: readonly Child[]) => Promise<Result>,
): Promise<Result> {
  const all = Array.from({ length: processes }, () => startChild('dispatch-nodes.ts'))
  try {
    const startedAt = performance.now()
    const share = { url, token, count: Math.ceil(count / processes), capacity: CAPACITY, runMs: RUN_MS }
    await Promise.all(
      all.map((child, at) => {
        const options: NodesOptions = { ...share, prefix: `p${at}-` }
        return child.ask('connect', options)
      }),
    )
    log(`${count} nodes have joined and connected in ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`)
    return await work(all)
  } finally {
    for (const child of all) await child.end()
  }
}

function measureOrders(plan: Plan) {
  const { nodes: count, rates, seconds, redis, log } = plan
  return withServer(plan, (serving) =>
    withNodes(serving, { count, processes: 1, log }, async ([nodes]) => {
      const { server } = serving
      await sleep(SETTLE_MS)
      const watched = { server: server.pid, nodes: nodes!.pid, redis: redis.pid }
      const load = async (options: Omit<LoadOptions, 'job'>) => {
        const cpu = watchCpu(watched)
        const figures = await server.ask<LoadFigures>('load', { ...options, job: ORDER })
        return { ...shown(figures), ...cpu() }
      }
      const found: Record<string, unknown> = {}
      for (const perSecond of rates) {
        await load({ perSecond, seconds: WARM_UP_SECONDS })
        const figures = await load({ perSecond, seconds })
        found[`at${perSecond}`] = figures
        log(`${perSecond} orders a second: ${JSON.stringify(figures)}`)
      }
      const most = await load({ perSecond: CEILING, seconds: 1, batch: BATCH })
      log(`as many as can be: ${JSON.stringify(most)}`)
      return { ...found, ceilingPerSecond: most.ackedPerSecond, ceiling: most }
    }),
  )
}

function shown({ turnedAway, ...figures }: LoadFigures) {
  const { submitted, p50Ms, p99Ms, maxMs, ackedPerSecond, askedForRoom, cpuMsPerOrder } = figures
  const away = Object.values(turnedAway).reduce((sum, many) => sum + many, 0)
  return {
    ...{ submitted, p50Ms: rounded(p50Ms), p99Ms: rounded(p99Ms), maxMs: rounded(maxMs) },
    ...{ ackedPerSecond: Math.round(ackedPerSecond), cpuMsPerOrder: rounded(cpuMsPerOrder, 3) },
    turnedAwayPercent: rounded((100 * away) / askedForRoom, 3),
    turnedAway,
  }
}

/** Per cent of a core that processes take, from now until it is asked. */
function watchCpu(pids: Readonly<Record<string, number>>): () => Record<string, number> {
  const before = Object.entries(pids).map(([name, pid]) => ({ name, pid, micros: cpuMicrosOf(pid) }))
  const startedAt = performance.now()
  return () => {
    const micros = (performance.now() - startedAt) * 1_000
    const share = (entry: (typeof before)[number]) => (100 * (cpuMicrosOf(entry.pid) - entry.micros)) / micros
    return Object.fromEntries(before.map((entry) => [`${entry.name}CpuPercent`, rounded(share(entry), 1)]))
  }
}

async function measurePeer({ rates, seconds, redis, log }: Plan) {
  const [bullmq, ioredis] = [await installPeer('bullmq', BULLMQ), await installPeer('ioredis', IOREDIS)]
  const found: Record<string, unknown> = { name: `bullmq@${BULLMQ}`, guarantee: 'memory, at least once, no history' }
  for (const perSecond of rates) {
    const options: BullmqOptions = {
      ...{ bullmq: bullmq.directory, ioredis: ioredis.directory },
      ...{ url: redis.url, prefix: `bench-${process.pid}-${perSecond}` },
    }
    const [adder, workers] = [startChild('dispatch-bullmq.ts'), startChild('dispatch-bullmq.ts')]
    try {
      await workers.ask('work', { ...options, runMs: RUN_MS })
      const leg = async (forSeconds: number) => {
        const cpu = watchCpu({ adder: adder.pid, workers: workers.pid, redis: redis.pid })
        const { count } = await adder.ask<{ count: number }>('add', { ...options, perSecond, seconds: forSeconds })
        const startedIn = await workers.ask<Record<string, number>>('started', count)
        return { ...Object.fromEntries(Object.entries(startedIn).map(([key, ms]) => [key, rounded(ms)])), ...cpu() }
      }
      await leg(WARM_UP_SECONDS)
      const figures = await leg(seconds)
      found[`at${perSecond}`] = figures
      log(`BullMQ, ${perSecond} jobs a second: ${JSON.stringify(figures)}`)
    } finally {
      await adder.end()
      await workers.end()
    }
  }
  return found
}

async function measureHeartbeats(plan: Plan) {
  const { nodes: count, redis, log } = plan
  const watch = async (server: Child) => {
    await sleep(SETTLE_MS)
    const cpu = watchCpu({ server: server.pid, redis: redis.pid })
    await sleep(WATCHED_SECONDS * 1_000)
    return cpu()
  }
  const bare = await withServer(plan, ({ server }) => watch(server))
  const beaten = await withServer(plan, (serving) =>
    withNodes(serving, { count, processes: 1, log }, async ([nodes]) => {
      const figures = await watch(serving.server)
      const { heard } = await nodes!.ask<{ heard: number }>('counts')
      if (heard < count) throw new Error(`Only ${heard} heartbeats of ${count} nodes were answered.`)
      return figures
    }),
  )
  const figures = { ...beaten, bareServerCpuPercent: bare.serverCpuPercent, seconds: WATCHED_SECONDS }
  log(`heartbeats of ${count} nodes: ${JSON.stringify(figures)}`)
  return figures
}

function measureIdle(plan: Plan) {
  const { agents: count, log } = plan
  return withServer(plan, async (serving) => {
    const { server } = serving
    await sleep(SETTLE_MS)
    const bare = memoryOf(server.pid)
    return withNodes(serving, { count, processes: IDLE_PROCESSES, log }, async () => {
      await sleep(2 * SETTLE_MS)
      const connected = await server.ask<number>('ready')
      if (connected < count) throw new Error(`Only ${connected} of ${count} nodes are ready.`)
      const cpu = watchCpu({ server: server.pid })
      await sleep(WATCHED_SECONDS * 1_000)
      const figures = { agents: count, ...memoryOf(server.pid), bareResidentMb: bare.residentMb, ...cpu() }
      log(`${count} idle agents: ${JSON.stringify(figures)}`)
      return figures
    })
  })
}

function measureRealAgent(plan: Plan) {
  const { tasks: count, redis, log } = plan
  return withServer(plan, async ({ server, url, token }) => {
    const figures = await measureAgent({ server, redisPid: redis.pid, url, token, count, rounds: 3, log })
    log(`a real agent: ${JSON.stringify(figures)}`)
    return figures
  })
}

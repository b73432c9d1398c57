/** Reserve, commit and release of room on nodes, in Redis and in memory, against scripts that do nothing with the same keys. */
import { createRequire } from 'node:module'
import { systemClock } from '@rota/core'
import { createMemoryHub, type HotParts, openRedisHot, type Reservations } from '@rota/engine'
import { type BenchOptions, percentiles } from './bench.ts'
import { startRedis } from './redis-server.ts'

const NODES = 100
const SLOTS = 1_000
/** Cycles on their way at once. */
const AT_ONCE = 64
const ROUNDS = 3
const CYCLES = 30_000
const MEMORY_CYCLES = 300_000
const LONG_MS = 60_000
const PREFIX = 'bench:'

const nodeOf = (i: number) => `n${i % NODES}`

/** One cycle: room is taken, the node confirms, the work has ended. */
type Cycle = (i: number) => Promise<void>

function cyclesOn(rooms: Reservations, name: string): Cycle {
  return async (i) => {
    const node = nodeOf(i)
    const lease = `{${node}}:${name}-${i}`
    const holder = { tenantId: null, executionId: lease, attempt: 1, instance: 'bench' }
    const held = await rooms.reserve({ node, lease, slots: 1, ttlMs: LONG_MS, epoch: 1, holder })
    if (held.outcome !== 'ok') throw new Error(`There was no room: ${held.outcome}`)
    const ref = { node, lease, fence: held.fence }
    await rooms.commit(ref, LONG_MS)
    await rooms.release(ref)
  }
}

/** What a driver and a server can do: three scripts in a row that have the same keys, look at none, and say little. */
function floorOn(url: string): { cycle: Cycle; close(): void } {
  const driver = createRequire(new URL('../packages/engine/package.json', import.meta.url))('ioredis')
  const client = new driver.Redis(url, {
    scripts: { nothing: { lua: "return { 'OK', 1 }", numberOfKeys: 5 } },
  }) as { nothing(...args: (string | number)[]): Promise<unknown>; disconnect(): void }
  return {
    async cycle(i) {
      const node = nodeOf(i)
      const keys = ['meta', 'cap', 'exp', 'run'].map((part) => `${PREFIX}node:{${node}}:${part}`)
      const lease = `{${node}}:floor-${i}`
      const key = `${PREFIX}resv:${lease}`
      for (let verb = 0; verb < 3; verb++) await client.nothing(...keys, key, lease, 1, LONG_MS, 1, LONG_MS)
    },
    close: () => client.disconnect(),
  }
}

async function measure(cycle: Cycle, cycles: number, from: number) {
  const samples = new Float64Array(cycles)
  let next = 0
  async function work() {
    while (next < cycles) {
      const own = next++
      const startedAt = performance.now()
      await cycle(from + own)
      samples[own] = performance.now() - startedAt
    }
  }
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const seconds = (performance.now() - startedAt) / 1_000
  return { perSecond: cycles / seconds, ...percentiles(samples) }
}

async function registered(hot: HotParts): Promise<Reservations> {
  const { reservations } = hot
  for (let i = 0; i < NODES; i++) {
    const facts = { node: nodeOf(i), capacity: SLOTS, state: 'ready' as const, stateReason: '', running: [] }
    await reservations.register({ ...facts, runTtlMs: LONG_MS, era: 1, isRecovering: false })
  }
  return reservations
}

const best = (rounds: readonly { perSecond: number; p50: number; p99: number }[]) =>
  rounds.toSorted((a, b) => b.perSecond - a.perSecond)[0]!

/** Rates are cycles of three steps a second, of the best of three rounds; latencies are those of a whole cycle. */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const memory = cyclesOn(await registered(createMemoryHub(systemClock).join()), 'memory')
  const memoryRounds = []
  for (let round = 0; round < ROUNDS; round++) {
    memoryRounds.push(await measure(memory, MEMORY_CYCLES, round * MEMORY_CYCLES))
  }
  const memoryPerSecond = Math.round(best(memoryRounds).perSecond)
  log(`memory: ${memoryPerSecond} cycles/s`)

  const redis = await startRedis({ isDurable: false })
  if (redis === null) {
    log('There is no redis-server on the PATH.')
    return { memoryPerSecond }
  }
  const hot = await openRedisHot({ url: redis.url, prefix: PREFIX })
  const ours = cyclesOn(await registered(hot), 'redis')
  const floor = floorOn(redis.url)
  const rounds = []
  const floorRounds = []
  for (let round = 0; round < ROUNDS; round++) {
    rounds.push(await measure(ours, CYCLES, round * CYCLES))
    floorRounds.push(await measure(floor.cycle, CYCLES, round * CYCLES))
  }
  floor.close()
  await hot.close()
  await redis.stop()
  const { perSecond, p50, p99 } = best(rounds)
  const floorPerSecond = best(floorRounds).perSecond
  const percentOfFloor = Math.round((100 * perSecond) / floorPerSecond)
  log(`Redis: ${Math.round(perSecond)} cycles/s, p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`)
  log(`scripts that do nothing: ${Math.round(floorPerSecond)} cycles/s, of which that is ${percentOfFloor} %`)
  return {
    ...{ nodes: NODES, atOnce: AT_ONCE, cycles: CYCLES, memoryPerSecond },
    ...{ redisPerSecond: Math.round(perSecond), redisP50Ms: p50, redisP99Ms: p99 },
    ...{ floorPerSecond: Math.round(floorPerSecond), percentOfFloor },
  }
}

/** Blocked work in the way: 50,000 free jobs behind 100,000 that wait for one concurrency key, against the free ones alone. */
import { parseArgs } from 'node:util'
import { openPostgresStore } from '@rota/engine'
import type { BenchOptions } from './bench.ts'
import { ANYBODY, engineOn, HANDLER, openStore, rounded, scratchFolder } from './embedded.ts'
import { inChild } from './in-child.ts'
import { startPostgres } from './postgres-server.ts'

interface Cliff {
  freePerSecond: number
}

interface CliffOptions {
  blocked: number
  free: number
  /** Of PostgreSQL; without it the store is embedded. */
  url?: string
}

const BATCH = 5000

/** `--store postgres` (a server of its own) or sqlite, `--blocked N`, `--free N`, `--rounds R`. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      store: { type: 'string' },
      blocked: { type: 'string' },
      free: { type: 'string' },
      rounds: { type: 'string' },
    },
  })
  const [blocked, free] = [Number(values.blocked ?? 100_000), Number(values.free ?? 50_000)]
  const postgres = values.store === 'postgres' ? startPostgres() : null
  if (postgres === null && values.store === 'postgres') throw new Error('There is no initdb and pg_ctl on the PATH.')
  const place = postgres === null ? {} : { url: postgres.url }
  const shares: number[] = []
  const rates: { alone: number; behind: number }[] = []
  try {
    for (let round = 0; round < Number(values.rounds ?? 3); round++) {
      const measure = (count: number) =>
        inChild<Cliff>(import.meta.filename, 'measureCliff', [{ blocked: count, free, ...place }])
      const alone = (await measure(0)).freePerSecond
      const behind = (await measure(blocked)).freePerSecond
      log(`${alone} free jobs per second alone, ${behind} behind ${blocked} blocked ones`)
      rates.push({ alone, behind })
      shares.push(rounded(behind / alone))
    }
  } finally {
    postgres?.stop()
  }
  const middle = shares.toSorted((a, b) => a - b)[shares.length >> 1]
  return { store: values.store ?? 'sqlite', blocked, free, rates, share: middle, shares }
}

/**
 * One job holds the key all the time; the others of the key come first in the order and find it taken. Measured from the
 * first free job's start to the last one's: by then all blocked ones stand aside.
 */
export async function measureCliff({ blocked, free, url }: CliffOptions): Promise<Cliff> {
  const { folder, remove } = scratchFolder()
  const postgres = url === undefined ? null : await openPostgresStore({ url, schema: `bench_${process.pid}` })
  const store = postgres ?? (await openStore(folder))
  const done = Promise.withResolvers<void>()
  const released = Promise.withResolvers<void>()
  let left = free
  let firstAt = 0
  const handler = (args: readonly unknown[]) => {
    if (args[0] === 'blocked') return released.promise
    if (left === free) firstAt = performance.now()
    if (--left === 0) done.resolve()
    return undefined
  }
  const engine = engineOn(store, handler as never, postgres?.clock)
  const job = (kind: string) => ({
    type: 'handler',
    payload: { handler: HANDLER },
    params: { args: [kind] },
    keep_history: false,
    ...(kind === 'blocked' && { concurrency: { key: 'one at a time', key_max: 1 } }),
  })
  const submit = async (kind: string, count: number) => {
    for (let i = 0; i < count; i += BATCH) {
      await engine.executions.submitMany(
        ANYBODY,
        Array.from({ length: Math.min(BATCH, count - i) }, () => job(kind)),
      )
    }
  }
  await submit('blocked', blocked)
  await submit('free', free)
  await engine.start()
  await done.promise
  const tookMs = performance.now() - firstAt
  released.resolve()
  await engine.stop({ graceMs: 0 })
  await store.close()
  remove()
  return { freePerSecond: Math.round((free / tookMs) * 1000) }
}

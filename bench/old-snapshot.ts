/** A session that is idle in a transaction while the queue works on PostgreSQL: whether the rate outlives what vacuum cannot remove. */
import { parseArgs } from 'node:util'
import { openPostgresStore } from '@rota/engine'
import { Client } from 'pg'
import type { BenchOptions } from './bench.ts'
import { ANYBODY, engineOn, HANDLER, rounded, sleep } from './embedded.ts'
import { startPostgres } from './postgres-server.ts'

const BATCH = 1_000
/** Jobs that wait at any time: enough that the engine never stands idle. */
const WAITING = 10_000
const MINUTE_MS = 60_000

/** `--minutes M`, default 5: jobs are added as fast as they are done, and counted by the minute. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { minutes: { type: 'string' } } })
  const minutes = Number(values.minutes ?? 5)
  const postgres = startPostgres()
  if (postgres === null) throw new Error('There is no initdb and pg_ctl on the PATH.')
  const store = await openPostgresStore({ url: postgres.url, schema: 'bench' })
  const idler = new Client({ connectionString: postgres.url })
  let done = 0
  let added = 0
  let isOver = false
  const engine = engineOn(store, () => void done++, store.clock)
  const job = { type: 'handler', payload: { handler: HANDLER }, keep_history: false }
  const feed = async () => {
    while (!isOver) {
      if (added - done > WAITING) await sleep(2)
      else {
        await engine.executions.submitMany(ANYBODY, Array(BATCH).fill(job))
        added += BATCH
      }
    }
  }
  try {
    await idler.connect()
    await engine.start()
    const feeding = feed()
    // The first seconds go to the compiler and to caches.
    await sleep(10_000)
    await idler.query('BEGIN ISOLATION LEVEL REPEATABLE READ')
    await idler.query('SELECT count(*) FROM pg_class')
    const rates: number[] = []
    for (let minute = 1; minute <= minutes; minute++) {
      const before = done
      await sleep(MINUTE_MS)
      rates.push(Math.round((done - before) / 60))
      log(`minute ${minute}: ${rates.at(-1)} jobs per second`)
    }
    isOver = true
    await feeding
    await idler.query('ROLLBACK')
    return { store: 'postgres', minutes, ratesPerSecond: rates, share: rounded(rates.at(-1)! / rates[0]!) }
  } finally {
    await idler.end()
    await engine.stop({ graceMs: 0 })
    await store.close()
    postgres.stop()
  }
}

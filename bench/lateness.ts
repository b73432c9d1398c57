/** Lateness of an idle scheduler: start minus due instant of tasks spread over the seconds, durable store. */
import { parseArgs } from 'node:util'
import type { Clock } from '@rota/core'
import { openPostgresStore, type Store } from '@rota/engine'
import { type BenchOptions, percentiles } from './bench.ts'
import { measureCommits } from './commit-floor.ts'
import { addTasks, engineOn, openStore, preciseNow, rounded, scratchFolder, sleepUntil } from './embedded.ts'
import { startPostgres } from './postgres-server.ts'

/**
 * `--tasks N` tasks, each due once a minute, for `--seconds S`; with `--store postgres` on a server of its own, for
 * `--instances I` engines that share the work (default 2). `--overlap allow` makes tasks of which any number may run at
 * once, so that none has to ask for a slot at its instant. On PostgreSQL bare transactions of two flights are measured
 * beside it, as one that has to ask makes: on many disks most of its lateness is theirs.
 */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const text = { type: 'string' } as const
  const options = { tasks: text, seconds: text, store: text, instances: text, overlap: text }
  const { values } = parseArgs({ args, options })
  const tasks = Number(values.tasks ?? 300)
  const seconds = Number(values.seconds ?? 60)
  const postgres = values.store === 'postgres' ? startPostgres() : null
  if (postgres === null && values.store === 'postgres') throw new Error('There is no initdb and pg_ctl on the PATH.')
  const { folder, remove } = scratchFolder()
  const stores: (Store & { clock?: Clock })[] = []
  const late: number[] = []
  let floor: Record<string, number> = {}
  const handler = (_args: unknown, _kwargs: unknown, { scheduledAt }: { scheduledAt: number }) =>
    void late.push(preciseNow() - scheduledAt)
  try {
    if (postgres === null) stores.push(await openStore(folder))
    for (let number = postgres ? Number(values.instances ?? 2) : 0; number > 0; number--) {
      stores.push(await openPostgresStore({ url: postgres!.url, schema: 'bench' }))
    }
    const engines = stores.map((store) => engineOn(store, handler as never, store.clock))
    const from = Math.ceil(Date.now() / 1000) * 1000 + 4000
    await addMinutely(stores[0]!, { count: tasks, after: from - 1, mayOverlap: values.overlap === 'allow' })
    for (const engine of engines) await engine.start()
    const commits = postgres ? await measureCommits(postgres.url) : null
    await sleepUntil(from + seconds * 1000 - 500)
    if (commits) floor = await commits.end()
    await Promise.all(engines.map((engine) => engine.stop()))
  } finally {
    for (const store of stores) await store.close()
    postgres?.stop()
    remove()
  }
  const expected = (tasks / 60) * seconds
  if (late.length !== expected) throw new Error(`${late.length} of ${expected} occurrences started: the run is void.`)
  const figures = figuresOf(late)
  const { p50Ms, p99Ms, maxMs, early } = figures
  log(`${late.length} starts: late by p50 ${p50Ms} ms, p99 ${p99Ms} ms, at most ${maxMs} ms; ${early} early`)
  if (postgres)
    log(`bare transactions of two flights meanwhile: p50 ${floor.floorP50Ms} ms, p99 ${floor.floorP99Ms} ms`)
  return {
    store: postgres ? 'postgres' : 'sqlite',
    instances: stores.length,
    overlap: values.overlap ?? 'skip',
    tasks,
    starts: late.length,
    guarantee: 'durable, fsync',
    ...figures,
    ...floor,
  }
}

interface MinutelyTasks {
  count: number
  /** Nothing is due up to this instant. */
  after: number
  mayOverlap: boolean
}

/** Tasks that are due once a minute, spread over its seconds. */
async function addMinutely(store: Store, { count, after, mayOverlap }: MinutelyTasks) {
  const schedules = Array.from({ length: 60 }, (_, second) => `${second} * * * * *`)
  const fields = mayOverlap ? { fields: { concurrency: { overlap: 'allow' as const, max: 1000 } } } : {}
  await addTasks(store, { count, schedules, after, ...fields })
}

function figuresOf(late: readonly number[]) {
  const { min, p50, p90, p99, max } = percentiles(Float64Array.from(late))
  return {
    early: late.filter((ms) => ms < 0).length,
    minMs: rounded(min),
    p50Ms: rounded(p50),
    p90Ms: rounded(p90),
    p99Ms: rounded(p99),
    maxMs: rounded(max),
  }
}

/** Lateness of an idle embedded server: start minus due instant of tasks spread over the seconds, durable store. */
import { parseArgs } from 'node:util'
import { type BenchOptions, percentiles } from './bench.ts'
import { addTasks, engineOn, openStore, preciseNow, rounded, scratchFolder, sleepUntil } from './embedded.ts'

/** `--tasks N` tasks, each due once a minute, for `--seconds S`. */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({ args, options: { tasks: { type: 'string' }, seconds: { type: 'string' } } })
  const tasks = Number(values.tasks ?? 300)
  const seconds = Number(values.seconds ?? 60)
  const { folder, remove } = scratchFolder()
  const store = await openStore(folder)
  const late: number[] = []
  const engine = engineOn(store, (_args, _kwargs, { scheduledAt }) => void late.push(preciseNow() - scheduledAt))
  try {
    const from = Math.ceil(Date.now() / 1000) * 1000 + 4000
    const schedules = Array.from({ length: 60 }, (_, second) => `${second} * * * * *`)
    await addTasks(store, { count: tasks, schedules, after: from - 1 })
    await engine.start()
    await sleepUntil(from + seconds * 1000 - 500)
    await engine.stop()
  } finally {
    await store.close()
    remove()
  }
  const expected = (tasks / 60) * seconds
  if (late.length !== expected) throw new Error(`${late.length} of ${expected} occurrences started: the run is void.`)
  const { min, p50, p90, p99, max } = percentiles(Float64Array.from(late))
  const early = late.filter((ms) => ms < 0).length
  log(
    `${late.length} starts: late by p50 ${rounded(p50)} ms, p99 ${rounded(p99)} ms, at most ${rounded(max)} ms; ${early} early`,
  )
  return {
    tasks,
    starts: late.length,
    guarantee: 'durable, fsync',
    early,
    minMs: rounded(min),
    p50Ms: rounded(p50),
    p90Ms: rounded(p90),
    p99Ms: rounded(p99),
    maxMs: rounded(max),
  }
}

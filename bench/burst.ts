/** A burst: 100,000 schedules due in the same second, in memory, against croner. */
import { parseArgs } from 'node:util'
import { type BenchOptions, installPeer, percentiles } from './bench.ts'
import { addTasks, engineOn, openStore, preciseNow, rounded, sleepUntil } from './embedded.ts'
import { inChild } from './in-child.ts'

interface Burst {
  /** Starts before the instant: none, or the scheduler is wrong. */
  early: number
  p50Ms: number
  p99Ms: number
  maxMs: number
  /** How long it took to set the schedules up. */
  setUpMs: number
}

/**
 * `--n N` schedules, `--rounds R` interleaved rounds; medians of the rounds are reported. The comparison is made with
 * `--peer-n N` schedules on either side: a hundred thousand of croner's exhaust a heap of 4 GB.
 */
export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const { values } = parseArgs({
    args,
    options: {
      n: { type: 'string' },
      'peer-n': { type: 'string' },
      rounds: { type: 'string' },
      alone: { type: 'boolean' },
    },
  })
  const count = Number(values.n ?? 100_000)
  const peerCount = Math.min(count, Number(values['peer-n'] ?? 20_000))
  const rounds = Number(values.rounds ?? 3)
  const { directory } = await installPeer('croner', CRONER)
  const ours = (n: number, overlap: string) => () => inChild<Burst>(import.meta.filename, 'burstOfRota', [n, overlap])
  const theirs = () => inChild<Burst>(import.meta.filename, 'burstOfCroner', [peerCount, directory])
  const contenders: Record<string, () => Promise<Burst>> = {
    rota: ours(count, 'skip'),
    rotaOverlapAllowed: ours(count, 'allow'),
    ...(values.alone ? {} : { [`rota${peerCount}`]: ours(peerCount, 'skip'), [`croner${peerCount}`]: theirs }),
  }
  const results: Record<string, Burst[]> = {}
  for (let round = 0; round < rounds; round++) {
    for (const [name, contend] of Object.entries(contenders)) {
      const burst = await contend()
      results[name] = [...(results[name] ?? []), burst]
      log(`${name}: p50 ${burst.p50Ms} ms, p99 ${burst.p99Ms} ms, last ${burst.maxMs} ms, ${burst.early} early`)
    }
  }
  const summary = Object.entries(results).map(([name, bursts]) => [name, medians(bursts)] as const)
  return { schedules: count, rounds, guarantee: 'in memory; each ran exactly once', ...Object.fromEntries(summary) }
}

const CRONER = '11.0.1'

function medians(bursts: Burst[]): Burst {
  const median = (key: keyof Burst) => percentiles(Float64Array.from(bursts, (burst) => burst[key])).p50
  return {
    early: Math.max(...bursts.map((burst) => burst.early)),
    p50Ms: median('p50Ms'),
    p99Ms: median('p99Ms'),
    maxMs: median('maxMs'),
    setUpMs: median('setUpMs'),
  }
}

/** Counts starts and stops the time of each; every schedule must start once. */
function startsOf(count: number) {
  const late = new Float64Array(count)
  const seen = new Uint8Array(count)
  let started = 0
  let doubled = 0
  let done!: () => void
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  return {
    all,
    start(index: number, due: number) {
      if (seen[index]!++ > 0) doubled++
      else late[started++] = preciseNow() - due
      if (started === count) done()
    },
    result(setUpMs: number): Burst {
      if (started !== count || doubled > 0) {
        throw new Error(`${started} of ${count} schedules started, ${doubled} of them again: the run is void.`)
      }
      const { p50, p99, max } = percentiles(late)
      const early = late.filter((ms) => ms < 0).length
      return { early, p50Ms: rounded(p50), p99Ms: rounded(p99), maxMs: rounded(max), setUpMs: rounded(setUpMs) }
    },
  }
}

/** An instant far enough away to have everything set up before, as a cron expression for that second of that day. */
function instantAhead(ms: number) {
  const due = Math.ceil((Date.now() + ms) / 1000) * 1000
  const at = new Date(due)
  return { due, expression: `${at.getUTCSeconds()} ${at.getUTCMinutes()} ${at.getUTCHours()} * * *` }
}

export async function burstOfRota(count: number, overlap: 'skip' | 'allow'): Promise<Burst> {
  const store = await openStore(null)
  const starts = startsOf(count)
  const { due, expression } = instantAhead(8000 + count * 0.1)
  const engine = engineOn(store, (_args, _kwargs, context) =>
    starts.start(Number(context.taskName), context.scheduledAt),
  )
  const began = performance.now()
  const fields = { concurrency: { overlap } }
  await addTasks(store, { count, schedules: [expression], after: Date.now(), fields })
  const setUpMs = performance.now() - began
  if (Date.now() > due - 4000) throw new Error('Setting up took too long: the run is void.')
  await engine.start()
  await Promise.race([starts.all, sleepUntil(due + 30_000)])
  await engine.stop()
  return starts.result(setUpMs)
}

export async function burstOfCroner(count: number, directory: string): Promise<Burst> {
  const { load } = await import(`${directory}/installed.mjs`)
  const { Cron } = await load('croner')
  const starts = startsOf(count)
  const { due, expression } = instantAhead(8000 + count * 0.25)
  const began = performance.now()
  const jobs = Array.from(
    { length: count },
    (_, i) => new Cron(expression, { timezone: 'UTC' }, () => starts.start(i, due)),
  )
  const setUpMs = performance.now() - began
  if (Date.now() > due - 500) throw new Error('Setting up took too long: the run is void.')
  await Promise.race([starts.all, sleepUntil(due + 60_000)])
  for (const job of jobs) job.stop()
  return starts.result(setUpMs)
}

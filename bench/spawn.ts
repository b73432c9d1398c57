/** What a shell task costs over a bare spawn, and many at once the event loop and the processor. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { createExecutors, type RunSink } from '@rota/executors'
import { type BenchOptions, percentiles } from './bench.ts'
import { inChild } from './in-child.ts'
import { type Burst, requestOf, type Sustained } from './spawn-legs.ts'

/** Alternating rounds, so that a noisy neighbour falls on both sides alike. */
const ROUNDS = 400
const WARM_UP_ROUNDS = 40
const COMMAND = 'echo hello'

const sink: RunSink = { lines: () => true, drained: () => Promise.resolve(), progress: () => {} }

/** What anybody would write: a shell with piped output, over when its pipes have closed. */
function bareSpawn(): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn('/bin/sh', ['-c', COMMAND], { stdio: ['ignore', 'pipe', 'pipe'] })
    child.stdout.on('data', () => {})
    child.stderr.on('data', () => {})
    child.on('error', reject)
    child.on('close', () => resolve())
  })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const LEGS = join(import.meta.dirname, 'spawn-legs.ts')
const BURST = 300
const PER_SECOND = 200
const SECONDS = 10
/** Starts nothing but the shell that the floor is made of. */
const NOTHING = 'true'
const FLOOR = 2_000

const rounded = (value: number) => Math.round(value * 1000) / 1000

/**
 * Measures what a `shell` task costs over a bare spawn of the same command, from start to outcome; then, in a process of
 * the size of a server, 300 programs that start at once, and 200 a second. `floor`: CPU time for each of the same programs
 * started by a tiny process, one after the other.
 * Result: `ratio` is the median of the rounds' own ratios.
 */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const rounds = await alternate(log)
  const floor = await inChild<{ cpuMs: number }>(LEGS, 'floor', [FLOOR, NOTHING])
  const burst = await inChild<Burst>(LEGS, 'burst', [BURST, NOTHING])
  const sustained = await inChild<Sustained>(LEGS, 'sustained', [PER_SECOND, SECONDS, NOTHING])
  const result = {
    ...rounds,
    floorCpuMs: rounded(floor.cpuMs),
    ...named('burst', burst),
    burstOfFloor: rounded(burst.cpuMs / floor.cpuMs),
    ...named('sustained', sustained),
  }
  log(
    `${BURST} at once, ${Math.round(burst.residentMb)} MB resident: last end after ${Math.round(burst.lastEndMs)} ms, ` +
      `loop held for ${rounded(burst.longestTurnMs)} ms (CPU ${rounded(burst.longestTurnCpuMs)}), ` +
      `${rounded(burst.cpuMs)} ms of CPU each, ${result.burstOfFloor}× the floor`,
  )
  log(
    `${PER_SECOND}/s: ended after p50 ${rounded(sustained.p50Ms)} ms, p99 ${rounded(sustained.p99Ms)} ms, ` +
      `${rounded(sustained.cpuMs)} ms of CPU each`,
  )
  return result
}

function named(leg: string, figures: object): Record<string, number> {
  const entries = Object.entries(figures) as [string, number][]
  return Object.fromEntries(
    entries.map(([name, value]) => [`${leg}${name[0]!.toUpperCase()}${name.slice(1)}`, rounded(value)]),
  )
}

async function alternate(log: BenchOptions['log']): Promise<Record<string, number>> {
  const shell = createExecutors().get('shell')!
  const request = requestOf(COMMAND)
  const bareMs: number[] = []
  const shellMs: number[] = []
  const measureBare = async () => bareMs.push(await timed(bareSpawn))
  const measureShell = async () => shellMs.push(await timed(() => shell.start(request, sink).done))
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    if (round === 0) bareMs.length = shellMs.length = 0
    // Who goes first changes, since the first finds colder caches.
    for (const measure of round % 2 === 0 ? [measureBare, measureShell] : [measureShell, measureBare]) await measure()
  }
  const bare = percentiles(Float64Array.from(bareMs))
  const task = percentiles(Float64Array.from(shellMs))
  const ratio = percentiles(Float64Array.from(shellMs, (ms, index) => ms / bareMs[index]!)).p50
  const result = {
    rounds: ROUNDS,
    bareP50Ms: rounded(bare.p50),
    bareP90Ms: rounded(bare.p90),
    shellP50Ms: rounded(task.p50),
    shellP90Ms: rounded(task.p90),
    ratio: rounded(ratio),
    ratioOfMedians: rounded(task.p50 / bare.p50),
  }
  log(`shell ${result.shellP50Ms} ms, bare spawn ${result.bareP50Ms} ms: ${result.ratio}×`)
  return result
}

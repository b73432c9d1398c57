/** A shell task against a bare spawn of the same command, in alternating rounds. */
import { spawn } from 'node:child_process'
import { createExecutors, type RunSink } from '@rota/executors'
import { type BenchOptions, percentiles } from './bench.ts'

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

/**
 * Measures what a `shell` task costs over a bare spawn of the same command, from start to outcome.
 * Result: `ratio` is the median of the rounds' own ratios.
 */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const shell = createExecutors().get('shell')!
  const request = {
    executionId: '00000000-0000-7000-8000-000000000000',
    attempt: 1,
    taskId: null,
    taskName: 'bench',
    scheduledAt: 0,
    payload: { command: COMMAND },
    params: { args: [], kwargs: {} },
    env: {},
    workingDir: null,
    timeoutMs: 60_000,
    killGraceMs: 1_000,
    maxLogBytes: 1_000_000,
  }
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
  const rounded = (value: number) => Math.round(value * 1000) / 1000
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

/** What starting programs costs the process that asks for it, each leg in a process of its own (`bench/spawn.ts`). */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { createExecutors, type RunRequest, type RunSink } from '@rota/executors'
import { percentiles } from './bench.ts'
import { cpuMicrosOfFamily } from './process-cpu.ts'

/** Of a server at work; a process that forks pays for each of them. */
const BALLAST_MB = 100
const MB_OF_NUMBERS = 131_072
const WARM_UP = 30

const sink: RunSink = { lines: () => true, drained: () => Promise.resolve(), progress: () => {} }

export function requestOf(command: string): RunRequest {
  return {
    executionId: '00000000-0000-7000-8000-000000000000',
    attempt: 1,
    taskId: null,
    taskName: 'bench',
    scheduledAt: 0,
    payload: { command },
    params: { args: [], kwargs: {} },
    env: {},
    workingDir: null,
    timeoutMs: 60_000,
    killGraceMs: 1_000,
    maxLogBytes: 1_000_000,
  }
}

export interface Burst {
  residentMb: number
  /** From the call of the first to the end of the last: no program starts later. */
  lastEndMs: number
  /** The longest that the event loop was held, in the time of the clock and of the processor. */
  longestTurnMs: number
  longestTurnCpuMs: number
  /** CPU time of this process, of what starts programs for it, and of the programs, for each of them. */
  cpuMs: number
  ownCpuMs: number
}

/** Starts programs all in one turn of the loop of a process with {@link BALLAST_MB} of memory in use. */
export async function burst(count: number, command: string): Promise<Burst> {
  const start = await warmedUp(command)
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  await sleep(20)
  delays.reset()
  const turns = watchTurns()
  const [family, own] = [cpuMicrosOfFamily(process.pid), process.cpuUsage()]
  const startedAt = performance.now()
  await Promise.all(Array.from({ length: count }, start))
  const lastEndMs = performance.now() - startedAt
  const { user, system } = process.cpuUsage(own)
  const longestTurnCpuMs = turns.stop()
  return {
    residentMb: process.memoryUsage.rss() / 1e6,
    lastEndMs,
    longestTurnMs: Math.max(delays.max / 1e6, 0),
    longestTurnCpuMs,
    cpuMs: (cpuMicrosOfFamily(process.pid) - family) / 1_000 / count,
    ownCpuMs: (user + system) / 1_000 / count,
  }
}

export interface Sustained {
  p50Ms: number
  p99Ms: number
  maxMs: number
  cpuMs: number
  longestTurnCpuMs: number
}

/** Starts so many a second, evenly, for a while; the times are those from a start to its end. */
export async function sustained(perSecond: number, seconds: number, command: string): Promise<Sustained> {
  const start = await warmedUp(command)
  const count = perSecond * seconds
  const took: number[] = []
  const runs: Promise<unknown>[] = []
  const turns = watchTurns()
  const family = cpuMicrosOfFamily(process.pid)
  const from = performance.now()
  for (let at = 0; at < count; at++) {
    const dueAt = from + (at * 1_000) / perSecond
    const waitMs = dueAt - performance.now()
    if (waitMs > 1) await sleep(waitMs)
    runs.push(start().then(() => took.push(performance.now() - dueAt)))
  }
  await Promise.all(runs)
  const cpuMs = (cpuMicrosOfFamily(process.pid) - family) / 1_000 / count
  const { p50, p99, max } = percentiles(Float64Array.from(took))
  return { p50Ms: p50, p99Ms: p99, maxMs: max, cpuMs, longestTurnCpuMs: turns.stop() }
}

/** CPU time for each of so many programs that a shell starts one after the other: hardly anything forks for less. */
export async function floor(count: number, command: string): Promise<{ cpuMs: number }> {
  const loop = 'i=0; while [ $i -lt $1 ]; do /bin/sh -c "$2" </dev/null >/dev/null 2>&1; i=$((i + 1)); done'
  const before = cpuMicrosOfFamily(process.pid)
  const own = process.cpuUsage()
  const shell = spawn('/bin/sh', ['-c', loop, 'sh', String(count), command], { stdio: 'ignore' })
  await once(shell, 'exit')
  const { user, system } = process.cpuUsage(own)
  return { cpuMs: (cpuMicrosOfFamily(process.pid) - before - user - system) / 1_000 / count }
}

const ballast: number[][] = []

async function warmedUp(command: string): Promise<() => Promise<void>> {
  while (ballast.length < BALLAST_MB) ballast.push(Array.from({ length: MB_OF_NUMBERS }, (_, i) => i + 0.5))
  const shell = createExecutors().get('shell')!
  const start = async () => {
    const { error } = await shell.start(requestOf(command), sink).done
    if (error !== null) throw new Error(error)
  }
  for (let round = 0; round < WARM_UP; round++) await start()
  return start
}

/** The most processor time that this thread takes between two looks, 2 ms apart or as soon as a turn lets one through. */
function watchTurns() {
  let longest = 0
  let last = process.threadCpuUsage()
  const timer = setInterval(() => {
    const { user, system } = process.threadCpuUsage(last)
    longest = Math.max(longest, user + system)
    last = process.threadCpuUsage()
  }, 2)
  return {
    stop() {
      clearInterval(timer)
      return longest / 1_000
    },
  }
}

/** The part of the benchmark `dispatch` about a real agent: its memory, and what work on a node costs over work here. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { cachedBuild } from '../tools/build/cached-build.js'
import { SERVER } from '../tools/build/steps.js'
import { percentiles } from './bench.ts'
import type { Child } from './dispatch-child.ts'
import { rounded, scratchFolder, sleep } from './embedded.ts'
import { cpuMicrosOfFamily } from './process-cpu.ts'

const ROOT = join(import.meta.dirname, '..')
const SETTLE_MS = 8_000
const COMES_WITHIN_MS = 30_000
const POLL_MS = 50
/** Rows of tasks; the agent has room for twice as many, so that none waits for what the one before gives back. */
const AT_ONCE = 4
const SHELL = { type: 'shell', payload: { command: 'true' } }

/** Memory of a process that is no other's as well, and all that is resident. */
export function memoryOf(pid: number): { residentMb: number; anonymousMb: number } {
  const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, 'utf8')
  const mb = (name: string) =>
    Math.round((Number(rollup.match(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm'))?.[1]) * 1024) / 1e6)
  return { residentMb: mb('Rss'), anonymousMb: mb('Anonymous') }
}

interface AgentRun {
  server: Child
  redisPid: number
  url: string
  token: string
  count: number
  rounds: number
  log: (line: string) => void
}

/** How it is started: as it is built for people, or from its sources, which the compiler in memory makes larger. */
const PROGRAMS = {
  built: () => join(cachedBuild(ROOT, SERVER)!, 'rota.js'),
  sources: () => join(ROOT, 'packages/cli/src/main.ts'),
}

/** Memory of the agent as it is built and from its sources; and by the former, what tasks cost there and here. */
export async function measureAgent(options: AgentRun) {
  const { residentMb: sourcesResidentMb } = await withAgent(options, 'sources', async (pid) => memoryOf(pid))
  return withAgent(options, 'built', async (pid) => {
    const { residentMb, anonymousMb } = memoryOf(pid)
    const costs = await compare(options, pid)
    return { residentMb, anonymousMb, afterResidentMb: memoryOf(pid).residentMb, sourcesResidentMb, ...costs }
  })
}

async function withAgent<Result>(
  { server, url, token }: AgentRun,
  from: keyof typeof PROGRAMS,
  work: (pid: number) => Promise<Result>,
): Promise<Result> {
  const { folder, remove } = scratchFolder()
  const place = ['--data', join(folder, 'agent'), '--name', `from-${from}`, '--capacity', String(2 * AT_ONCE)]
  const args = [PROGRAMS[from](), 'agent', '--server', url, '--token', token, ...place]
  const before = await server.ask<number>('ready')
  const agent = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  agent.stderr.on('data', (text) => {
    said += text
  })
  try {
    for (let waitedMs = 0; (await server.ask<number>('ready')) === before; waitedMs += POLL_MS) {
      if (agent.exitCode !== null || waitedMs > COMES_WITHIN_MS) throw new Error(`The agent did not come: ${said}`)
      await sleep(POLL_MS)
    }
    await sleep(SETTLE_MS)
    return await work(agent.pid!)
  } finally {
    await end(agent)
    remove()
  }
}

/** Local and on the node in turn, so that a noisy neighbour falls on both; of each the median round. */
async function compare({ server, redisPid, count, rounds, log }: AgentRun, agentPid: number) {
  const leg = (name: string, job: object) => ({ name, job, all: [] as { cpuMs: number; wallMs: number }[] })
  const [local, node] = [leg('local', SHELL), leg('node', { ...SHELL, target: { kind: 'node' } })]
  const cpu = () => [server.pid, agentPid, redisPid].reduce((sum, pid) => sum + cpuMicrosOfFamily(pid), 0)
  for (let round = 0; round <= rounds; round++) {
    for (const { name, job, all } of [local, node]) {
      const before = cpu()
      const { wallMs } = await server.ask<{ wallMs: number }>('runs', { count, atOnce: AT_ONCE, job })
      const figures = { cpuMs: (cpu() - before) / 1_000 / count, wallMs: wallMs / count }
      const words = `${figures.cpuMs.toFixed(2)} ms of processor and ${figures.wallMs.toFixed(2)} ms of time a task`
      log(`${round === 0 ? 'warm-up' : `round ${round}`}, ${name}: ${words}`)
      if (round > 0) all.push(figures)
    }
  }
  const of = ({ all }: typeof local, key: 'cpuMs' | 'wallMs') =>
    percentiles(Float64Array.from(all, (figures) => figures[key])).p50
  const both = (key: 'cpuMs' | 'wallMs') => [of(local, key), of(node, key)] as const
  const [[localCpu, nodeCpu], [localWall, nodeWall]] = [both('cpuMs'), both('wallMs')]
  return {
    ...{ tasks: count, atOnce: AT_ONCE, rounds, localCpuMs: rounded(localCpu), nodeCpuMs: rounded(nodeCpu) },
    ...{ cpuRatio: rounded(nodeCpu / localCpu), localWallMs: rounded(localWall), nodeWallMs: rounded(nodeWall) },
    wallRatio: rounded(nodeWall / localWall),
  }
}

async function end(agent: ChildProcess): Promise<void> {
  if (agent.exitCode !== null) return
  const ended = once(agent, 'exit')
  agent.kill()
  const timer = setTimeout(() => agent.kill('SIGKILL'), 5_000)
  await ended
  clearTimeout(timer)
}

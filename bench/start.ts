/**
 * From `node` to serving: a server on an empty directory, and on one with 1,000,000 tasks, each started several times.
 *
 * `npm run bench -- start [TASKS]`. Serving means that `/ready` answers 200, so that work is taken and people sign in.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { fillWithTasks } from '@rota/testkit/cluster'
import { cachedBuild } from '../tools/build/cached-build.js'
import { SERVER } from '../tools/build/steps.js'
import type { BenchOptions } from './bench.ts'
import { freePort } from './redis-server.ts'

const ROOT = join(import.meta.dirname, '..')
const TASKS = 1_000_000
const STARTS = 5
const POLL_MS = 5

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const count = Number(args[0] ?? TASKS)
  // Made before the clock runs: it is made once for each state of the sources.
  cachedBuild(ROOT, SERVER)
  const folder = mkdtempSync(join(tmpdir(), 'rota-bench-start-'))
  try {
    const empty = []
    for (let at = 0; at < STARTS; at++) empty.push(await timed(join(folder, `empty-${at}`)))
    log(`empty directory: ${words(empty)}`)
    const full = join(folder, 'full')
    log(`filling with ${count} tasks`)
    await fillWithTasks(full, { count, nameOf: (number) => `task ${number}`, groupOf: (number) => `g/${number % 100}` })
    const filled = []
    for (let at = 0; at < STARTS; at++) filled.push(await timed(full))
    log(`${count} tasks: ${words(filled)}`)
    return { tasks: count, emptyMs: medianOf(empty), emptyAllMs: empty, fullMs: medianOf(filled), fullAllMs: filled }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function timed(dataDir: string): Promise<number> {
  const port = await freePort()
  const startedAt = performance.now()
  const server = spawn(process.execPath, [join(ROOT, 'tools/start.js'), '--data', dataDir, '--port', String(port)], {
    cwd: tmpdir(),
    env: { ...process.env, ROTA_LOG_LEVEL: 'warn', ROTA_EXAMPLES: 'false' },
    stdio: 'ignore',
  })
  try {
    while (!(await fetch(`http://127.0.0.1:${port}/ready`).catch(() => null))?.ok) {
      if (server.exitCode !== null) throw new Error(`The server ended with ${server.exitCode}.`)
      await sleep(POLL_MS)
    }
    return Math.round(performance.now() - startedAt)
  } finally {
    await end(server)
  }
}

async function end(server: ChildProcess): Promise<void> {
  server.kill()
  if (server.exitCode === null) await once(server, 'exit')
}

const medianOf = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
const words = (times: number[]) => `serves after ${medianOf(times)} ms (${times.join(', ')})`

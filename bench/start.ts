/**
 * From `node` to serving: a server on an empty directory, and on one with 1,000,000 tasks, each started several times.
 *
 * `npm run bench -- start [TASKS]`. Serving means that `/ready` answers 200, so that work is taken and people sign in.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fillWithTasks } from '@rota/testkit/cluster'
import type { BenchOptions } from './bench.ts'
import { buildServer, startBuilt } from './built-server.ts'

const TASKS = 1_000_000
const STARTS = 5

export async function run({ log, args }: BenchOptions): Promise<Record<string, unknown>> {
  const count = Number(args[0] ?? TASKS)
  buildServer()
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
  const server = await startBuilt(dataDir)
  await server.end()
  return server.readyMs
}

const medianOf = (times: number[]) => times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)]!
const words = (times: number[]) => `serves after ${medianOf(times)} ms (${times.join(', ')})`

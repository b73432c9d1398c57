/** Starts a program and makes a folder, then does as it is told. No benchmark: bench/run.test.ts runs it. */
import { spawn } from 'node:child_process'
import type { BenchOptions } from '../bench.ts'
import { scratchFolder } from '../embedded.ts'

export async function run({ args: [fate], log }: BenchOptions): Promise<Record<string, unknown>> {
  scratchFolder()
  const child = spawn('sleep', ['1000'], { stdio: 'ignore', detached: true })
  child.unref()
  log(`begun ${child.pid}`)
  if (fate === 'fails') throw new Error('as it was told')
  if (fate === 'stands-still') await new Promise(() => {})
  if (fate === 'hangs') await new Promise((resolve) => setTimeout(resolve, 600_000))
  return { ok: true }
}

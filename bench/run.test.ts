import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'

interface Run {
  child: ChildProcess
  /** The program that it has started. */
  program: Promise<number>
  ended: Promise<{ code: number | null; output: string }>
}

function start(base: string, fate: string): Run {
  const env = { ...process.env, ROTA_BENCH_DIR: base }
  const child = spawn(process.execPath, ['bench/run.ts', 'testing/helpless', fate], {
    cwd: join(import.meta.dirname, '..'),
    env,
  })
  let output = ''
  const begun = Promise.withResolvers<number>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      output += chunk
      const [, pid] = /begun (\d+)/.exec(output) ?? []
      if (pid !== undefined) begun.resolve(Number(pid))
    })
  }
  const ended = once(child, 'exit').then(([code]) => ({ code: code as number | null, output }))
  return { child, program: begun.promise, ended }
}

function base(): string {
  const folder = mkdtempSync(join(tmpdir(), 'rota-bench-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A process that has ended and that nobody has asked for yet is not alive. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))
  } catch {
    return false
  }
}

test.each([
  ['succeeds', 0, /"ok":true/],
  ['fails', 1, /failed: Error: as it was told/],
  ['stands-still', 1, /failed: Error: It came to a standstill/],
])('one that %s ends with %i, says so, and leaves nothing', { timeout: 180_000 }, async (fate, code, words) => {
  const folder = base()
  const { program, ended } = start(folder, fate)
  expect(await ended).toEqual({ code, output: expect.stringMatching(words) })
  expect(readdirSync(folder)).toEqual([])
  await expect.poll(async () => isAlive(await program)).toBe(false)
})

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('one that gets %s leaves nothing', { timeout: 180_000 }, async (signal, code) => {
  const folder = base()
  const { child, program, ended } = start(folder, 'hangs')
  const pid = await program
  child.kill(signal)
  expect((await ended).code).toBe(code)
  expect(readdirSync(folder)).toEqual([])
  await expect.poll(() => isAlive(pid)).toBe(false)
})

test('what a killed one has left is cleared by the next', { timeout: 180_000 }, async () => {
  const folder = base()
  const { child, program, ended } = start(folder, 'hangs')
  const pid = await program
  child.kill('SIGKILL')
  await ended
  expect(readdirSync(folder)).toHaveLength(1)
  expect(isAlive(pid)).toBe(true)
  expect((await start(folder, 'succeeds').ended).code).toBe(0)
  expect(readdirSync(folder)).toEqual([])
  await expect.poll(() => isAlive(pid)).toBe(false)
})

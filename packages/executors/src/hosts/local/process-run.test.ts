import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, describe, expect, test } from 'vitest'
import type { LogLine } from '../../executor.ts'
import { createExecutors } from '../../executors.ts'
import { attempt } from '../../testing/attempt.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-test-'))
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))
const FLOOD = fileURLToPath(new URL('../../testing/flood-probe.ts', import.meta.url))
const DESCRIPTORS = fileURLToPath(new URL('../../testing/descriptor-probe.ts', import.meta.url))
const execute = promisify(execFile)

describe('a flood of output', () => {
  test.each([
    ['short lines', 'yes | head -c 80000000; echo "::result:: 1"', 1],
    ['one line without an end', 'head -c 80000000 /dev/zero | tr "\\0" a', null],
  ])(
    'of %s costs less than 64 MB and leaves the event loop turning',
    async (_, command, result) => {
      const { stdout } = await execute(process.execPath, [FLOOD, tempDir, command])
      const report = JSON.parse(stdout)
      expect(report.riseMb).toBeLessThan(64)
      expect(report.turns).toBeGreaterThan(100)
      expect(report.outcome).toMatchObject({ status: 'success', result })
      expect(report.outcome.droppedLogBytes).toBeGreaterThan(60_000_000)
    },
    60_000,
  )

  test('waits while the sink is behind: the program is held in its write', async () => {
    const received: LogLine[] = []
    let release = () => {}
    let behind = () => {}
    const isBehind = new Promise<void>((resolve) => {
      behind = resolve
    })
    const sink = {
      lines: (batch: LogLine[]) => {
        received.push(...batch)
        behind()
        return false
      },
      drained: () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
      progress: () => {},
    }
    const shell = createExecutors({ tempDir }).get('shell')!
    const run = shell.start(attempt({ command: 'yes | head -c 5000000' }, { maxLogBytes: 200_000_000 }), sink)
    await isBehind
    for (let turn = 0; turn < 1000; turn++) await new Promise(setImmediate)
    const held = received.length
    expect(held).toBeLessThan(1_000_000)
    let isOver = false
    void run.done.then(() => {
      isOver = true
    })
    while (!isOver) {
      release()
      await new Promise(setImmediate)
    }
    expect(received.length).toBe(2_500_000)
    expect((await run.done).status).toBe('success')
  })
})

test('what programs printed last is read, however long the loop is held when they end', {
  timeout: 30_000,
}, async () => {
  const sink = { lines: () => true, drained: () => Promise.resolve(), progress: () => {} }
  const shell = createExecutors({ tempDir }).get('shell')!
  const command = { command: 'echo "the reason" >&2; exit 5' }
  let left = 20
  const lastWords = Array.from({ length: 5 }, async () => {
    const tails: string[] = []
    while (left-- > 0) tails.push((await shell.start(attempt(command), sink).done).outputTail)
    return tails
  })
  let isOver = false
  const all = Promise.all(lastWords).finally(() => {
    isOver = true
  })
  // Each turn takes longer than a silent pipe stays open.
  while (!isOver) {
    const until = performance.now() + 230
    while (performance.now() < until);
    await new Promise(setImmediate)
  }
  expect(new Set((await all).flat())).toEqual(new Set(['the reason\n']))
})

describe('a lack of descriptors', () => {
  test('fails the attempts it hits with the reason, leaks none, and passes', async () => {
    const { stdout } = await execute('prlimit', ['--nofile=60', process.execPath, DESCRIPTORS, tempDir])
    const report = JSON.parse(stdout)
    expect(report.errors).toContainEqual(expect.stringMatching(/^dispatch: .*(EMFILE|too many open files)/))
    expect(report.successes).toBeGreaterThan(2)
    // The first failure costs two: Node loses them before anybody can know.
    expect(report.after).toBeLessThanOrEqual(report.before + 2)
    expect(report.last).toBe('success')
  })
})

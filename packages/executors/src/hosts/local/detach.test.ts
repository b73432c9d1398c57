import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { RunRequest } from '../../executor.ts'
import { createExecutors } from '../../executors.ts'
import { attempt, RecordingSink } from '../../testing/attempt.ts'
import { isAlive } from '../../testing/living.ts'
import { reapOrphans } from './orphan-reaper.ts'

const tempDir = mkdtempSync(join(tmpdir(), 'rota-detach-'))
const started: number[] = []
afterEach(() => {
  for (const pid of started.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
})
afterAll(() => rmSync(tempDir, { recursive: true, force: true }))

let count = 0
function setUp(containment: 'auto' | 'group') {
  const instanceMark = `detach-${process.pid}-${++count}`
  const shell = createExecutors({ tempDir, instanceMark, containment, homeDir: '/' }).get('shell')!
  const sink = new RecordingSink()
  const start = (command: string, more: Partial<RunRequest> = {}) =>
    shell.start(attempt({ command }, { detach: true, killGraceMs: 50, ...more }), sink)
  const pidOf = async (line: RegExp) => {
    const pid = Number((await sink.seen(line)).replace(/\D/g, ''))
    started.push(pid)
    return pid
  }
  return { start, sink, pidOf, instanceMark }
}

describe.each(['auto', 'group'] as const)('a task with detach, held together by containment %s', (containment) => {
  test('ends with its command and leaves alone what runs on, whether or not that holds the output', async () => {
    const { start, pidOf, sink } = setUp(containment)
    const outcome = await start('sleep 600 & echo pid $!; exit 3').done
    expect(outcome).toMatchObject({ status: 'failed', exitCode: 3 })
    expect(isAlive(await pidOf(/^pid/))).toBe(true)
    const quiet = await start('setsid sleep 601 >/dev/null 2>&1 & echo own $!').done
    expect(quiet).toMatchObject({ status: 'success' })
    expect(isAlive(await pidOf(/^own/))).toBe(true)
    expect(sink.texts('system')).toEqual([])
  })

  test('what runs on may print: it neither waits for a reader nor breaks', async () => {
    const { start, pidOf } = setUp(containment)
    const noisy = 'while :; do echo noise; sleep 0.01; done'
    const outcome = await start(`(${noisy}) & echo pid $!`).done
    expect(outcome).toMatchObject({ status: 'success' })
    const pid = await pidOf(/^pid/)
    expect(isAlive(pid)).toBe(true)
  })

  test('is ended as a whole by a cancel and by a timeout while its command runs', async () => {
    const { start, pidOf } = setUp(containment)
    const run = start('sleep 600 & echo pid $!; sleep 600')
    const pid = await pidOf(/^pid/)
    run.cancel('Stop.')
    expect(await run.done).toMatchObject({ status: 'cancelled' })
    expect(isAlive(pid)).toBe(false)
  })

  test('a later server of the same directory leaves it alone too, until it has gone', async () => {
    const { start, pidOf, instanceMark } = setUp(containment)
    await start('sleep 600 & echo pid $!').done
    const pid = await pidOf(/^pid/)
    expect(await reapOrphans(instanceMark, { tempDir })).toBe(0)
    expect(isAlive(pid)).toBe(true)
    expect(readdirSync(join(tempDir, 'left'))).not.toEqual([])
    expect(await reapOrphans(instanceMark)).toBe(1)
    expect(isAlive(pid)).toBe(false)
  })
})

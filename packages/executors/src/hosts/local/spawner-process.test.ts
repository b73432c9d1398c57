import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ManualClock } from '@rota/testkit'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { isAlive } from '../../testing/living.ts'
import type { Exit } from './exit-report.ts'
import { SpawnerProcess } from './spawner-process.ts'

const folder = mkdtempSync(join(tmpdir(), 'rota-spawner-process-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** A letter of proc(5): `T` stopped, `Z` ended and not yet waited for. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1)![0]
const parentOf = (pid: number) => Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))![1])

/** A spawner that is looked after as this clock says, and programs of it. */
function setUp() {
  const clock = new ManualClock()
  let [tell, count] = [() => {}, 0]
  const spawner = new SpawnerProcess({ shell: '/bin/bash', clock, onRoom: () => tell(), onOver: () => {} })
  const room = () =>
    new Promise<void>((resolve) => {
      tell = () => (spawner.hasRoom ? resolve() : spawner.grow(1))
      tell()
    })
  /** Resolves to its pid; `end` tells how it ended, null when that is lost. */
  async function begin(text: string) {
    await room()
    const path = join(folder, String(++count))
    writeFileSync(path, text)
    let end!: Promise<Exit | null>
    const pid = await new Promise<number>((began, refused) => {
      end = new Promise((ended) => {
        const paths = [path, '/dev/null', '/dev/null', '/dev/null'] as const
        spawner.offer({ size: text.length, paths, began, ended, refused, lost: () => ended(null) })
      })
    })
    return { pid, end }
  }
  return { clock, begin }
}

describe('a program that is told to have begun', () => {
  test('takes signals from then on', async () => {
    const { begin } = setUp()
    for (let time = 0; time < 50; time++) {
      const { pid, end } = await begin('exec sleep 600')
      process.kill(-pid, 'SIGTERM')
      expect(await end).toEqual({ code: null, signal: 'SIGTERM' })
    }
  })
})

describe('a runner that has seen the end of its program and does not tell', () => {
  test('is ended after a while, and the attempt is lost', async () => {
    const { clock, begin } = setUp()
    const { pid, end } = await begin('exec sleep 600')
    const runner = parentOf(pid)
    process.kill(runner, 'SIGSTOP')
    // Until it stands it could still see the end.
    await vi.waitFor(() => expect(stateOf(runner)).toBe('T'))
    process.kill(pid, 'SIGKILL')
    const answer = vi.fn()
    void end.then(answer)
    await vi.waitFor(() => expect(stateOf(pid)).toBe('Z'))
    await clock.advance(9_000)
    expect(answer).not.toHaveBeenCalled()
    await clock.advance(2_000)
    expect(await end).toBeNull()
    await vi.waitFor(() => expect(isAlive(runner)).toBe(false))
  })
})

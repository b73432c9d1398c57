import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { newRunMark } from './run-mark.ts'
import { StraySweeper } from './stray-sweeper.ts'

const instanceMark = `sweeper-${process.pid}`

/** A process that left its session, its parent's group and its cgroup, but not its environment. */
function stray(runMark: string) {
  return spawn('sleep', ['600'], {
    detached: true,
    stdio: 'ignore',
    env: { PATH: process.env.PATH, ROTA_INSTANCE_MARK: instanceMark, ROTA_RUN_MARK: runMark },
  })
}

test('ends what carries the mark of an attempt that is over, and nothing else', async () => {
  const clock = new ManualClock()
  const [over, wanted] = [newRunMark(), newRunMark()]
  const [gone, kept, foreign] = [stray(over), stray(wanted), stray('another-process-1')]
  const sweeper = new StraySweeper({ clock, instanceMark, isWanted: (mark) => mark === wanted })
  const ended = once(gone, 'exit')
  sweeper.onEnded()
  await clock.advance(3_000)
  expect(await ended).toEqual([null, 'SIGKILL'])
  for (const child of [kept, foreign]) {
    expect([child.exitCode, child.signalCode]).toEqual([null, null])
    child.kill('SIGKILL')
  }
})

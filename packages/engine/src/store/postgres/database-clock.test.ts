import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createDatabaseClock } from './database-clock.ts'

const SKEW_MS = 300_000

/** A machine whose clock is wrong, and a server whose answers take so many ms on their way, or that is away (null). */
function stage(answersAfterMs: () => number | null) {
  const truth = new ManualClock()
  const machine = {
    now: () => truth.now() + SKEW_MS,
    monotonic: () => truth.monotonic(),
    after: truth.after.bind(truth),
  }
  const db = {
    async run<Row>() {
      const ms = answersAfterMs()
      if (ms === null) throw new Error('away')
      const now = truth.now()
      if (ms > 0) await new Promise<void>((resolve) => truth.after(ms, resolve))
      return [{ now }] as Row[]
    },
  }
  return { truth, clock: createDatabaseClock(db, machine) }
}

test('the clock of the machine is never taken for that of the server, also when the server is away at first', async () => {
  let ms: number | null = null
  const { truth, clock } = stage(() => ms)
  await expect(clock.adjust()).rejects.toMatchObject({ code: 'unavailable' })
  ms = 0
  await clock.adjust()
  expect(clock.now()).toBe(truth.now())
  clock.stop()
})

test('a look that takes long says too little: what was known counts on', async () => {
  let ms = 0
  const { truth, clock } = stage(() => ms)
  await clock.adjust()
  ms = 20_000
  const adjusted = clock.adjust()
  await truth.advance(300_000)
  await adjusted
  expect(Math.abs(clock.now() - truth.now())).toBeLessThan(1)
  clock.stop()
})

test('it is never ahead of the server, however long an answer is on its way', async () => {
  const { truth, clock } = stage(() => 40)
  const adjusted = clock.adjust()
  await truth.advance(1000)
  await adjusted
  expect(truth.now() - clock.now()).toBe(40)
  clock.stop()
})

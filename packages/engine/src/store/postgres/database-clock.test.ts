import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createDatabaseClock } from './database-clock.ts'

const SKEW_MS = 300_000

/**
 * A machine whose clock is wrong, and a server whose answers take so many ms on their way back, or questions on their way
 * there, or that is away (null).
 */
function stage(answersAfterMs: () => number | null, way: 'there' | 'back' = 'back') {
  let serverAheadMs = 0
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
      const travel = () => (ms > 0 ? new Promise<void>((resolve) => truth.after(ms, resolve)) : undefined)
      if (way === 'there') await travel()
      const now = truth.now() + serverAheadMs
      if (way === 'back') await travel()
      return [{ now }] as Row[]
    },
  }
  return {
    truth,
    clock: createDatabaseClock(db, machine),
    setServer(aheadMs: number) {
      serverAheadMs = aheadMs
    },
  }
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

test('it is behind the server rather than ahead of it, however an answer spends its time', async () => {
  const { truth, clock } = stage(() => 8, 'there')
  const adjusted = clock.adjust()
  await truth.advance(1000)
  await adjusted
  expect(clock.now()).toBe(truth.now())
  clock.stop()
})

test('a slow look puts no quick one out of force, unless the clock of the server was set meanwhile', async () => {
  let ms = 2
  const { truth, clock, setServer } = stage(() => ms)
  const look = async () => {
    const adjusted = clock.adjust()
    await truth.advance(10_000)
    await adjusted
    return truth.now() - clock.now()
  }
  expect(await look()).toBe(2)
  ms = 600
  expect(await look()).toBe(2)
  setServer(60_000)
  expect(await look()).toBe(300 + 5 - 60_000)
  clock.stop()
})

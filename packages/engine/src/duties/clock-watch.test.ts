import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createClockWatch } from './clock-watch.ts'

const HOUR = 3_600_000

test('a clock that is set back by an hour is told once, and is behind until it has caught up', async () => {
  const clock = new ManualClock({ startAt: 10 * HOUR })
  const watch = createClockWatch(clock)
  expect(watch.look()).toBe(0)
  clock.jump(-HOUR)
  expect(watch.look()).toBe(HOUR)
  expect(watch.look()).toBe(0)
  expect(watch.behind).toEqual({ ms: HOUR, noticedAt: 9 * HOUR })
  await clock.advance(HOUR)
  expect(watch.behind).toBeNull()
  expect(watch.look()).toBe(0)
})

test('a clock that was set back between two lives is told at the start', () => {
  const clock = new ManualClock({ startAt: 10 * HOUR })
  const watch = createClockWatch(clock)
  watch.seen(11 * HOUR)
  expect(watch.look()).toBe(HOUR)
})

test('a clock that is set back twice is told twice', () => {
  const clock = new ManualClock({ startAt: 10 * HOUR })
  const watch = createClockWatch(clock)
  watch.look()
  clock.jump(-HOUR)
  expect(watch.look()).toBe(HOUR)
  clock.jump(-HOUR)
  expect(watch.look()).toBe(2 * HOUR)
})

test('corrections of a few seconds are none of its business', () => {
  const clock = new ManualClock({ startAt: 10 * HOUR })
  const watch = createClockWatch(clock)
  watch.look()
  clock.jump(-5_000)
  expect(watch.look()).toBe(0)
  expect(watch.behind).toBeNull()
})

import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createLoop, type Duty } from './loop.ts'

/** A duty whose steps the test ends one by one. */
function scripted(options: { longestSleepMs?: number } = {}) {
  const clock = new ManualClock()
  const steps: { end: (pauseMs: number) => void; fail: (error: Error) => void }[] = []
  const errors: unknown[] = []
  const loop: Duty = createLoop({
    clock,
    step: () => new Promise<number>((end, fail) => steps.push({ end, fail })),
    onError: (error) => {
      errors.push(error)
      return 400
    },
    ...options,
  })
  return { clock, steps, errors, loop }
}

test('nothing happens before the start', async () => {
  const { clock, steps, loop } = scripted()
  loop.wake()
  await clock.advance(60_000)
  expect(steps).toHaveLength(0)
})

test('a second start changes nothing', async () => {
  const { clock, steps, loop } = scripted()
  loop.start()
  loop.start()
  await clock.advance(0)
  expect(steps).toHaveLength(1)
  expect(clock.pendingTimers).toBe(0)
})

test('the next step comes after the pause that the last one asked for', async () => {
  const { clock, steps, loop } = scripted()
  loop.start()
  await clock.advance(0)
  steps[0]!.end(300)
  await clock.advance(299)
  expect(steps).toHaveLength(1)
  await clock.advance(1)
  expect(steps).toHaveLength(2)
})

test('no pause is longer than the longest sleep, and none is negative', async () => {
  const { clock, steps, loop } = scripted({ longestSleepMs: 1000 })
  loop.start()
  await clock.advance(0)
  steps[0]!.end(Number.POSITIVE_INFINITY)
  await clock.advance(1000)
  steps[1]!.end(-5)
  await clock.advance(0)
  expect(steps).toHaveLength(3)
})

test('a wake cuts a pause short', async () => {
  const { clock, steps, loop } = scripted()
  loop.start()
  await clock.advance(0)
  steps[0]!.end(4000)
  await clock.advance(10)
  loop.wake()
  loop.wake()
  await clock.advance(0)
  expect(steps).toHaveLength(2)
})

test('a wake during a step brings one more step at once, never two at a time', async () => {
  const { clock, steps, loop } = scripted()
  loop.start()
  await clock.advance(0)
  loop.wake()
  loop.wake()
  await clock.advance(100)
  expect(steps).toHaveLength(1)
  steps[0]!.end(4000)
  await clock.advance(0)
  expect(steps).toHaveLength(2)
  steps[1]!.end(4000)
  await clock.advance(3999)
  expect(steps).toHaveLength(2)
})

test('after an error it pauses as long as it is told, also when it is woken meanwhile', async () => {
  const { clock, steps, errors, loop } = scripted()
  loop.start()
  await clock.advance(0)
  steps[0]!.fail(new Error('the disk is full'))
  await clock.advance(100)
  loop.wake()
  await clock.advance(299)
  expect(steps).toHaveLength(1)
  await clock.advance(1)
  expect(steps).toHaveLength(2)
  expect(errors).toEqual([new Error('the disk is full')])
})

test('a stop while it sleeps ends it at once', async () => {
  const { clock, steps, loop } = scripted()
  loop.start()
  await clock.advance(0)
  steps[0]!.end(100)
  await clock.advance(0)
  await loop.stop()
  loop.wake()
  await clock.advance(10_000)
  expect(steps).toHaveLength(1)
  expect(clock.pendingTimers).toBe(0)
})

test.each(['ends', 'fails'] as const)(
  'a stop during a step waits until it %s; everybody who asked is answered',
  async (how) => {
    const { clock, steps, loop } = scripted()
    loop.start()
    await clock.advance(0)
    let answered = 0
    const stops = [loop.stop(), loop.stop()].map((stop) => stop.then(() => answered++))
    await clock.advance(1000)
    expect(answered).toBe(0)
    if (how === 'ends') steps[0]!.end(0)
    else steps[0]!.fail(new Error('late'))
    await Promise.all(stops)
    loop.wake()
    await clock.advance(10_000)
    expect(steps).toHaveLength(1)
  },
)

test('what was stopped before its start never starts', async () => {
  const { clock, steps, loop } = scripted()
  await loop.stop()
  loop.start()
  await clock.advance(10_000)
  expect(steps).toHaveLength(0)
})

import { RotaError } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { expect, test } from 'vitest'
import { createPulse } from './pulse.ts'

const AWAY = new RotaError('unavailable', 'the store cannot be reached')

function scripted() {
  const clock = new ManualClock()
  const told: string[] = []
  return { clock, told, pulse: createPulse(clock, ({ type }) => told.push(type)) }
}

test('pauses grow with the time that the trouble lasts, not with the number of those who meet it', async () => {
  const { clock, pulse } = scripted()
  const pauses = Array.from({ length: 20 }, () => pulse.storeFailed(AWAY))
  expect(new Set(pauses)).toEqual(new Set([100]))
  await clock.advance(2_000)
  expect(pulse.storeFailed(AWAY)).toBe(1_000)
  await clock.advance(60_000)
  expect(pulse.storeFailed(AWAY)).toBe(5_000)
})

test('all who rest try again as soon as one of them finds that the store works', async () => {
  const { clock, pulse } = scripted()
  const tries: string[] = []
  pulse.storeFailed(AWAY)
  await clock.advance(60_000)
  pulse.retry(AWAY, () => tries.push('retry'))
  pulse.storeFailed(AWAY, { rouse: () => tries.push('rouse') })
  await clock.advance(1_000)
  expect(tries).toEqual([])
  pulse.storeWorks()
  await clock.advance(0)
  expect(tries).toEqual(['retry', 'rouse'])
  await clock.advance(10_000)
  expect(tries).toEqual(['retry', 'rouse'])
})

test('who fails although others do not tries again no sooner than after the shortest pause', async () => {
  const { clock, pulse } = scripted()
  let tries = 0
  const fail = () => {
    tries++
    pulse.retry(AWAY, fail)
  }
  fail()
  for (let ms = 0; ms < 1_000; ms++) {
    pulse.storeWorks()
    await clock.advance(1)
  }
  expect(tries).toBeLessThanOrEqual(11)
})

test('a call that began before the store worked again is no new trouble', async () => {
  const { clock, told, pulse } = scripted()
  const beganAt = clock.monotonic()
  await clock.advance(10)
  pulse.storeFailed(AWAY, { beganAt })
  await clock.advance(10)
  pulse.storeWorks()
  pulse.storeFailed(AWAY, { beganAt })
  expect([pulse.trouble, told]).toEqual([null, ['degraded', 'recovered']])
  pulse.storeFailed(AWAY, { beganAt: clock.monotonic() })
  expect(told).toEqual(['degraded', 'recovered', 'degraded'])
})

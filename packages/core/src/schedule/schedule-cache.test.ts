import { expect, test } from 'vitest'
import { createScheduleCache } from './schedule-cache.ts'

const UTC = { timezone: 'UTC' }

test('the same rule, zone, policies and window share one schedule', () => {
  const cache = createScheduleCache(10)
  const schedule = cache.get('0 2 * * *', { ...UTC, hashKey: 'a', createdAt: 1 })
  expect(cache.get('0 2 * * *', { ...UTC, hashKey: 'b', createdAt: 2 })).toBe(schedule)
  expect(cache.get({ type: 'weekly', days: ['thu'], time: '02:00' }, { ...UTC, hashKey: 'a' })).toBe(
    cache.get({ type: 'weekly', days: ['thu'], time: '02:00' }, { ...UTC, hashKey: 'b' }),
  )
  expect(cache.get('0 2 * * *', { timezone: 'Asia/Shanghai' })).not.toBe(schedule)
  expect(cache.get('0 2 * * *', { ...UTC, dst: { gap: 'skip' } })).not.toBe(schedule)
  expect(cache.get('0 2 * * *', { ...UTC, endAt: 5 })).not.toBe(schedule)
})

test('rules with H are shared only by tasks with the same key', () => {
  const cache = createScheduleCache(10)
  for (const rule of [
    'H * * * *',
    '0 H/4 * * *',
    'h(0-9) * * * *',
    '1,H * * * *',
    '~ * * * *',
    '1 2 3 4 5 | H 1 * * *',
  ]) {
    expect(cache.get(rule, { ...UTC, hashKey: 'a' })).toBe(cache.get(rule, { ...UTC, hashKey: 'a' }))
    expect(cache.get(rule, { ...UTC, hashKey: 'a' })).not.toBe(cache.get(rule, { ...UTC, hashKey: 'b' }))
  }
})

test('intervals from a task’s own start are not shared and take no room', () => {
  const cache = createScheduleCache(10)
  const interval = { type: 'interval', every: 5, unit: 'minutes' } as const
  expect(cache.get(interval, { ...UTC, createdAt: 1000 }).next(1000)).toBe(301_000)
  expect(cache.get(interval, { ...UTC, createdAt: 2000 }).next(2000)).toBe(302_000)
  expect(cache.get('@every 5m', { ...UTC, createdAt: 3000 }).next(3000)).toBe(303_000)
  expect(cache.size).toBe(0)
})

test('at its limit the least recently used schedule is forgotten', () => {
  const cache = createScheduleCache(2)
  const first = cache.get('1 * * * *', UTC)
  cache.get('2 * * * *', UTC)
  expect(cache.get('1 * * * *', UTC)).toBe(first)
  cache.get('3 * * * *', UTC)
  expect(cache.size).toBe(2)
  expect(cache.get('1 * * * *', UTC)).toBe(first)
})

test('mistakes are thrown and not remembered', () => {
  const cache = createScheduleCache(2)
  expect(() => cache.get('61 * * * *', UTC)).toThrow(/minute/)
  expect(cache.size).toBe(0)
})

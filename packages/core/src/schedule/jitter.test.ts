import { expect, test } from 'vitest'
import { jitterMs } from './jitter.ts'

test('the same key and due instant always give the same jitter', () => {
  expect(jitterMs('task-1', 1_767_225_600_000, 60_000)).toBe(jitterMs('task-1', 1_767_225_600_000, 60_000))
})

test('jitter lies in [0, maxMs) and spreads evenly over keys and over occurrences', () => {
  for (const sample of [
    (i: number) => jitterMs(`task-${i}`, 1_767_225_600_000, 1000),
    (i: number) => jitterMs('task', 1_767_225_600_000 + i * 60_000, 1000),
  ]) {
    const buckets = new Array<number>(10).fill(0)
    for (let i = 0; i < 20_000; i++) {
      const value = sample(i)
      expect(Number.isInteger(value) && value >= 0 && value < 1000).toBe(true)
      buckets[Math.floor(value / 100)]!++
    }
    for (const count of buckets) expect(Math.abs(count - 2000)).toBeLessThan(250)
  }
})

test('no room for jitter means none', () => {
  for (const maxMs of [0, -5, 0.5, Number.NaN]) expect(jitterMs('task', 0, maxMs)).toBe(0)
})

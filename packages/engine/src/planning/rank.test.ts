import { assert, integer, property } from 'fast-check'
import { expect, test } from 'vitest'
import { rankOf } from './rank.ts'

const STEP = 60_000

test('of two that are to start at the same instant, the one of higher priority comes first', () => {
  expect(rankOf(1000, 1, STEP)).toBeLessThan(rankOf(1000, 0, STEP))
  expect(rankOf(1000, 0, STEP)).toBeLessThan(rankOf(1000, -1, STEP))
})

test('of two of the same priority, the one that is to start first comes first', () => {
  expect(rankOf(1000, 3, STEP)).toBeLessThan(rankOf(1001, 3, STEP))
})

test('whatever waits long enough comes before work of any priority that arrives later', async () => {
  await assert(
    property(integer({ min: -100, max: 100 }), integer({ min: -100, max: 100 }), (low, high) => {
      const aged = rankOf(0, low, STEP)
      const waitedMs = Math.max(0, high - low) * STEP + 1
      expect(aged).toBeLessThan(rankOf(waitedMs, high, STEP))
    }),
  )
})

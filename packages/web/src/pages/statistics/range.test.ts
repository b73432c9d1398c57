import { expect, test } from 'vitest'
import { slotsOf } from './range.ts'

const NOW = Date.UTC(2026, 10, 21, 15, 20)

test('a chart of hours has each of them, from the one that begins it to the one that goes on', () => {
  const slots = slotsOf(1, NOW)
  expect(slots).toHaveLength(25)
  expect([slots[0], slots.at(-1)]).toEqual(['2026-11-20T15:00:00.000Z', '2026-11-21T15:00:00.000Z'])
})

test('a chart of days has each day of UTC', () => {
  const slots = slotsOf(30, NOW)
  expect(slots).toHaveLength(31)
  expect([slots[0], slots[1]]).toEqual(['2026-10-22T00:00:00.000Z', '2026-10-23T00:00:00.000Z'])
})

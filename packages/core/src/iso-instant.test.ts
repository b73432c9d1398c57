import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { isoInstant } from './iso-instant.ts'

const isAsDateWritesIt = (at: number) => isoInstant(at) === new Date(at).toISOString()

test('an instant is written as Date writes it, also before 1970 and in years of six digits', async () => {
  const instants = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
  await fc.assert(fc.property(instants, isAsDateWritesIt))
  await fc.assert(fc.property(fc.integer({ min: 0, max: 4_102_444_800_000 }), isAsDateWritesIt))
})

test('fractions of a millisecond are cut off', () => {
  for (const at of [1.5, -1.5, 999.999, 86_399_999.9]) expect(isoInstant(at)).toBe(new Date(at).toISOString())
})

test('what is no instant is refused', () => {
  for (const at of [Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001]) {
    expect(() => isoInstant(at)).toThrow(RangeError)
  }
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Histogram } from './histogram.ts'

const values = fc.array(fc.oneof(fc.nat(50), fc.nat(100_000), fc.integer({ min: 0, max: 2 ** 45 })), { minLength: 1 })

function of(list: readonly number[]): Histogram {
  const histogram = new Histogram()
  for (const value of list) histogram.add(value)
  return histogram
}

describe('a histogram', () => {
  test('tells every quantile with an error of at most 5 %', () => {
    fc.assert(
      fc.property(values, fc.double({ min: 0, max: 1, noNaN: true }), (list, q) => {
        const sorted = [...list].sort((a, b) => a - b)
        const exact = sorted[Math.max(1, Math.ceil(q * sorted.length)) - 1]!
        expect(Math.abs(of(list).quantile(q)! - exact)).toBeLessThanOrEqual(0.05 * exact)
      }),
    )
  })

  test('that was merged from parts is the histogram of the whole', () => {
    fc.assert(
      fc.property(values, values, (a, b) => {
        const merged = of(a)
        merged.merge(of(b))
        expect(merged.toJSON()).toEqual(of([...a, ...b]).toJSON())
        expect(merged.count).toBe(a.length + b.length)
      }),
    )
  })

  test('comes back from JSON as it was', () => {
    fc.assert(
      fc.property(values, (list) => {
        const back = Histogram.from(JSON.parse(JSON.stringify(of(list))))
        expect(back.toJSON()).toEqual(of(list).toJSON())
        expect(back.count).toBe(list.length)
      }),
    )
  })

  test('of few values is exact, also when it was stored and merged: the quantiles of a single one are that one', () => {
    expect(of([10_007]).quantile(0.5)).toBe(10_007)
    const stored = Histogram.from(JSON.parse(JSON.stringify(of([10_007, 31]))))
    stored.merge(of([500]))
    expect([0.01, 0.5, 1].map((q) => stored.quantile(q))).toEqual([31, 500, 10_007])
  })

  test('that was stored with counts alone goes on with counts alone', () => {
    const older = Histogram.from({ 5: 1 })
    older.merge(of([10_007]))
    expect(older.quantile(1)).not.toBe(10_007)
    expect(older.toJSON()).not.toHaveProperty('values')
  })

  test('stays small: a million instants over nine decades need a few hundred numbers', () => {
    const histogram = new Histogram()
    for (let i = 0; i < 1_000_000; i++) histogram.add((i * 7919) % 1_000_000_007)
    expect(Object.keys(histogram.toJSON()).length).toBeLessThan(230)
  })

  test('keeps zero apart, and counts what lies below it as zero', () => {
    const histogram = of([0, -5, 0.2])
    expect(histogram.quantile(1)).toBe(0)
    expect(histogram.count).toBe(3)
  })

  test('that is empty has no quantile', () => expect(new Histogram().quantile(0.5)).toBeNull())

  test('refuses what is no number, and shares beyond 0 and 1', () => {
    expect(() => new Histogram().add(Number.NaN)).toThrow(RangeError)
    expect(() => new Histogram().add(Number.POSITIVE_INFINITY)).toThrow(RangeError)
    expect(() => of([1]).quantile(1.1)).toThrow(RangeError)
  })

  test('passes over what is stored and is no count', () => {
    for (const damaged of [null, 7, 'x', { a: 1, '-3': 2, 4: 'many', 5: -1, 6: 0.5 }]) {
      expect(Histogram.from(damaged).count).toBe(0)
    }
  })
})

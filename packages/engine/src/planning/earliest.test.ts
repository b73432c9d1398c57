import fc from 'fast-check'
import { expect, test } from 'vitest'
import { earliestInstants } from './earliest.ts'

/** A source that fires every `step` from `first`, and counts what it is asked for. */
function every(step: number, first = 0) {
  const asked = { instants: 0 }
  const between = (from: number, until: number, count: number) => {
    const found: number[] = []
    const start = from <= first ? first : first + Math.ceil((from - first) / step) * step
    for (let at = start; at < until && found.length < count; at += step) found.push(at)
    asked.instants += found.length
    return found
  }
  return { from: 0, source: step, between, asked }
}

test('the earliest instants of any sources are found, each as often as it is due', () => {
  const source = fc.record({ step: fc.integer({ min: 1, max: 500 }), first: fc.integer({ min: 0, max: 900 }) })
  const cases = [fc.array(source, { maxLength: 8 }), fc.integer({ min: 1, max: 60 })] as const
  const property = fc.property(...cases, (plans, most) => {
    const all = plans.flatMap(({ step, first }) => every(step, first).between(0, 1_000, 1_000))
    const found = earliestInstants(
      plans.map(({ step, first }) => every(step, first)),
      1_000,
      most,
    )
    expect(found.map(({ at }) => at)).toEqual(all.sort((a, b) => a - b).slice(0, most))
  })
  fc.assert(property, { numRuns: 300 })
})

test('a source with very many instants is asked for few of them', () => {
  const sources = Array.from({ length: 500 }, (_, i) => every(1, i))
  earliestInstants(sources, 1_000_000, 100)
  const asked = sources.reduce((sum, { asked: { instants } }) => sum + instants, 0)
  expect(asked).toBeLessThan(500 * 4 + 10_000)
})

import { describe, expect, test } from 'vitest'
import { createRandom } from './random.ts'

const draw = (seed: number, count = 5) => {
  const random = createRandom(seed)
  return Array.from({ length: count }, () => random.next())
}

describe('createRandom', () => {
  test('one seed always gives one stream, another seed another', () => {
    expect(draw(42)).toEqual(draw(42))
    expect(draw(42)).not.toEqual(draw(43))
    expect(draw(7)).not.toEqual(draw(7 + 2 ** 32))
  })

  test('stays in range and spreads evenly', () => {
    const random = createRandom(1)
    const counts = new Array<number>(10).fill(0)
    for (let round = 0; round < 100_000; round++) {
      const value = random.int(-3, 6)
      counts[value + 3]!++
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500)
  })

  test('a fork is independent of how much its parent draws afterwards', () => {
    const left = createRandom(9)
    const right = createRandom(9)
    const leftFork = left.fork()
    const rightFork = right.fork()
    right.next()
    expect(leftFork.next()).toBe(rightFork.next())
  })

  test('shuffle keeps every element and leaves its input alone', () => {
    const items = [1, 2, 3, 4, 5, 6, 7, 8]
    const shuffled = createRandom(3).shuffle(items)
    expect(shuffled).not.toEqual(items)
    expect([...shuffled].sort()).toEqual([1, 2, 3, 4, 5, 6, 7, 8])
  })

  test('refuses to choose from nothing', () => {
    const random = createRandom(0)
    expect(() => random.pick([])).toThrow(RangeError)
    expect(() => random.int(2, 1)).toThrow(RangeError)
    expect(random.pick(['only'])).toBe('only')
    expect(random.chance(1)).toBe(true)
    expect(random.chance(0)).toBe(false)
  })
})

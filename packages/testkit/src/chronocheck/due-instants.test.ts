import { describe, expect, test } from 'vitest'
import { dueInstants } from './due-instants.ts'

const AT = Date.UTC(2026, 0, 1, 0, 0, 0)
const seconds = (fields: string, from: number, to: number) =>
  dueInstants({ kind: 'fields', fields }, AT + from, AT + to).map((at) => (at - AT) / 1000)

describe('the oracle', () => {
  test('knows every second, steps, ranges and lists', () => {
    expect(seconds('* * * * * *', 0, 4_000)).toEqual([0, 1, 2, 3])
    expect(seconds('*/20 * * * * *', 0, 61_000)).toEqual([0, 20, 40, 60])
    expect(seconds('5-7,50 * * * * *', 0, 60_000)).toEqual([5, 6, 7, 50])
    expect(seconds('10/25 * * * * *', 0, 60_000)).toEqual([10, 35])
    expect(seconds('0 1 0 1 1 4', 0, 120_000)).toEqual([60])
    expect(seconds('0 * * * * 5', 0, 120_000)).toEqual([])
  })

  test('counts intervals from their anchor, the beginning included and the end not', () => {
    const schedule = { kind: 'interval', anchorMs: AT + 1_000, everyMs: 3_000 } as const
    expect(dueInstants(schedule, AT, AT + 7_000).map((at) => at - AT)).toEqual([1_000, 4_000])
    expect(dueInstants(schedule, AT + 3_999, AT + 7_001).map((at) => at - AT)).toEqual([4_000, 7_000])
  })

  test('refuses what it does not know rather than guess', () => {
    expect(() => seconds('* * * * *', 0, 1)).toThrow('six fields')
    expect(() => seconds('L * * * * *', 0, 1)).toThrow('does not know')
    expect(() => dueInstants({ kind: 'interval', anchorMs: 1, everyMs: 1_000 }, 0, 1)).toThrow('whole seconds')
  })
})

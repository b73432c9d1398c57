import { expect, test } from 'vitest'
import { type DueRule, dueInstants } from './due-oracle.ts'

const iso = (instants: number[]) => instants.map((at) => new Date(at).toISOString().slice(0, 16))
const all = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i)
const cron = (minutes: number[], hours: number[], isFixed: boolean): DueRule => ({
  kind: 'cron',
  zone: 'Europe/Berlin',
  minutes: new Set(hours.flatMap((hour) => minutes.map((minute) => 60 * hour + minute))),
  weekdays: all(0, 6),
  isFixed,
})

test('a fixed time that the clocks leap over is due at the first instant after the gap', () => {
  const from = Date.UTC(2026, 2, 28, 12)
  expect(iso(dueInstants(cron([30], [2], true), from, from + 86_400_000))).toEqual(['2026-03-29T01:00'])
})

test('a fixed time that comes twice is due the first time only', () => {
  const from = Date.UTC(2026, 9, 24, 12)
  expect(iso(dueInstants(cron([30], [2], true), from, from + 86_400_000))).toEqual(['2026-10-25T00:30'])
})

test('a pattern with a star follows real time through both changes', () => {
  const spring = Date.UTC(2026, 2, 29, 0)
  expect(dueInstants(cron([0, 30], all(0, 23), false), spring, spring + 10_800_000)).toHaveLength(6)
  const autumn = Date.UTC(2026, 9, 25, 0)
  expect(dueInstants(cron([0, 30], all(0, 23), false), autumn, autumn + 10_800_000)).toHaveLength(6)
})

test('the day of the week is that on the wall', () => {
  const monday: DueRule = { ...(cron([0], [0], true) as Extract<DueRule, { kind: 'cron' }>), weekdays: [1] }
  const from = Date.UTC(2026, 0, 1)
  expect(iso(dueInstants(monday, from, from + 8 * 86_400_000))).toEqual(['2026-01-04T23:00'])
})

test('an interval counts from its anchor, which is due itself', () => {
  const rule: DueRule = { kind: 'interval', anchorAt: 1000, periodMs: 300 }
  expect(dueInstants(rule, 0, 1700)).toEqual([1000, 1300, 1600])
  expect(dueInstants(rule, 1300, 1900)).toEqual([1600, 1900])
})

test('once is once', () => {
  expect(dueInstants({ kind: 'once', at: 5 }, 4, 5)).toEqual([5])
  expect(dueInstants({ kind: 'once', at: 5 }, 5, 9)).toEqual([])
})

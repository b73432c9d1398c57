import { describe, expect, test } from 'vitest'
import { calendarWeeks, heatOf } from './calendar-days.ts'

const now = Date.parse('2026-11-21T23:30:00Z')
const base = { now, zone: 'UTC', weeksBack: 1, weeksAhead: 1, past: [], coming: [] }
const find = (weeks: ReturnType<typeof calendarWeeks>, date: string) => weeks.flat().find((day) => day.date === date)

describe('the calendar of a task', () => {
  test('has whole weeks from Monday to Sunday around today', () => {
    const weeks = calendarWeeks(base)
    expect(weeks.map((week) => week.length)).toEqual([7, 7, 7])
    expect(weeks[0]?.[0]?.date).toBe('2026-11-09')
    expect(weeks[2]?.[6]?.date).toBe('2026-11-29')
    expect(weeks.flat().filter(({ isToday }) => isToday)).toMatchObject([{ date: '2026-11-21' }])
  })

  test('days are those of the zone', () => {
    const past = [{ at: now, total: 3, success: 2, failed: 1 }]
    expect(find(calendarWeeks({ ...base, past }), '2026-11-21')).toMatchObject({ total: 3, failed: 1 })
    const there = calendarWeeks({ ...base, zone: 'Asia/Shanghai', past })
    expect(find(there, '2026-11-22')).toMatchObject({ total: 3, isToday: true })
  })

  test('no day is lost or doubled where the clock changes', () => {
    const weeks = calendarWeeks({ ...base, zone: 'Europe/Berlin', now: Date.parse('2027-03-28T10:00:00Z') })
    const dates = weeks.flat().map(({ date }) => date)
    expect(new Set(dates).size).toBe(21)
    expect(dates).toContain('2027-03-28')
  })

  test('coming occurrences are counted on their day', () => {
    const weeks = calendarWeeks({ ...base, coming: [{ date: '2026-11-22', occurrences: 2 }] })
    expect(find(weeks, '2026-11-22')).toMatchObject({ planned: 2, total: 0 })
  })
})

test('heat has four steps, and one run is never none', () => {
  expect([0, 1, 100, 400, 900, 1_600].map((count) => heatOf(count, 1_600))).toEqual([0, 1, 1, 2, 3, 4])
  expect(heatOf(1, 1_000_000)).toBe(1)
})

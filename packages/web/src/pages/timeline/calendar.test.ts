import { expect, test } from 'vitest'
import { beginOf, dayFrom, dayOf, dayText, gridOf, moved, plansByDay } from './calendar.ts'

const day = (text: string) => dayFrom(text)!

test('a week begins on Monday and has seven days', () => {
  expect(gridOf(day('2026-11-22'), 'week').days.map(dayText)).toEqual([
    '2026-11-16',
    '2026-11-17',
    '2026-11-18',
    '2026-11-19',
    '2026-11-20',
    '2026-11-21',
    '2026-11-22',
  ])
})

test('a month is filled up to whole weeks', () => {
  const { days, first, last } = gridOf(day('2026-11-21'), 'month')
  expect([dayText(first), dayText(last)]).toEqual(['2026-11-01', '2026-11-30'])
  expect([dayText(days[0]!), dayText(days.at(-1)!)]).toEqual(['2026-10-26', '2026-12-06'])
})

test('a month later is the next month, also from a 31st', () => {
  expect(dayText(moved(day('2026-01-31'), 'month', 1))).toBe('2026-02-01')
  expect(dayText(moved(day('2026-03-31'), 'month', -1))).toBe('2026-02-01')
})

test('a day begins at midnight of its zone, on days of 23 and 25 hours too', () => {
  expect(new Date(beginOf(day('2026-11-21'), 'Asia/Shanghai')).toISOString()).toBe('2026-11-20T16:00:00.000Z')
  const length = (text: string) => beginOf(day(text) + 1, 'Europe/Berlin') - beginOf(day(text), 'Europe/Berlin')
  expect(length('2026-03-29') / 3_600_000).toBe(23)
  expect(length('2026-10-25') / 3_600_000).toBe(25)
})

test('a day without midnight begins at its first instant', () => {
  // In Cairo clocks go from 00:00 to 01:00.
  const begin = beginOf(day('2026-04-24'), 'Africa/Cairo')
  expect(dayText(dayOf(begin, 'Africa/Cairo'))).toBe('2026-04-24')
  expect(dayText(dayOf(begin - 1, 'Africa/Cairo'))).toBe('2026-04-23')
})

test('what is no day of the calendar is none', () => {
  for (const text of [undefined, '', 'soon', '2026-13-01', '2026-1-1']) expect(dayFrom(text)).toBeNull()
})

test('what the server counted stands on its day', () => {
  const task = { task_id: 'b', task_name: 'B', first_due_at: '2026-11-21T08:00:00.000Z', count: 2 }
  const plans = plansByDay([{ date: '2026-11-21', occurrences: 90, task_count: 7, tasks: [task] }])
  expect(plans.get(day('2026-11-21'))).toEqual({
    tasks: [{ taskId: 'b', name: 'B', at: Date.parse('2026-11-21T08:00:00Z'), count: 2 }],
    taskCount: 7,
    occurrences: 90,
  })
})

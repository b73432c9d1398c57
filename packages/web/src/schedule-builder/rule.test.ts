import { describe, expect, test } from 'vitest'
import { ofKind, timesOf, timeText, weekdayOf } from './rule.ts'

describe('a time of day that is typed', () => {
  test.each([
    ['2', '02:00'],
    ['930', '09:30'],
    ['2130', '21:30'],
    ['9:5', '09:05'],
    ['09：30', '09:30'],
    ['7:8:9', '07:08:09'],
    [' 02:00 ', '02:00'],
    ['noon', 'noon'],
    ['14.5', '14.5'],
  ])('%s becomes %s', (typed, text) => expect(timeText(typed)).toBe(text))
})

describe('a rule of another kind', () => {
  const known = (cron: string | null) => ({ cron, soon: '2026-12-01T10:00:00' })

  test('that is due once begins with a time that is no fault', () => {
    expect(ofKind({ type: 'none' }, 'once', known(null))).toEqual({ type: 'once', at: '2026-12-01T10:00:00' })
  })

  test('keeps the times of day', () => {
    const weekly = ofKind({ type: 'daily', time: '09:30' }, 'weekly', known(null))
    expect(timesOf(weekly)).toEqual(['09:30'])
    expect(timesOf(ofKind(weekly, 'monthly', known(null)))).toEqual(['09:30'])
  })

  test('as cron says the same as before, when that can be said', () => {
    expect(ofKind({ type: 'daily', times: ['09:30'] }, 'cron', known('30 9 * * *'))).toHaveProperty(
      'expression',
      '30 9 * * *',
    )
    expect(ofKind({ type: 'interval', every: 7, unit: 'minutes' }, 'cron', known('@every 7m'))).toHaveProperty(
      'expression',
      '0 2 * * *',
    )
  })
})

test('weekdays are known by name and by number, Sunday by two', () => {
  expect(['Monday', 'fri', 0, 7, '1', 'x'].map(weekdayOf)).toEqual(['mon', 'fri', 'sun', 'sun', 'mon', null])
})

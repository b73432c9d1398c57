import { describe, expect, test } from 'vitest'
import { cronFields, fieldAt } from './cron-fields.ts'
import { instantOfWall, ofKind, timesOf, timeText, toWallText, weekdayOf } from './rule.ts'

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
  test('keeps the times of day', () => {
    const weekly = ofKind({ type: 'daily', time: '09:30' }, 'weekly', null)
    expect(timesOf(weekly)).toEqual(['09:30'])
    expect(timesOf(ofKind(weekly, 'monthly', null))).toEqual(['09:30'])
  })

  test('as cron says the same as before, when that can be said', () => {
    expect(ofKind({ type: 'daily', times: ['09:30'] }, 'cron', '30 9 * * *')).toHaveProperty('expression', '30 9 * * *')
    expect(ofKind({ type: 'interval', every: 7, unit: 'minutes' }, 'cron', '@every 7m')).toHaveProperty(
      'expression',
      '0 2 * * *',
    )
  })
})

test('weekdays are known by name and by number, Sunday by two', () => {
  expect(['Monday', 'fri', 0, 7, '1', 'x'].map(weekdayOf)).toEqual(['mon', 'fri', 'sun', 'sun', 'mon', null])
})

test('an instant is shown as the wall clock of the zone, a wall time as it stands', () => {
  expect(toWallText('2026-12-01T02:00:00Z', 'Asia/Shanghai')).toBe('2026-12-01T10:00:00')
  expect(toWallText('2026-12-01T10:00', 'Asia/Shanghai')).toBe('2026-12-01T10:00')
  expect(toWallText('soon', 'UTC')).toBe('')
})

describe('a cron expression', () => {
  test('is taken apart by field, with seconds when there are six', () => {
    expect(cronFields('0 2 * * 1-5')?.map(({ name }) => name)).toEqual([
      'minute',
      'hour',
      'dayOfMonth',
      'month',
      'dayOfWeek',
    ])
    expect(cronFields('0 0 2 * * 1-5')?.[0]?.name).toBe('second')
    expect(cronFields('@daily')).toBeNull()
    expect(cronFields('0 2 *')).toBeNull()
  })

  test.each([
    ['*', 'every'],
    ['?', 'any'],
    ['*/15', 'step'],
    ['5/15', 'step'],
    ['8-18/2', 'step'],
    ['MON-FRI', 'range'],
    ['1,15', 'list'],
    ['JAN', 'value'],
    ['H', 'hashed'],
    ['H/10', 'hashedStep'],
    ['L', 'last'],
    ['LW', 'lastWeekday'],
    ['15W', 'nearestWeekday'],
    ['5#2', 'nth'],
    ['5L', 'lastOf'],
    ['L-3', 'other'],
    ['~', 'other'],
  ])('%s means %s', (text, kind) => expect(cronFields(`${text} * * * *`)?.[0]?.meaning.kind).toBe(kind))

  test('knows which field a mistake stands in', () => {
    const fields = cronFields('0 2 32 * *')!
    expect(fieldAt(fields, 4)?.name).toBe('dayOfMonth')
  })
})

describe('a wall time in a zone', () => {
  test.each([
    ['2026-12-01T10:00', 'Asia/Shanghai', '2026-12-01T02:00:00.000Z'],
    ['2027-03-28T01:59:59', 'Europe/Berlin', '2027-03-28T00:59:59.000Z'],
    ['2027-03-28T03:00', 'Europe/Berlin', '2027-03-28T01:00:00.000Z'],
    ['2027-03-28T02:30', 'Europe/Berlin', '2027-03-28T01:30:00.000Z'],
    ['2027-10-31T02:30', 'Europe/Berlin', '2027-10-31T00:30:00.000Z'],
    ['2027-07-01T12:00', 'America/New_York', '2027-07-01T16:00:00.000Z'],
  ])('%s in %s is %s', (wall, zone, instant) => expect(instantOfWall(wall, zone)).toBe(instant))

  test('of nothing is nothing', () => expect(instantOfWall('', 'UTC')).toBeNull())
})

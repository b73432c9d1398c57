import { describe, expect, test } from 'vitest'
import { cronFields, fieldAt } from './cron-fields.ts'

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

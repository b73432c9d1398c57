import { describe, expect, test } from 'vitest'
import { compileSchedule } from './compile.ts'
import type { ScheduleInput } from './input.ts'
import { meaningNotes } from './meaning-notes.ts'

const notes = (input: ScheduleInput) => meaningNotes(compileSchedule(input, { timezone: 'UTC' }))

describe('what is probably not meant is said, with the form that means it', () => {
  test.each([
    ['* */15 * * * *', '*/15 * * * *', /60 times in each such minute/],
    ['* 30 2 * * *', '30 2 * * *', /60 times/],
    ['* * 2 * * *', '0 2 * * *', /3,600 times/],
    ['* 2 * * *', '0 2 * * *', /60 times in each such hour/],
    ['* */2 * * *', '0 */2 * * *', /60 times/],
    ['* * 1 * *', '0 0 1 * *', /1,440 times/],
    ['*/45 * * * *', '@every 45m', /starts afresh with every hour \(0, 45\).*only 15 minutes/],
    ['*/7 * * * *', '@every 7m', /only 4 minutes/],
    ['*/59 * * * *', '@every 59m', /only 1 minute\./],
    ['0 */5 * * *', '@every 5h', /with every day/],
    ['0 0 */2 * *', '@every 2d', /with every month/],
    ['*/60 * * * *', '0 * * * *', /once in every hour/],
    ['0 0 * * 7/2', '0 0 * * 0/2', /only 7 matches/],
    ['50/15 * * * *', '*/15 * * * *', /only 50 matches/],
    ['0 0 1-7 * 1', '0 0 * * mon#1', /either suffices/],
    ['0 0 25-31 * 5', '0 0 * * friL', /last Friday/],
    ['0 0 31 * *', '0 0 L * *', /does not exist in February, April, June, September, November/],
    ['0 0 30 * *', '0 0 L * *', /does not exist in February/],
    ['0 0 29 2 *', '0 0 L 2 *', /outside leap years/],
    ['0 0 * * mon#5', '0 0 * * monL', /no fifth Monday/],
  ])('%s', (expression, suggestion, en) => {
    const [note] = notes(expression)
    expect(note?.en).toMatch(en)
    expect(note?.suggestion).toBe(suggestion)
    expect(() => compileSchedule(suggestion, { timezone: 'UTC' })).not.toThrow()
    expect(note?.zh).toMatch(/[\u4e00-\u9fff]/)
  })

  test('also where the rule is not written as an expression', () => {
    expect(notes({ type: 'monthly', days: [31], times: ['00:00'] })[0]?.suggestion).toBe('0 0 L * *')
    expect(notes({ type: 'cron', expression: '0 * 12 ? * 2-6', dialect: 'quartz' })[0]?.suggestion).toBe(
      '0 12 * * mon-fri',
    )
  })

  test('dates or weekdays that either suffice are told without a form where there is none', () => {
    expect(notes('0 0 13 * 5')).toEqual([expect.objectContaining({ en: expect.stringMatching(/either suffices/) })])
    expect(notes('0 0 13 * 5')[0]?.suggestion).toBeUndefined()
  })

  test.each([
    '* * * * *',
    '* * * * * *',
    '*/15 * * * *',
    '*/5 9-17 * * mon-fri',
    '* 9-17 * * mon-fri',
    '0 2 * * *',
    '0 */6 * * *',
    '0 0 1 * *',
    '0 0 31 1,3 *',
    '0 0 L * *',
    '0 9 LW * *',
    '0 0 1-31 * 4',
    '5/15 * * * *',
    'H/7 * * * *',
    '@daily',
  ])('nothing is said of %s', (expression) => {
    expect(notes(expression)).toEqual([])
  })
})

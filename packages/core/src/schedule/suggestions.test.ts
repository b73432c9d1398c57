import { SLIP_KINDS, slipped } from '@rota/testkit/slips'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type FieldError, RotaError } from '../errors.ts'
import { compileSchedule } from './compile.ts'
import type { ScheduleInput } from './input.ts'
import { ABBREVIATIONS, PLACES } from './zone-guesses.ts'
import { resolveZone } from './zone-name.ts'

const UTC = { timezone: 'UTC' }

function errorsOf(input: unknown, context = UTC): readonly FieldError[] {
  try {
    compileSchedule(input as ScheduleInput, context)
    return []
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return error.errors
  }
}

const slip = fc.record({
  kind: fc.constantFrom(...SLIP_KINDS),
  at: fc.nat(),
  by: fc.constantFrom(...'0123456789abxLWH*/-,#?~ @|:+'),
})

const slips = fc.array(slip, { minLength: 1, maxLength: 3 })
const withSlips = (right: readonly string[]) =>
  fc.tuple(fc.constantFrom(...right), slips).map(([text, all]) => all.reduce(slipped, text))

const EXPRESSIONS = [
  '0 2 * * *',
  '*/15 9-17 * * mon-fri',
  '0 0 1-7 * 1',
  '30 5 L * *',
  '0 0 * * fri#2',
  '0 9 LW jan-mar *',
  'H H(0-5) * * *',
  '0 30 2 * * ?',
  '60 24 * * *',
  '0 22-2 * * sunday',
  '0 1 * * * | 0 24 * * *',
  '@daily',
  '@every 1h30m',
  'every 5 minutes',
  'every monday at 9am',
  'CRON_TZ=Asia/Tokyo 0 2 * * *',
  'rate(5 minutes)',
  'cron(0 2 * * ? *)',
  '每天2点',
  'hourly',
  'Mon..Fri 09:00',
]
const QUARTZ = ['0 0 12 ? * 2-6', '0 0/5 14,18 * * ?', '0 15 10 L-3 * ? 2027-2030', '0 0 12 ? * 6#3']

describe('a suggestion is itself accepted', () => {
  test('for any slip in an expression', () => {
    fc.assert(
      fc.property(withSlips(EXPRESSIONS), (text) => {
        for (const { suggestion } of errorsOf(text))
          if (suggestion !== undefined) expect(errorsOf(suggestion)).toEqual([])
        for (const { suggestion } of errorsOf({ type: 'cron', expression: text })) {
          if (suggestion !== undefined) expect(errorsOf({ type: 'cron', expression: suggestion })).toEqual([])
        }
      }),
      { numRuns: 1500 },
    )
  })

  test('for any slip in an expression of Quartz', () => {
    const quartz = (expression: string) => errorsOf({ type: 'cron', expression, dialect: 'quartz' })
    fc.assert(
      fc.property(withSlips(QUARTZ), (text) => {
        for (const { suggestion } of quartz(text)) if (suggestion !== undefined) expect(quartz(suggestion)).toEqual([])
        for (const { suggestion } of errorsOf(text))
          if (suggestion !== undefined) expect(errorsOf(suggestion)).toEqual([])
      }),
      { numRuns: 700 },
    )
  })

  test('for any slip in a zone', () => {
    const names = [
      'Europe/Berlin',
      'Asia/Shanghai',
      'UTC+8',
      'BST',
      'New York',
      'CET-1CEST,M3.5.0',
      'America/Argentina/Ushuaia',
    ]
    const written = [...names, ...Object.keys(ABBREVIATIONS), ...Object.keys(PLACES)]
    fc.assert(
      fc.property(withSlips(written), (text) => {
        const zone = resolveZone(text)
        if (typeof zone !== 'string' && zone.suggestion !== undefined) {
          expect(typeof resolveZone(zone.suggestion)).toBe('string')
        }
      }),
      { numRuns: 300 },
    )
  })

  test('for any slip in a field of a rule', () => {
    const rules: Record<string, unknown>[] = [
      { type: 'daily', time: '02:00' },
      { type: 'daily', times: ['2am', '9:30 pm', '下午3点'] },
      { type: 'weekly', days: ['monday', 'fri'], times: ['09:30'] },
      { type: 'monthly', days: ['last', '15'], times: ['00:00'] },
      { type: 'monthly', nth: 'last', weekday: 'friday', time: '18:00' },
      { type: 'interval', every: 7, unit: 'hours', aligned: true },
      { type: 'once', at: '2026-12-01T00:00:00Z' },
      { type: 'cron', expression: '0 0 12 ? * 2-6', dialect: 'quartz' },
    ]
    const broken = fc.tuple(fc.constantFrom(...rules), fc.nat(), slips, fc.boolean()).map(([rule, at, all, inKey]) => {
      const keys = Object.keys(rule)
      const key = keys[at % keys.length]!
      const mend = (value: unknown): unknown =>
        Array.isArray(value) ? value.map(mend) : typeof value === 'string' ? all.reduce(slipped, value) : value
      if (!inKey) return { ...rule, [key]: mend(rule[key]) }
      const { [key]: value, ...others } = rule
      return { ...others, [all.reduce(slipped, key)]: value }
    })
    fc.assert(
      fc.property(broken, (rule: Record<string, unknown>) => {
        const errors = errorsOf(rule)
        for (const { path, suggestion } of errors) {
          if (suggestion === undefined) continue
          const after = corrections(rule, path, suggestion).map((each) => errorsOf(each))
          expect(after.some((left) => !left.some((each) => each.path === path))).toBe(true)
        }
      }),
      { numRuns: 700 },
    )
  })

  function corrections(rule: Record<string, unknown>, path: string, suggestion: string): unknown[] {
    const item = /^(\w+)\[(\d+)\]$/.exec(path)
    if (item) return [{ ...rule, [item[1]!]: (rule[item[1]!] as unknown[]).with(Number(item[2]), suggestion) }]
    const { [path]: value, ...others } = rule
    return [
      { ...rule, [path]: suggestion },
      { ...rule, [path]: Number(suggestion) },
      { ...others, [suggestion]: value },
    ]
  }
})

describe('what people write is offered in the form that means it', () => {
  test.each([
    ['every 5 minutes', '*/5 * * * *'],
    ['every 45 minutes', '@every 45m'],
    ['every minute', '* * * * *'],
    ['every 2 hours', '0 */2 * * *'],
    ['every day at 2am', '0 2 * * *'],
    ['daily at 14:30', '30 14 * * *'],
    ['every monday at 9am', '0 9 * * mon'],
    ['weekdays at 9:30', '30 9 * * mon-fri'],
    ['9am every day', '0 9 * * *'],
    ['daily', '@daily'],
    ['hourly', '@hourly'],
    ['Mon..Fri *-*-* 02:30:00', '30 2 * * mon-fri'],
    ['rate(5 minutes)', '@every 5m'],
    ['rate(1 day)', '@every 1d'],
    ['cron(0 2 * * ? *)', '0 2 * * *'],
    ['cron(0 10 ? * 2-6 *)', '0 10 * * mon-fri'],
    ['CRON_TZ=Asia/Tokyo 0 2 * * *', '0 2 * * *'],
    ['TZ=UTC @daily', '@daily'],
    ['@every 5 minutes', '@every 5m'],
    ['每天2点', '0 2 * * *'],
    ['每天下午2点半', '30 14 * * *'],
    ['每周一9点', '0 9 * * mon'],
    ['每月1日2点', '0 2 1 * *'],
    ['每5分钟', '*/5 * * * *'],
    ['０ ９ ＊ ＊ ＊', '0 9 * * *'],
    ['R/PT5M', '@every 5m'],
    ['PT1H30M', '@every 90m'],
  ])('%s is %s', (text, suggestion) => {
    const errors = errorsOf(text)
    expect(errors).toHaveLength(1)
    expect(errors[0]!.suggestion).toBe(suggestion)
    expect(errorsOf(suggestion)).toEqual([])
  })

  test.each([
    ['2am', '02:00'],
    ['9pm', '21:00'],
    ['12am', '00:00'],
    ['12 PM', '12:00'],
    ['9.30', '09:30'],
    ['1430', '14:30'],
    ['下午2点半', '14:30'],
    ['25:00', undefined],
    ['24:00', undefined],
    ['13pm', undefined],
    ['9:5', undefined],
  ])('the time %s is %s', (time, suggestion) => {
    expect(errorsOf({ type: 'daily', times: [time] })[0]?.suggestion).toBe(suggestion)
  })

  test('an interval of Go is understood', () => {
    expect(compileSchedule('@every 1h30m', UTC).periodMs).toBe(5_400_000)
    expect(compileSchedule({ type: 'cron', expression: '@every 90s' }, UTC).kind).toBe('interval')
  })
})

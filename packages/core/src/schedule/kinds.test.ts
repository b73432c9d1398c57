import { describe, expect, test } from 'vitest'
import { type FieldError, RotaError } from '../errors.ts'
import { compileSchedule } from './compile.ts'
import type { ScheduleContext, ScheduleInput } from './input.ts'

const at = (text: string) => Date.parse(text)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'))
const SHANGHAI = { timezone: 'Asia/Shanghai' }

function compile(input: ScheduleInput, context: Partial<ScheduleContext> = {}) {
  return compileSchedule(input, { timezone: 'UTC', ...context })
}

function first(input: ScheduleInput, count: number, context: Partial<ScheduleContext> = {}): (string | null)[] {
  return compile(input, context).between(at('2026-01-01T00:00:00Z'), Number.POSITIVE_INFINITY, count).map(iso)
}

function errorsOf(input: unknown, context: Partial<ScheduleContext> = {}): readonly FieldError[] {
  try {
    compile(input as ScheduleInput, context)
  } catch (error) {
    if (RotaError.is(error)) return error.errors
    throw error
  }
  throw new Error('accepted')
}

describe('time-of-day kinds', () => {
  test('daily runs at each of its times, in the zone', () => {
    expect(first({ type: 'daily', times: ['17:30', '09:00'] }, 2, SHANGHAI)).toEqual([
      '2026-01-01T01:00:00Z',
      '2026-01-01T09:30:00Z',
    ])
    expect(first({ type: 'daily', time: '02:00:30' }, 1)).toEqual(['2026-01-01T02:00:30Z'])
  })

  test('weekly runs on its days', () => {
    expect(first({ type: 'weekly', days: ['mon', 'Friday', 7], times: ['09:30'] }, 3)).toEqual([
      '2026-01-02T09:30:00Z',
      '2026-01-04T09:30:00Z',
      '2026-01-05T09:30:00Z',
    ])
  })

  test('monthly takes days, the last day, the last weekday, the nth and the last of a weekday', () => {
    expect(first({ type: 'monthly', days: [1, 'last'], times: ['00:00'] }, 3)).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-31T00:00:00Z',
      '2026-02-01T00:00:00Z',
    ])
    expect(first({ type: 'monthly', days: ['last_weekday'], time: '18:00' }, 1)).toEqual(['2026-01-30T18:00:00Z'])
    expect(first({ type: 'monthly', nth: 2, weekday: 'tue', time: '18:00' }, 1)).toEqual(['2026-01-13T18:00:00Z'])
    expect(first({ type: 'monthly', nth: 'last', weekday: 'fri', time: '18:00' }, 1)).toEqual(['2026-01-30T18:00:00Z'])
  })

  test('a month without the wanted day is passed over', () => {
    expect(first({ type: 'monthly', days: [31], time: '00:00' }, 2)).toEqual([
      '2026-01-31T00:00:00Z',
      '2026-03-31T00:00:00Z',
    ])
  })

  const equivalents: [ScheduleInput, string][] = [
    [{ type: 'daily', time: '02:00' }, '0 2 * * *'],
    [{ type: 'daily', times: ['09:00', '17:00'] }, '0 9,17 * * *'],
    [{ type: 'daily', times: ['09:00', '09:30', '10:00', '10:30'] }, '0,30 9,10 * * *'],
    [{ type: 'daily', times: ['09:00', '17:30'] }, '0 9 * * * | 30 17 * * *'],
    [{ type: 'daily', times: ['09:00:15'] }, '15 0 9 * * *'],
    [{ type: 'weekly', days: ['mon', 'tue', 'wed', 'thu', 'fri'], time: '09:30' }, '30 9 * * 1-5'],
    [{ type: 'weekly', days: ['sat', 'sun'], time: '09:30' }, '30 9 * * 0,6'],
    [{ type: 'monthly', days: [1, 'last', 'last_weekday'], time: '00:00' }, '0 0 1,LW,L * *'],
    [{ type: 'monthly', nth: 3, weekday: 'wed', time: '12:05' }, '5 12 * * 3#3'],
    [{ type: 'monthly', nth: 'last', weekday: 'fri', time: '18:00' }, '0 18 * * 5L'],
  ]

  test.each(equivalents)('%j is the cron expression %s, with the same occurrences everywhere', (input, cron) => {
    expect(compile(input).cron).toBe(cron)
    for (const timezone of ['UTC', 'Europe/Berlin', 'America/Sao_Paulo']) {
      expect(first(cron, 500, { timezone })).toEqual(first(input, 500, { timezone }))
    }
  })
})

describe('intervals', () => {
  test('start at start_at, which is itself an occurrence', () => {
    const context = { startAt: at('2026-01-01T00:10:00Z'), createdAt: at('2025-12-01T00:00:00Z') }
    expect(first({ type: 'interval', every: 15, unit: 'minutes' }, 2, context)).toEqual([
      '2026-01-01T00:10:00Z',
      '2026-01-01T00:25:00Z',
    ])
  })

  test('without start_at begin one interval after creation and never drift', () => {
    const createdAt = at('2026-01-01T00:00:00.123Z')
    const schedule = compile({ type: 'interval', every: 90, unit: 'seconds' }, { createdAt })
    expect(schedule.next(createdAt)).toBe(createdAt + 90_000)
    expect(schedule.previous(createdAt + 90_000)).toBeNull()
    let last = createdAt
    for (let i = 1; i <= 1000; i++) last = schedule.next(last)!
    expect(last).toBe(createdAt + 1000 * 90_000)
    expect(schedule.periodMs).toBe(90_000)
  })

  test('an anchor is the first occurrence; nothing comes before it', () => {
    const schedule = compile({ type: 'interval', every: 6, unit: 'hours', anchor: '2026-06-01T03:00:00Z' })
    expect(iso(schedule.next(at('2026-01-01T00:00:00Z')))).toBe('2026-06-01T03:00:00Z')
    expect(schedule.previous(at('2026-06-01T03:00:00Z'))).toBeNull()
  })

  test('an anchor without an offset is wall clock of the zone', () => {
    const schedule = compile({ type: 'interval', every: 1, unit: 'days', anchor: '2026-06-01T03:00' }, SHANGHAI)
    expect(iso(schedule.next(0))).toBe('2026-05-31T19:00:00Z')
  })

  test('aligned intervals that cron can say have its expression, others none', () => {
    expect(compile({ type: 'interval', every: 15, unit: 'minutes', aligned: true }).cron).toBe('*/15 * * * *')
    expect(compile({ type: 'interval', every: 2, unit: 'hours', aligned: true }).cron).toBe('0 */2 * * *')
    expect(compile({ type: 'interval', every: 45, unit: 'minutes', aligned: true }).cron).toBeNull()
    expect(compile({ type: 'interval', every: 15, unit: 'minutes' }).cron).toBeNull()
  })

  test('aligned weeks begin on Monday', () => {
    expect(first({ type: 'interval', every: 7, unit: 'days', aligned: true }, 1)).toEqual(['2026-01-05T00:00:00Z'])
  })

  test('@every 15m is an interval, and the label of one', () => {
    expect(compile('@every 15m').input).toEqual({ type: 'interval', every: 15, unit: 'minutes' })
    expect(compile({ type: 'interval', every: 15, unit: 'minutes' }).label).toBe('@every 15m')
  })

  test('counting a million occurrences is arithmetic', () => {
    const schedule = compile({ type: 'interval', every: 1, unit: 'seconds' })
    expect(schedule.count(0, 1_000_000_000)).toBe(1_000_000)
    expect(schedule.count(0, 1_000_000_000, 500)).toBe(500)
    expect(schedule.count(1, 1)).toBe(0)
  })
})

describe('once, dependency, none', () => {
  test('once has one occurrence, by offset or by wall clock', () => {
    const schedule = compile({ type: 'once', at: '2026-12-01T00:00:00+08:00' })
    expect(iso(schedule.next(0))).toBe('2026-11-30T16:00:00Z')
    expect(schedule.next(at('2026-11-30T16:00:00Z'))).toBeNull()
    expect(iso(schedule.previous(at('2027-01-01T00:00:00Z')))).toBe('2026-11-30T16:00:00Z')
    expect(iso(compile({ type: 'once', at: '2026-12-01T00:00' }, SHANGHAI).next(0))).toBe('2026-11-30T16:00:00Z')
  })

  test('once at a wall time inside a gap is the first instant after it', () => {
    const schedule = compile({ type: 'once', at: '2026-03-29T02:30:00' }, { timezone: 'Europe/Berlin' })
    expect(iso(schedule.next(0))).toBe('2026-03-29T01:00:00Z')
  })

  test('dependency and none have no occurrence', () => {
    for (const type of ['dependency', 'none'] as const) {
      const schedule = compile({ type })
      expect(schedule.next(0)).toBeNull()
      expect(schedule.previous(1e12)).toBeNull()
      expect(schedule.between(0, 1e12, 10)).toEqual([])
    }
  })
})

describe('the window', () => {
  const startAt = at('2026-01-02T02:00:00Z')
  const endAt = at('2026-01-04T02:00:00Z')

  test('both ends are inside', () => {
    const schedule = compile('0 2 * * *', { startAt, endAt })
    expect(iso(schedule.next(0))).toBe('2026-01-02T02:00:00Z')
    expect(iso(schedule.previous(Number.POSITIVE_INFINITY))).toBe('2026-01-04T02:00:00Z')
    expect(schedule.next(endAt)).toBeNull()
    expect(schedule.previous(startAt)).toBeNull()
    expect(schedule.count(0, 1e13)).toBe(3)
  })

  test('a window that is over is no error', () => {
    expect(compile('0 2 * * *', { endAt: 0 }).next(1)).toBeNull()
  })
})

describe('bounds of the calendar', () => {
  test('there are no occurrences after the year 2999 or before 1800', () => {
    const schedule = compile('0 0 1 1 *')
    expect(iso(schedule.previous(Number.POSITIVE_INFINITY))).toBe('2999-01-01T00:00:00Z')
    expect(iso(schedule.next(Number.NEGATIVE_INFINITY))).toBe('1800-01-01T00:00:00Z')
    expect(schedule.next(at('2999-06-01T00:00:00Z'))).toBeNull()
    expect(schedule.next(Number.NaN)).toBeNull()
  })
})

describe('mistakes', () => {
  const cases: [unknown, string, RegExp, string | undefined][] = [
    [null, '', /object with a type/, undefined],
    [[], '', /object with a type/, undefined],
    [{ type: 'inteval' }, 'type', /one of interval/, 'interval'],
    [{ type: 'daily', tiems: ['02:00'] }, 'tiems', /it has type, times/, 'times'],
    [{ type: 'daily', tiems: ['02:00'], time: '02:00' }, 'tiems', /it has type, times/, undefined],
    [{ type: 'daily', times: ['02:00', '25:00'] }, 'times[1]', /hours are 00–23/, undefined],
    [{ type: 'daily', times: ['24:00'] }, 'times[0]', /hours are 00–23/, undefined],
    [{ type: 'daily', times: [] }, 'times', /list/, undefined],
    [{ type: 'daily', times: ['x'] }, 'times[0]', /HH:MM/, undefined],
    [{ type: 'daily', times: ['2am'] }, 'times[0]', /HH:MM/, '02:00'],
    [{ type: 'weekly', days: ['mon', 'fre'], time: '09:00' }, 'days[1]', /weekday/, 'fri'],
    [{ type: 'weekly', time: '09:00' }, 'days', /weekdays/, undefined],
    [{ type: 'monthly', days: [0], time: '09:00' }, 'days[0]', /1–31/, undefined],
    [{ type: 'monthly', days: ['lst'], time: '09:00' }, 'days[0]', /1–31/, 'last'],
    [{ type: 'monthly', nth: 6, weekday: 'fri', time: '09:00' }, 'nth', /1–5/, undefined],
    [{ type: 'monthly', nth: 1, time: '09:00' }, 'weekday', /needs a weekday/, undefined],
    [{ type: 'monthly', days: [1], nth: 1, weekday: 'fri', time: '09:00' }, 'days', /not both/, undefined],
    [{ type: 'interval', every: 0, unit: 'minutes' }, 'every', /at least 1/, undefined],
    [{ type: 'interval', every: 1.5, unit: 'minutes' }, 'every', /whole number/, undefined],
    [{ type: 'interval', every: 1e15, unit: 'minutes' }, 'every', /at most/, undefined],
    [{ type: 'interval', every: 5, unit: 'minuts' }, 'unit', /one of/, 'minutes'],
    [{ type: 'interval', every: 7, unit: 'hours', aligned: true }, 'every', /divide a day/, '6'],
    [
      { type: 'interval', every: 1, unit: 'hours', aligned: true, anchor: '2026-01-01T00:00Z' },
      'anchor',
      /not both/,
      undefined,
    ],
    [{ type: 'once', at: '2026-02-30T00:00:00Z' }, 'at', /ISO 8601/, undefined],
    [{ type: 'once' }, 'at', /ISO 8601/, undefined],
    [{ type: 'cron' }, 'expression', /text/, undefined],
    [{ type: 'cron', expression: '0 25 * * *' }, 'expression', /hour field/, undefined],
    [JSON.parse('{"type":"none","__proto__":{"x":1}}'), '__proto__', /has no/, undefined],
    ['@every 0s', '', /at least 1/, undefined],
  ]

  test.each(cases)('%j', (input, path, message, suggestion) => {
    const [error] = errorsOf(input)
    expect(error?.path).toBe(path)
    expect(error?.message).toMatch(message)
    expect(error?.suggestion).toBe(suggestion)
  })

  test('an unknown zone is named together with the nearest one', () => {
    const suggestion = (timezone: string) => errorsOf('@daily', { timezone })[0]
    expect(suggestion('Asia/Shangai')).toMatchObject({ path: 'timezone', suggestion: 'Asia/Shanghai' })
    expect(suggestion('shanghai')?.suggestion).toBe('Asia/Shanghai')
    expect(suggestion('New York')?.suggestion).toBe('America/New_York')
    expect(suggestion('Beijing')?.suggestion).toBe('Asia/Shanghai')
    expect(suggestion('Mars/Phobos')?.suggestion).toBeUndefined()
    expect(suggestion('')?.suggestion).toBeUndefined()
  })

  test('aliases, fixed offsets and other capitals are zones too', () => {
    expect(compile('@daily', { timezone: 'europe/berlin' }).timezone).toBe('Europe/Berlin')
    expect(compile('@daily', { timezone: 'US/Eastern' }).timezone).toBe('US/Eastern')
    expect(iso(compile('@daily', { timezone: '+05:30' }).next(0))).toBe('1970-01-01T18:30:00Z')
  })

  test('mistakes in the schedule and in its surroundings are reported together', () => {
    const context = { timezone: 'Nowhere', dst: { gap: 'jump' as never } }
    expect(errorsOf({ type: 'daily', times: ['9'] }, context).map((error) => error.path)).toEqual([
      'timezone',
      'dst.gap',
      'times[0]',
    ])
  })
})

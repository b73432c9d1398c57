import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileSchedule } from './compile.ts'
import type { Schedule } from './schedule.ts'

/** A field over `[low, high]`: star, step, value, range, stepped range or list. */
function field(low: number, high: number): fc.Arbitrary<string> {
  const value = fc.integer({ min: low, max: high })
  const range = fc.tuple(value, value).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`)
  const step = fc.integer({ min: 1, max: Math.min(20, high - low) })
  return fc.oneof(
    fc.constant('*'),
    step.map((n) => `*/${n}`),
    value.map(String),
    range,
    fc.tuple(range, step).map(([r, n]) => `${r}/${n}`),
    fc.uniqueArray(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(',')),
  )
}

const dayOfMonth = fc.oneof(
  { weight: 4, arbitrary: field(1, 28) },
  fc.constantFrom('L', 'LW', 'L-3', '15W', '1W', '?', '1,15,L'),
)
const dayOfWeek = fc.oneof(
  { weight: 4, arbitrary: field(0, 6) },
  fc.constantFrom('5L', '1#1', 'fri#2', '?', 'mon-fri', '7'),
)
const expression = fc
  .tuple(field(0, 59), field(0, 59), field(0, 23), dayOfMonth, field(1, 12), dayOfWeek)
  .map((fields) => fields.join(' '))
  .filter(canFire)

/** Some combinations never come, such as the 20th that is also a first Monday. */
function canFire(text: string): boolean {
  try {
    compileSchedule(text, { timezone: 'UTC', stored: true })
    return true
  } catch (error) {
    expect(String(error)).toContain('never fires')
    return false
  }
}
const zone = fc.constantFrom(
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Africa/Casablanca',
  'Pacific/Apia',
  'Asia/Gaza',
  'America/Sao_Paulo',
  'Antarctica/Troll',
  '+05:45',
)
const policies = fc.record({
  gap: fc.constantFrom('run_after', 'skip', 'shift'),
  overlap: fc.constantFrom('first', 'second', 'both'),
})
const schedule = fc
  .tuple(expression, zone, policies)
  .map(([text, timezone, dst]): Schedule => compileSchedule(text, { timezone, dst, stored: true }))
const instant = fc.integer({ min: Date.UTC(1960, 0, 1), max: Date.UTC(2060, 0, 1) })

const RUNS = { numRuns: 400 }

test('occurrences are strictly after the question and strictly increasing', () => {
  fc.assert(
    fc.property(schedule, instant, (rule, after) => {
      let last = after
      for (let i = 0; i < 20; i++) {
        const next = rule.next(last)
        if (next === null) return
        expect(next).toBeGreaterThan(last)
        expect(Math.abs(next % 1000)).toBe(0)
        last = next
      }
    }),
    RUNS,
  )
})

test('previous undoes next and next undoes previous', () => {
  fc.assert(
    fc.property(schedule, instant, (rule, at) => {
      const next = rule.next(at)
      const previous = rule.previous(at)
      if (next !== null && previous !== null) {
        // Between the two lies at most `at` itself.
        const between = rule.next(previous)
        expect(between === next || between === at).toBe(true)
        expect(rule.previous(next) === previous || rule.previous(next) === at).toBe(true)
      }
    }),
    RUNS,
  )
})

test('between is next repeated, and count is its length', () => {
  fc.assert(
    fc.property(schedule, instant, fc.integer({ min: 0, max: 40 * 86_400_000 }), (rule, from, length) => {
      const all = rule.between(from, from + length, 50)
      const walked: number[] = []
      let at = rule.next(from - 1)
      while (at !== null && at < from + length && walked.length < 50) {
        walked.push(at)
        at = rule.next(at)
      }
      expect(all).toEqual(walked)
      expect(rule.count(from, from + length, 50)).toBe(all.length)
    }),
    RUNS,
  )
})

test('a count without a bound is what walking finds, across changes of the clock, too', () => {
  const most = 5_000
  fc.assert(
    fc.property(schedule, instant, fc.integer({ min: 0, max: 400 * 86_400_000 }), (rule, from, length) => {
      const walked = rule.between(from, from + length, most)
      const to = walked.length < most ? from + length : walked.at(-1)!
      expect(rule.count(from, to)).toBe(walked.filter((at) => at < to).length)
    }),
    RUNS,
  )
})

test('an answer does not depend on what was asked before', () => {
  fc.assert(
    fc.property(expression, zone, fc.array(instant, { minLength: 2, maxLength: 8 }), (text, timezone, questions) => {
      const busy = compileSchedule(text, { timezone, stored: true })
      for (const question of questions) {
        busy.previous(question)
        const fresh = compileSchedule(text, { timezone, stored: true })
        expect(busy.next(question)).toBe(fresh.next(question))
        expect(busy.previous(question)).toBe(fresh.previous(question))
      }
    }),
    { numRuns: 150 },
  )
})

test('in a zone without changes every occurrence shows a matching wall time', () => {
  const fields = fc.tuple(
    fc.integer({ min: 0, max: 59 }),
    fc.integer({ min: 0, max: 23 }),
    fc.integer({ min: 1, max: 28 }),
  )
  fc.assert(
    fc.property(fields, instant, ([minute, hour, day], after) => {
      const rule = compileSchedule(`${minute} ${hour} ${day} * *`, { timezone: 'UTC' })
      const date = new Date(rule.next(after)!)
      expect([date.getUTCMinutes(), date.getUTCHours(), date.getUTCDate()]).toEqual([minute, hour, day])
    }),
    RUNS,
  )
})

test('any text at all is either compiled or refused with a reason', () => {
  const letters = fc.string({ unit: fc.constantFrom(...'0123456789*/,-#LWH? @~|()monfri'), maxLength: 30 })
  fc.assert(
    fc.property(fc.oneof(letters, fc.string()), (text) => {
      try {
        compileSchedule(text, { timezone: 'UTC' }).next(0)
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid' })
      }
    }),
    { numRuns: 2000 },
  )
})

test('any JSON at all is either compiled or refused with a reason', () => {
  const key = fc.constantFrom(
    'type',
    'times',
    'time',
    'days',
    'every',
    'unit',
    'nth',
    'weekday',
    'at',
    'expression',
    'x',
  )
  const kind = fc.constantFrom('interval', 'daily', 'weekly', 'monthly', 'cron', 'once', 'none')
  const value = fc.oneof(kind, fc.jsonValue())
  const document = fc.oneof(
    fc.jsonValue(),
    fc.dictionary(key, value),
    fc.tuple(kind, fc.dictionary(key, value)).map(([type, rest]) => ({ ...rest, type })),
  )
  fc.assert(
    fc.property(document, (input) => {
      try {
        compileSchedule(input as never, { timezone: 'UTC' }).next(0)
      } catch (error) {
        expect(error).toMatchObject({ code: 'invalid' })
      }
    }),
    { numRuns: 2000 },
  )
})

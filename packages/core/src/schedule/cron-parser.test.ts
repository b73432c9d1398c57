import { describe, expect, test } from 'vitest'
import { type FieldError, RotaError } from '../errors.ts'
import { compileSchedule } from './compile.ts'

const at = (iso: string) => Date.parse(iso)
const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString().replace('.000Z', 'Z'))

/** The first occurrences from 2026-01-01 on (a Thursday), in UTC. */
function first(expression: string, count: number, hashKey?: string): (string | null)[] {
  const schedule = compileSchedule(expression, { timezone: 'UTC', hashKey })
  return schedule.between(at('2026-01-01T00:00:00Z'), Number.POSITIVE_INFINITY, count).map(iso)
}

function errorsOf(expression: string): readonly FieldError[] {
  try {
    compileSchedule(expression, { timezone: 'UTC' })
  } catch (error) {
    if (RotaError.is(error)) return error.errors
  }
  throw new Error(`${expression} was accepted`)
}

describe('crontab(5)', () => {
  test('five fields are minute, hour, day of month, month and day of week', () => {
    expect(first('30 2 * * *', 2)).toEqual(['2026-01-01T02:30:00Z', '2026-01-02T02:30:00Z'])
    expect(first('0 0 1 7 *', 1)).toEqual(['2026-07-01T00:00:00Z'])
  })

  test('a sixth field in front is the second', () => {
    expect(first('15,45 0 12 * * *', 2)).toEqual(['2026-01-01T12:00:15Z', '2026-01-01T12:00:45Z'])
  })

  test('lists, ranges and steps combine', () => {
    expect(first('0 8-12/2,20 * * *', 4)).toEqual([
      '2026-01-01T08:00:00Z',
      '2026-01-01T10:00:00Z',
      '2026-01-01T12:00:00Z',
      '2026-01-01T20:00:00Z',
    ])
  })

  test('a step counts within its field only: */23 hours is 0 and 23', () => {
    expect(first('0 */23 * * *', 3)).toEqual(['2026-01-01T00:00:00Z', '2026-01-01T23:00:00Z', '2026-01-02T00:00:00Z'])
  })

  test('a single value with a step runs to the end of the field', () => {
    expect(first('50/4 0 * * *', 3)).toEqual(['2026-01-01T00:50:00Z', '2026-01-01T00:54:00Z', '2026-01-01T00:58:00Z'])
  })

  test('names of months and days may be used in any case, short or in full, also in ranges', () => {
    expect(first('0 0 1 Feb-APR *', 3)).toEqual(first('0 0 1 2-4 *', 3))
    expect(first('0 0 * * Monday,wed', 3)).toEqual(first('0 0 * * 1,3', 3))
  })

  test('Sunday is 0 and 7, and a range may end on it', () => {
    expect(first('0 0 * * 7', 2)).toEqual(first('0 0 * * 0', 2))
    expect(first('0 0 * * fri-sun', 4)).toEqual(first('0 0 * * 5,6,0', 4))
    expect(first('0 0 * * 5-0', 4)).toEqual(first('0 0 * * 5-7', 4))
  })

  test('a day matches either of two restricted day fields', () => {
    expect(first('0 0 13 * 5', 3)).toEqual(['2026-01-02T00:00:00Z', '2026-01-09T00:00:00Z', '2026-01-13T00:00:00Z'])
  })

  test('a day must match both day fields when one of them starts with a star', () => {
    // Odd days that are Mondays: 5 and 19 January 2026.
    expect(first('0 0 */2 * 1', 2)).toEqual(['2026-01-05T00:00:00Z', '2026-01-19T00:00:00Z'])
  })

  test('macros stand for their expressions', () => {
    const macros = {
      '@yearly': '0 0 1 1 *',
      '@annually': '0 0 1 1 *',
      '@monthly': '0 0 1 * *',
      '@weekly': '0 0 * * 0',
      '@daily': '0 0 * * *',
      '@midnight': '0 0 * * *',
      '@hourly': '0 * * * *',
    }
    for (const [macro, expression] of Object.entries(macros)) expect(first(macro, 3)).toEqual(first(expression, 3))
  })

  test('tabs and spaces around the fields do not matter', () => {
    expect(first('  0\t2  * * *  ', 1)).toEqual(['2026-01-01T02:00:00Z'])
  })
})

describe('extensions', () => {
  test('L is the last day of the month and L-n the nth before it', () => {
    expect(first('0 0 L * *', 2)).toEqual(['2026-01-31T00:00:00Z', '2026-02-28T00:00:00Z'])
    expect(first('0 0 L-2 2 *', 1)).toEqual(['2026-02-26T00:00:00Z'])
  })

  test('LW is the last Monday-to-Friday of the month', () => {
    // 31 January 2026 is a Saturday.
    expect(first('0 0 LW * *', 1)).toEqual(['2026-01-30T00:00:00Z'])
  })

  test('nW is the weekday nearest to day n, never in another month', () => {
    // 10 January 2026 is a Saturday, 11 a Sunday; 1 August 2026 is a Saturday; 31 May 2026 a Sunday.
    expect(first('0 0 10W 1 *', 1)).toEqual(['2026-01-09T00:00:00Z'])
    expect(first('0 0 11W 1 *', 1)).toEqual(['2026-01-12T00:00:00Z'])
    expect(first('0 0 1W 8 *', 1)).toEqual(['2026-08-03T00:00:00Z'])
    expect(first('0 0 31W 5 *', 1)).toEqual(['2026-05-29T00:00:00Z'])
  })

  test('31W does not come in a month of 30 days', () => {
    expect(first('0 0 31W 4,5 *', 1)).toEqual(['2026-05-29T00:00:00Z'])
  })

  test('n#k is the kth weekday n of the month and nL the last one', () => {
    expect(first('0 0 * * 5#2', 1)).toEqual(['2026-01-09T00:00:00Z'])
    expect(first('0 0 * * fri#5', 2)).toEqual(['2026-01-30T00:00:00Z', '2026-05-29T00:00:00Z'])
    expect(first('0 0 * * 5L', 2)).toEqual(['2026-01-30T00:00:00Z', '2026-02-27T00:00:00Z'])
    expect(first('0 0 * * SUN#L', 1)).toEqual(first('0 0 * * 0L', 1))
  })

  test('? says "any" in a day field', () => {
    expect(first('0 0 ? * mon', 2)).toEqual(first('0 0 * * 1', 2))
  })

  test('H is a stable choice within its field, spread over keys', () => {
    const minutes = new Set<string>()
    for (let i = 0; i < 200; i++) {
      const [once, again] = [first('H H * * *', 1, `task-${i}`), first('H H * * *', 1, `task-${i}`)]
      expect(once).toEqual(again)
      minutes.add(once[0]!.slice(14, 16))
    }
    expect(minutes.size).toBeGreaterThan(50)
  })

  test('H(a-b) stays inside its range and H/n keeps the step with a hashed phase', () => {
    for (let i = 0; i < 50; i++) {
      const [minute = 0] = first('H(10-14) * * * *', 1, `k${i}`).map((text) => Number(text!.slice(14, 16)))
      expect(minute).toBeGreaterThanOrEqual(10)
      expect(minute).toBeLessThanOrEqual(14)
      const [a = 0, b = 0] = first('H/15 * * * *', 2, `k${i}`).map((text) => Date.parse(text!))
      expect(b - a).toBe(15 * 60_000)
    }
  })

  test('H of the day of the month exists in every month', () => {
    for (let i = 0; i < 40; i++) {
      const months = first('0 0 H * *', 12, `k${i}`).map((text) => text!.slice(5, 7))
      expect(new Set(months).size).toBe(12)
    }
  })

  test('a~b is a stable choice from the range', () => {
    const [minute] = first('20~22 0 * * *', 1, 'x').map((text) => Number(text!.slice(14, 16)))
    expect([20, 21, 22]).toContain(minute)
    expect(first('~ 0 * * *', 1, 'x')).toEqual(first('~ 0 * * *', 1, 'x'))
  })

  test('expressions joined by | unite their occurrences, each instant once', () => {
    expect(first('0 9 * * * | 30 17 * * * | 0 9 * * 4', 3)).toEqual([
      '2026-01-01T09:00:00Z',
      '2026-01-01T17:30:00Z',
      '2026-01-02T09:00:00Z',
    ])
  })
})

describe('mistakes are named with their place, the allowed range and a way out', () => {
  const cases: [string, number | undefined, RegExp, string | undefined][] = [
    ['60 * * * *', 0, /"60" is out of range in the minute field, which allows 0–59/, '0 * * * *'],
    ['0 24 * * *', 2, /hour field, which allows 0–23/, '0 0 * * *'],
    ['0 0 32 * *', 4, /day-of-month field, which allows 1–31/, undefined],
    ['0 0 * 13 *', 6, /month field, which allows 1–12/, undefined],
    ['0 0 * * 8', 8, /day-of-week field, which allows 0–7/, undefined],
    ['0 0 * * mno-fri', 8, /a name such as mon/, '0 0 * * mon-fri'],
    ['0 22-2 * * *', 2, /runs backwards/, '0 22-23,0-2 * * *'],
    ['0 22-4/2 * * *', 2, /runs backwards/, '0 22,0,2,4 * * *'],
    ['*/0 * * * *', 2, /step of 0/, undefined],
    ['*/90 * * * *', 2, /allows steps of 1–60/, '@every 90m'],
    ['*/x * * * *', 2, /a step/, undefined],
    ['1,,2 * * * *', 2, /empty entry/, undefined],
    ['0 0 L-31 * *', 6, /1–30/, undefined],
    ['0 0 0W * *', 4, /1–31/, undefined],
    ['0 0 * * 5#6', 10, /1–5/, undefined],
    ['0 0 * * L', 8, /needs a weekday/, undefined],
    ['? * * * *', 0, /only allowed in the day fields/, '* * * * *'],
    ['* * * *', 7, /5 or 6 fields/, '* * * * *'],
    ['0 0 0 1 1 ? 2026', 12, /A year is read by Quartz/, undefined],
    ['', 0, /Write a cron expression/, undefined],
    ['@dialy', 0, /no macro/, '@daily'],
    ['@reboot', 0, /imported/, undefined],
    ['0 1 * * * | 0 25 * * *', 14, /hour field/, undefined],
    ['0 1 * * * | 0 24 * * *', 14, /hour field/, '0 1 * * * | 0 0 * * *'],
  ]

  test.each(cases)('%s', (expression, position, message, suggestion) => {
    const [error] = errorsOf(expression)
    expect(error?.position).toBe(position)
    expect(error?.message).toMatch(message)
    expect(error?.suggestion).toBe(suggestion)
    if (suggestion !== undefined) expect(() => compileSchedule(suggestion, { timezone: 'UTC' })).not.toThrow()
  })

  test('all wrong fields are reported at once', () => {
    expect(errorsOf('60 24 * 13 *').map((error) => error.position)).toEqual([0, 3, 8])
  })

  test('dates that never come are refused with the reason', () => {
    expect(errorsOf('0 0 30 2 *')[0]).toMatchObject({
      message: 'The schedule never fires: February has at most 29 days, so day 30 never comes.',
      suggestion: '0 0 L 2 *',
    })
    expect(errorsOf('0 0 31 4,6,9,11 *')[0]?.message).toMatch(/at most 30 days/)
    expect(errorsOf('0 0 30,31 2 ?')[0]?.message).toMatch(/never fires/)
    // The weekday nearest to a day that does not exist does not exist either.
    expect(errorsOf('0 0 0 30W 2 *')[0]?.message).toMatch(/never fires/)
  })

  test('the next 29 February that is a Monday is found', () => {
    expect(first('0 0 * 2 1#5', 1)).toEqual(['2044-02-29T00:00:00Z'])
  })

  test('hostile text is refused and not echoed at length', () => {
    const long = errorsOf('x'.repeat(100_000))
    expect(long[0]?.message.length).toBeLessThan(200)
    expect(errorsOf(`${'9'.repeat(900)} * * * *`)[0]?.message).toMatch(/out of range/)
    for (const text of [
      '\u0000 * * * *',
      '\ud800 * * * *',
      '1-2-3 * * * *',
      '- * * * *',
      '*/ * * * *',
      '|',
      '# # # # #',
    ]) {
      expect(errorsOf(text).length).toBeGreaterThan(0)
    }
  })
})

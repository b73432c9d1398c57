import { describe, expect, test } from 'vitest'
import { type FieldError, RotaError } from '../errors.ts'
import { compileSchedule } from './compile.ts'
import { describe as inWords } from './words/describe.ts'

const UTC = { timezone: 'UTC' }
const quartz = (expression: string) => compileSchedule({ type: 'cron', expression, dialect: 'quartz' }, UTC)
const next = (expression: string, from: string, count: number) =>
  quartz(expression)
    .between(Date.parse(from), Number.POSITIVE_INFINITY, count)
    .map((at) => new Date(at).toISOString().slice(0, 16))
const errorsOf = (input: Parameters<typeof compileSchedule>[0]): readonly FieldError[] => {
  try {
    compileSchedule(input, UTC)
    return []
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return error.errors
  }
}

describe('an expression in Quartz’s dialect', () => {
  test.each([
    ['0 0 12 ? * 2-6', '0 12 * * mon-fri'],
    ['0 0 12 ? * MON-FRI', '0 12 * * mon-fri'],
    ['0 0 12 ? * 1,7', '0 12 * * sun,sat'],
    ['0 0 12 ? * 6-2', '0 12 * * fri-sat,sun-mon'],
    ['0 0 12 ? * L', '0 12 * * sat'],
    ['0 0 12 ? * 6L', '0 12 * * friL'],
    ['0 0 12 ? * 6#3', '0 12 * * fri#3'],
    ['0 0 12 ? * 2/2', '0 12 * * mon,wed,fri'],
    ['0 15 10 L-3 * ?', '15 10 L-3 * *'],
    ['0 15 10 LW * ?', '15 10 LW * *'],
    ['0 15 10 L-2W * ?', '15 10 L-2W * *'],
    ['0 15 10 15W * ?', '15 10 15W * *'],
    ['30 5/15 /6 1 NOV-FEB ?', '30 5-59/15 */6 1 11-12,1-2 *'],
    ['0 0 22-4/2 * * ?', '0 22,0,2,4 * * *'],
    ['0 0 0 ? * WED *', '0 0 * * wed'],
  ])('%s is %s', (expression, own) => {
    const schedule = quartz(expression)
    expect(schedule.cron).toBe(own)
    // Rota's own form means the same.
    const from = Date.parse('2026-01-01T00:00:00Z')
    expect(compileSchedule(own, UTC).between(from, Number.POSITIVE_INFINITY, 50)).toEqual(
      schedule.between(from, Number.POSITIVE_INFINITY, 50),
    )
    expect(schedule.input).toEqual({ type: 'cron', expression, dialect: 'quartz' })
  })

  test('may name years, alone, as a list, a range or with a step', () => {
    expect(next('0 0 0 1 1 ? 2027', '2026-01-01T00:00:00Z', 3)).toEqual(['2027-01-01T00:00'])
    expect(next('0 0 0 1 1 ? 2027,2030-2031', '2026-01-01T00:00:00Z', 9)).toEqual([
      '2027-01-01T00:00',
      '2030-01-01T00:00',
      '2031-01-01T00:00',
    ])
    expect(next('0 0 0 1 1 ? 2090/5', '2026-01-01T00:00:00Z', 9)).toEqual(['2090-01-01T00:00', '2095-01-01T00:00'])
    const schedule = quartz('0 0 12 ? * 2-6 2027-2028')
    expect(schedule.cron).toBeNull()
    expect(schedule.label).toBe('0 0 12 ? * 2-6 2027-2028 (quartz)')
    expect(inWords(schedule, 'en')).toBe('Monday to Friday at 12:00, only in 2027 and 2028')
    expect(inWords(schedule, 'zh')).toBe('每周一至周五 12:00，仅 2027 年、2028 年')
    const last = schedule.previous(Number.POSITIVE_INFINITY)!
    expect(new Date(last).toISOString()).toBe('2028-12-29T12:00:00.000Z')
    expect(schedule.next(last)).toBeNull()
  })

  test.each([
    ['0 0 12 * * *', 11, /exactly one/, '0 0 12 * * ?'],
    ['0 0 12 ? * ?', 11, /exactly one/, '0 0 12 ? * *'],
    ['0 0 12 1 * 2', 11, /exactly one/, undefined],
    ['0 12 * * ?', 10, /6 or 7 fields/, '0 0 12 * * ?'],
    ['0 0 12 ? * 0', 11, /1 is Sunday/, undefined],
    ['0 0 12 ? * 2-8', 11, /1 is Sunday/, undefined],
    ['0 0 12 ? * 2#6', 11, /1 is Sunday/, undefined],
    ['0 0 24 * * ?', 4, /hour, which allows 0–23/, undefined],
    ['0 0/60 * * * ?', 2, /increment/, undefined],
    ['0 0 0 1 1 ? 1969', 12, /year, which allows 1970–2099/, undefined],
    ['0 0 0 1 1 ? 2030-2027', 12, /backwards/, undefined],
    ['0 0 0 30 2 ?', undefined, /never fires/, undefined],
    ['0 0 0 29 2 ? 2027', undefined, /years that are given/, undefined],
    ['0 0 0 LW-1 * ?', 6, /day-of-month/, undefined],
    ['H 0 0 1 * ?', 0, /second/, undefined],
  ])('is refused as %s', (expression, position, message, suggestion) => {
    const [error] = errorsOf({ type: 'cron', expression, dialect: 'quartz' })
    expect(error?.message).toMatch(message)
    expect(error?.position).toBe(position)
    expect(error?.suggestion).toBe(suggestion)
    if (suggestion) expect(() => quartz(suggestion)).not.toThrow()
  })
})

describe('without a dialect', () => {
  test('seconds, ? and numeric weekdays together are refused with both readings by names', () => {
    const [error] = errorsOf('0 0 12 ? * 2-6')
    expect(error?.message).toContain('0 0 12 ? * mon-fri is Quartz')
    expect(error?.message).toContain('0 0 12 ? * tue-sat is cron')
    expect(error).toMatchObject({ position: 11, suggestion: '0 0 12 ? * mon-fri' })
    expect(errorsOf({ type: 'cron', expression: '0 0 12 ? * 6#3' })[0]?.suggestion).toBe('0 0 12 ? * fri#3')
    expect(errorsOf('0 0 12 ? * 2/2')[0]?.message).toContain('tue/2 is cron')
  })

  test.each(['0 0 12 ? * mon-fri', '0 0 12 * * 2-6', '0 12 ? * 2-6', '0 0 12 ? * 0', '0 0 12 ? * *', '0 0 11 L * ?'])(
    '%s has one reading',
    (expression) => {
      expect(errorsOf(expression)).toEqual([])
    },
  )

  test('an expression that was stored before is read as it was', () => {
    const stored = compileSchedule('0 0 12 ? * 2-6', { timezone: 'UTC', stored: true })
    expect(new Date(stored.next(Date.parse('2026-01-04T00:00:00Z'))!).toISOString()).toBe('2026-01-06T12:00:00.000Z')
  })

  test('another dialect is refused with the one that is near', () => {
    const wrong = { type: 'cron', expression: '0 0 12 ? * 2-6', dialect: 'quarz' } as never
    expect(errorsOf(wrong)[0]).toMatchObject({ path: 'dialect', suggestion: 'quartz' })
  })
})

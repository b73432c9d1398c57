import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { type CronExpression, type CronReading, parseCron } from './cron-parser.ts'
import { WEEKDAY_NAMES } from './cron-value.ts'
import type { CronInput } from './input.ts'
import { quartzInOwnForm, readQuartz } from './quartz.ts'

/** Parses an expression by the rules of its dialect. Mistakes are appended to `errors`. */
export function parseDialect(input: CronInput, reading: CronReading, errors: FieldError[]): CronExpression[] {
  if (input.dialect !== 'quartz') return parseCron(input.expression, reading, errors)
  const { path } = reading
  const text = input.expression.slice(0, 1001)
  const read = readQuartz(text, (error) => errors.push({ path, ...error }))
  if (read === null) return []
  return parseCron(read.own, reading, errors).map((expression) => ({ ...expression, years: read.years }))
}

/** The expressions of an input that has been compiled, and so is right. */
export function readExpressions(input: CronInput, hashKey: string): CronExpression[] {
  return parseDialect(input, { hashKey, path: '' }, [])
}

/**
 * Seconds, `?` and numeric weekdays together are how Quartz writes, and how others write who count from 0 for Sunday.
 * Which was meant cannot be told, so it is refused with both readings. A 0 is no weekday in Quartz and settles it.
 */
export function refuseAmbiguous(expressions: readonly CronExpression[], path: string): FieldError[] {
  const ambiguous = expressions.find(
    ({ hasSeconds, dayOfMonth, dayOfWeek }) =>
      hasSeconds && dayOfMonth.text === '?' && hasNumbers(dayOfWeek.text) && !hasNumbers(dayOfWeek.text, '0'),
  )
  if (ambiguous === undefined) return []
  const weekdays = ambiguous.dayOfWeek.text
  const spelt = (named: string) => ambiguous.text.slice(0, -weekdays.length) + named
  const own = spelt(withNames(weekdays))
  const quartz = quartzInOwnForm(ambiguous.text)?.split(' ').at(-1)
  const byQuartz = quartz === undefined ? null : spelt(quartz)
  const position = ambiguous.text.length - weekdays.length
  if (byQuartz === null || expressions.length > 1) {
    const message = say`Weekday numbers beside seconds and "?" can be read two ways: in Quartz 1 is Sunday, in cron 0 is. Write names: ${own} is cron's reading.`
    return [{ path, message, ...(expressions.length > 1 ? {} : { position, suggestion: own }) }]
  }
  const message = say`Weekday ${weekdays} beside seconds and "?" can be read two ways. Write names: ${byQuartz} is Quartz's reading, where 1 is Sunday; ${own} is cron's, where 0 is. Or give dialect "quartz".`
  return [{ path, message, position, suggestion: byQuartz }]
}

/** A number that stands for a weekday: not the n of `#n`, nor a step. */
function hasNumbers(field: string, only?: string): boolean {
  return field.split(',').some((part) => {
    const base = part.split(/[#/]/, 1)[0]!
    return base.split('-').some((value) => (only === undefined ? /^\d/.test(value) : value === only))
  })
}

/** The field with names for numbers, as cron reads them. */
function withNames(weekdays: string): string {
  const name = (digit: string) => WEEKDAY_NAMES[Number(digit) % 7]!.slice(0, 3)
  return weekdays
    .split(',')
    .map((part) => {
      const at = part.search(/[#/]/)
      const base = at < 0 ? part : part.slice(0, at)
      return base.replaceAll(/\d/g, name) + (at < 0 ? '' : part.slice(at))
    })
    .join(',')
}

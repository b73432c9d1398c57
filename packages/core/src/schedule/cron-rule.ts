import { say } from '../language/say.ts'
import type { CronField, CronItem } from './cron-field.ts'
import type { CronExpression } from './cron-parser.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from './cron-value.ts'
import type { DayRule } from './day-rule.ts'
import { FieldTimes } from './time-rule.ts'
import { CalendarRule, type WallRule } from './wall-rule.ts'
import { YearRule } from './year-rule.ts'

/** All plain values of a field; day-of-week 7 becomes 0. */
export function fieldValues(field: CronField): number[] {
  const values = new Set<number>()
  for (const item of field.items) {
    if (item.kind !== 'range') continue
    for (let value = item.from; value <= item.to; value += item.step) {
      values.add(field.name === 'day-of-week' ? value % 7 : value)
    }
  }
  return [...values].sort((a, b) => a - b)
}

/** The day part of an expression as bit sets. */
export function dayRule(expression: CronExpression): DayRule {
  const { dayOfMonth, dayOfWeek, month } = expression
  const rule: DayRule = {
    months: bits(fieldValues(month), 1),
    days: bits(fieldValues(dayOfMonth), 1),
    fromEnd: 0,
    nearestWeekday: 0,
    nearestFromEnd: 0,
    lastWeekday: false,
    weekdays: bits(fieldValues(dayOfWeek), 0),
    nthWeekdays: [],
    lastWeekdays: 0,
    bothMustMatch: dayOfMonth.star || dayOfWeek.star,
  }
  const nth = [0, 0, 0, 0, 0]
  for (const item of [...dayOfMonth.items, ...dayOfWeek.items]) addSpecial(rule, nth, item)
  if (nth.some((mask) => mask !== 0)) rule.nthWeekdays = nth
  return rule
}

function addSpecial(rule: DayRule, nth: number[], item: CronItem): void {
  if (item.kind === 'from-end') rule.fromEnd |= 1 << item.offset
  else if (item.kind === 'nearest-weekday') rule.nearestWeekday |= 1 << (item.day - 1)
  else if (item.kind === 'nearest-from-end') rule.nearestFromEnd |= 1 << item.offset
  else if (item.kind === 'last-weekday') rule.lastWeekday = true
  else if (item.kind === 'last') rule.lastWeekdays |= 1 << item.weekday
  else if (item.kind === 'nth') nth[item.nth - 1]! |= 1 << item.weekday
}

function bits(values: readonly number[], base: number): number {
  return values.reduce((mask, value) => mask | (1 << (value - base)), 0)
}

/** The expression as a rule over the wall clock. */
export function cronRule(expression: CronExpression): WallRule {
  const rule = cronRuleOfAnyYear(expression)
  return expression.years === null ? rule : new YearRule(rule, expression.years)
}

function cronRuleOfAnyYear(expression: CronExpression): CalendarRule {
  const times = new FieldTimes(
    fieldValues(expression.hour),
    fieldValues(expression.minute),
    fieldValues(expression.second),
  )
  return new CalendarRule(dayRule(expression), times)
}

/** False for days that never come, such as 30 February. */
export function canMatch(expression: CronExpression): boolean {
  const rule = cronRule(expression)
  return rule instanceof CalendarRule ? rule.canMatch() : Number.isFinite(rule.next(0))
}

const LONGEST_MONTH = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Why an expression has no occurrence at all, with what was probably meant. */
export function neverFires(expression: CronExpression): { message: string; suggestion?: string } {
  const months = fieldValues(expression.month)
  const longest = Math.max(...months.map((month) => LONGEST_MONTH[month - 1]!))
  const days = fieldValues(expression.dayOfMonth)
  const where = months.length === 1 ? capital(MONTH_NAMES[months[0]! - 1]!) : say`each of the chosen months`
  const [first] = days
  if (expression.years !== null && cronRuleOfAnyYear(expression).canMatch()) {
    return { message: say`The schedule never fires: no such day comes in the years that are given.` }
  }
  if (first === undefined || first <= longest) {
    const weekdays = fieldValues(expression.dayOfWeek).map((day) => capital(WEEKDAY_NAMES[day]!))
    const message =
      weekdays.length > 0 && weekdays.length < 7
        ? say`The schedule never fires: there is no such day that is a ${anyOf(weekdays)} in ${where}.`
        : say`The schedule never fires: there is no such day in ${where}.`
    return { message }
  }
  const fields = [expression.minute.text, expression.hour.text, 'L', expression.month.text, expression.dayOfWeek.text]
  if (expression.hasSeconds) fields.unshift(expression.second.text)
  return {
    message: say`The schedule never fires: ${where} has at most ${longest} days, so day ${first} never comes.`,
    suggestion: fields.join(' '),
  }
}

function anyOf(words: readonly string[]): string {
  return words.reduce((some, next) => say`${some} or ${next}`)
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}

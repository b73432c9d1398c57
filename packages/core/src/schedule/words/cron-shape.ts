import type { CronField, CronItem } from '../cron-field.ts'
import type { CronExpression } from '../cron-parser.ts'
import { fieldValues } from '../cron-rule.ts'

/** How the values of one time field are best said. */
export type Cadence =
  | { kind: 'all' }
  /** Every `step`th value from `from` on; `even` when the field's end is no break in the rhythm. */
  | { kind: 'every'; step: number; from: number; even: boolean }
  | { kind: 'range'; from: number; to: number }
  | { kind: 'values'; values: number[] }

export type TimeShape =
  /** Few enough to be listed; seconds of the day, ascending. */
  { kind: 'times'; times: number[] } | { kind: 'cadence'; second: Cadence; minute: Cadence; hour: Cadence }

/** One thing said about the day of the month. */
export type DatePiece =
  | { kind: 'days'; days: number[] }
  | { kind: 'range'; from: number; to: number }
  | { kind: 'every'; step: number; from: number; to: number }
  | Extract<CronItem, { kind: 'from-end' | 'last-weekday' | 'nearest-weekday' | 'nearest-from-end' }>

/** One thing said about the day of the week. */
export type WeekdayPiece = { kind: 'weekdays'; weekdays: number[] } | Extract<CronItem, { kind: 'nth' | 'last' }>

/** What an expression says, sorted for putting into words in any language. */
export interface CronShape {
  time: TimeShape
  /** Empty: any date. */
  dates: DatePiece[]
  /** Empty: any weekday. */
  weekdays: WeekdayPiece[]
  /** Both must hold rather than either. */
  both: boolean
  /** Null: every month. */
  months: number[] | null
  /** Null: every year. */
  years: readonly number[] | null
  /** Some value was chosen by `H` or `~`. */
  hashed: boolean
}

/** Up to this many times of day are listed one by one. */
const MOST_LISTED_TIMES = 8

export function cronShape(expression: CronExpression): CronShape {
  const { second, minute, hour, dayOfMonth, month, dayOfWeek } = expression
  const months = fieldValues(month)
  return {
    time: timeShape(second, minute, hour),
    ...dayShape(expression),
    months: months.length === 12 ? null : months,
    years: expression.years,
    hashed: [second, minute, hour, dayOfMonth, month, dayOfWeek].some((field) =>
      field.items.some((item) => item.kind === 'range' && item.hashed),
    ),
  }
}

/** The day fields alone, for kinds that carry their times as a list. */
export function dayShape({ dayOfMonth, dayOfWeek }: CronExpression): Pick<CronShape, 'dates' | 'weekdays' | 'both'> {
  const dates = datePieces(dayOfMonth)
  const weekdays = weekdayPieces(dayOfWeek)
  const both = dayOfMonth.star || dayOfWeek.star
  // With OR, a side that allows every day settles the matter.
  if (!both && (dates.length === 0 || weekdays.length === 0)) return { dates: [], weekdays: [], both: true }
  return { dates, weekdays, both }
}

function timeShape(second: CronField, minute: CronField, hour: CronField): TimeShape {
  const [seconds, minutes, hours] = [second, minute, hour].map(fieldValues) as [number[], number[], number[]]
  const steady = [minute, hour].some((field) => {
    const { kind } = cadence(field)
    return kind === 'all' || kind === 'every'
  })
  if (!steady && seconds.length * minutes.length * hours.length <= MOST_LISTED_TIMES) {
    const times = hours.flatMap((h) => minutes.flatMap((m) => seconds.map((s) => h * 3600 + m * 60 + s)))
    return { kind: 'times', times }
  }
  return { kind: 'cadence', second: cadence(second), minute: cadence(minute), hour: cadence(hour) }
}

/** Fields that a clock shows: all of them start at 0. */
function cadence(field: CronField): Cadence {
  const span = field.name === 'hour' ? 24 : 60
  const values = fieldValues(field)
  if (values.length === span) return { kind: 'all' }
  const [first = 0, second = 0] = values
  const last = values[values.length - 1] ?? 0
  const step = second - first
  const regular = values.length >= 3 && values.every((value, i) => value === first + i * step)
  if (regular && step === 1) return { kind: 'range', from: first, to: last }
  if (regular && first < step && last + step >= span) {
    return { kind: 'every', step, from: first, even: last + step - span === first }
  }
  // Two values half the field apart are a rhythm only when written as one.
  if (values.length === 2 && field.star) return { kind: 'every', step, from: first, even: step * 2 === span }
  return { kind: 'values', values }
}

function datePieces(field: CronField): DatePiece[] {
  const days = fieldValues(field)
  if (days.length === 31) return []
  const pieces: DatePiece[] = []
  const single: number[] = []
  for (const item of field.items) {
    if (item.kind !== 'range') {
      if (item.kind !== 'nth' && item.kind !== 'last') pieces.push(item)
    } else if (item.step > 1 && item.from + item.step <= item.to) {
      pieces.push({ kind: 'every', step: item.step, from: item.from, to: item.to })
    } else if (item.step === 1 && item.to - item.from >= 2) {
      pieces.push({ kind: 'range', from: item.from, to: item.to })
    } else {
      for (let day = item.from; day <= item.to; day += item.step) single.push(day)
    }
  }
  if (single.length > 0) pieces.unshift({ kind: 'days', days: [...new Set(single)].sort((a, b) => a - b) })
  return pieces
}

function weekdayPieces(field: CronField): WeekdayPiece[] {
  const weekdays = fieldValues(field)
  if (weekdays.length === 7) return []
  const pieces: WeekdayPiece[] = []
  if (weekdays.length > 0) pieces.push({ kind: 'weekdays', weekdays: mondayFirst(weekdays) })
  for (const item of field.items) if (item.kind === 'nth' || item.kind === 'last') pieces.push(item)
  return pieces
}

function mondayFirst(weekdays: readonly number[]): number[] {
  return [...weekdays].sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
}

/** Splits sorted neighbours into runs, so that three or more can be said as "a to b". */
export function runs(values: readonly number[], following: (value: number) => number): number[][] {
  const all: number[][] = []
  for (const value of values) {
    const run = all[all.length - 1]
    const last = run?.[run.length - 1]
    if (run && last !== undefined && following(last) === value) run.push(value)
    else all.push([value])
  }
  return all.flatMap((run) => (run.length >= 3 ? [run] : run.map((value) => [value])))
}

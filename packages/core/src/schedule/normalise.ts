import type { FieldError } from '../errors.ts'
import { suggest } from '../suggest.ts'
import { formatTime } from './civil-date.ts'
import { WEEKDAY_NAMES } from './cron-field.ts'
import type { IntervalUnit, NormalisedSchedule, ScheduleKind } from './input.ts'
import { parseInstant } from './instant.ts'

/** The keys each kind may have, besides `type`. */
const KEYS: Record<ScheduleKind, readonly string[]> = {
  interval: ['every', 'unit', 'aligned', 'anchor'],
  daily: ['times', 'time'],
  weekly: ['days', 'times', 'time'],
  monthly: ['days', 'nth', 'weekday', 'times', 'time'],
  cron: ['expression'],
  once: ['at'],
  dependency: [],
  none: [],
}

export const UNIT_SECONDS: Record<IntervalUnit, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

/** A thousand years; anything longer is a slip. */
const LONGEST_INTERVAL = 365_250 * 86_400

/** `@every 15m` as in robfig/cron: how an interval is written where only text fits. */
const EVERY = /^@every\s+(\d+)\s*(s|m|h|d)$/i
const UNIT_LETTERS: Record<string, IntervalUnit> = { s: 'seconds', m: 'minutes', h: 'hours', d: 'days' }

type Source = Record<string, unknown>

/**
 * Reads a schedule as it came over the wire: any JSON at all. Mistakes are appended to `errors`, all of them in one
 * go; null is returned when there are any. Cron text is only carried over here and checked by the cron parser.
 */
export function normaliseSchedule(input: unknown, errors: FieldError[]): NormalisedSchedule | null {
  const mistakes = errors.length
  const normalised = typeof input === 'string' ? fromText(input, errors) : fromObject(input, errors)
  return errors.length > mistakes ? null : normalised
}

function fromText(text: string, errors: FieldError[]): NormalisedSchedule | null {
  const every = EVERY.exec(text.trim())
  if (!every) return { type: 'cron', expression: text }
  const count = Number(every[1])
  const unit = UNIT_LETTERS[every[2]!.toLowerCase()]!
  checkInterval('', count, unit, errors)
  return { type: 'interval', every: count, unit }
}

function fromObject(input: unknown, errors: FieldError[]): NormalisedSchedule | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    errors.push({
      path: '',
      message: 'A schedule is an object with a type, or a cron expression as text.',
      suggestion: '0 2 * * *',
    })
    return null
  }
  const source = input as Source
  const kind = own(source, 'type')
  const kinds = Object.keys(KEYS)
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    const suggestion = typeof kind === 'string' ? suggest(kind, kinds) : undefined
    errors.push({
      path: 'type',
      message: `The type of a schedule is one of ${kinds.join(', ')}.`,
      ...(suggestion ? { suggestion } : {}),
    })
    return null
  }
  checkKeys(source, kind as ScheduleKind, errors)
  switch (kind as ScheduleKind) {
    case 'interval':
      return interval(source, errors)
    case 'daily':
      return { type: 'daily', times: times(source, errors) }
    case 'weekly':
      return { type: 'weekly', days: weekdays(source, errors), times: times(source, errors) }
    case 'monthly':
      return monthly(source, errors)
    case 'cron':
      return { type: 'cron', expression: expression(source, errors) }
    case 'once':
      return { type: 'once', at: instant(source, 'at', errors) ?? '' }
    case 'dependency':
      return { type: 'dependency' }
    case 'none':
      return { type: 'none' }
  }
}

/** Own properties only: a document may have a key `__proto__` or `toString`. Null counts as absent. */
function own(source: Source, key: string): unknown {
  return Object.hasOwn(source, key) && source[key] !== null ? source[key] : undefined
}

function checkKeys(source: Source, kind: ScheduleKind, errors: FieldError[]): void {
  const allowed = ['type', ...KEYS[kind]]
  for (const key of Object.keys(source)) {
    if (allowed.includes(key)) continue
    const suggestion = suggest(key, allowed)
    const shown = key.length > 40 ? `${key.slice(0, 40)}…` : key
    errors.push({
      path: shown,
      message: `A schedule of type ${kind} has no "${shown}"${suggestion ? `; did you mean ${suggestion}?` : `; it has ${allowed.join(', ')}.`}`,
      ...(suggestion ? { suggestion } : {}),
    })
  }
}

function interval(source: Source, errors: FieldError[]): NormalisedSchedule | null {
  const every = own(source, 'every')
  const unit = readUnit(own(source, 'unit'), errors)
  if (typeof every !== 'number' || !Number.isSafeInteger(every) || every < 1) {
    errors.push({ path: 'every', message: 'every is a whole number of at least 1.', suggestion: '1' })
    return null
  }
  if (unit === undefined) return null
  const aligned = own(source, 'aligned') ?? false
  if (typeof aligned !== 'boolean')
    errors.push({ path: 'aligned', message: 'aligned is true or false.', suggestion: 'true' })
  const anchor = own(source, 'anchor') === undefined ? undefined : instant(source, 'anchor', errors)
  if (aligned === true && anchor !== undefined) {
    errors.push({ path: 'anchor', message: 'An interval is either aligned or has an anchor, not both.' })
  }
  checkInterval('every', every, unit, errors)
  if (aligned === true) checkAligned(every, unit, errors)
  return {
    type: 'interval',
    every,
    unit,
    ...(aligned === true ? { aligned } : {}),
    ...(anchor === undefined ? {} : { anchor }),
  }
}

function readUnit(value: unknown, errors: FieldError[]): IntervalUnit | undefined {
  const units = Object.keys(UNIT_SECONDS) as IntervalUnit[]
  if (typeof value === 'string') {
    const word = value.toLowerCase()
    const unit = units.find((known) => known === word || known === `${word}s`)
    if (unit) return unit
  }
  const suggestion = typeof value === 'string' ? suggest(value, units) : 'minutes'
  errors.push({
    path: 'unit',
    message: `unit is one of ${units.join(', ')}.`,
    ...(suggestion ? { suggestion } : {}),
  })
  return undefined
}

function checkInterval(path: string, every: number, unit: IntervalUnit, errors: FieldError[]): void {
  if (every < 1) errors.push({ path, message: 'An interval is at least 1 second long.', suggestion: '1' })
  else if (every * UNIT_SECONDS[unit] > LONGEST_INTERVAL) {
    const most = Math.floor(LONGEST_INTERVAL / UNIT_SECONDS[unit])
    errors.push({ path, message: `An interval has at most ${most} ${unit}.`, suggestion: String(most) })
  }
}

/** Aligned intervals start afresh at every local midnight, so they must come out even. */
function checkAligned(every: number, unit: IntervalUnit, errors: FieldError[]): void {
  const step = UNIT_SECONDS[unit]
  const day = UNIT_SECONDS.days
  if (unit === 'days' || day % (every * step) === 0) return
  const perDay = day / step
  let nearest = Math.min(every, perDay)
  while (perDay % nearest !== 0) nearest--
  errors.push({
    path: 'every',
    message: `An aligned interval must divide a day evenly, and ${every} ${unit} do not; ${nearest} ${unit} would, or leave out aligned.`,
    suggestion: String(nearest),
  })
}

/** `times`, or `time` for a single one: sorted, without repetition, in their shortest form. */
function times(source: Source, errors: FieldError[]): string[] {
  const list = own(source, 'times')
  const single = own(source, 'time')
  if (list !== undefined && single !== undefined) {
    errors.push({ path: 'time', message: 'Give either times or time, not both.' })
    return []
  }
  if (single !== undefined) return readTime(single, 'time', errors)
  if (!Array.isArray(list) || list.length === 0 || list.length > 1440) {
    errors.push({ path: 'times', message: 'times is a list of 1 to 1440 times of day such as "09:30".' })
    return []
  }
  const seconds = list.flatMap((time, i) => readTime(time, `times[${i}]`, errors))
  return [...new Set(seconds)].sort()
}

function readTime(value: unknown, path: string, errors: FieldError[]): string[] {
  const match = typeof value === 'string' ? /^\s*(\d{1,2}):(\d{2})(?::(\d{2}))?\s*$/.exec(value) : null
  if (match) {
    const [hour, minute, second] = [Number(match[1]), Number(match[2]), Number(match[3] ?? 0)]
    if (hour <= 23 && minute <= 59 && second <= 59) return [formatTime(hour * 3600 + minute * 60 + second)]
    const clamped = formatTime(
      Math.min(23, hour === 24 ? 0 : hour) * 3600 + Math.min(59, minute) * 60 + Math.min(59, second),
    )
    errors.push({
      path,
      message: `${match[0].trim()} is not a time of day; hours are 00–23, minutes and seconds 00–59.`,
      suggestion: clamped,
    })
    return []
  }
  errors.push({
    path,
    message: 'A time of day is written HH:MM or HH:MM:SS, from 00:00 to 23:59:59.',
    suggestion: '09:30',
  })
  return []
}

function weekdays(source: Source, errors: FieldError[]): string[] {
  const list = own(source, 'days')
  if (!Array.isArray(list) || list.length === 0 || list.length > 50) {
    errors.push({ path: 'days', message: 'days is a list of weekdays such as ["mon", "fri"].' })
    return []
  }
  const numbers = list.flatMap((day, i) => readWeekday(day, `days[${i}]`, errors))
  // Monday first, as a working week is read.
  return [...new Set(numbers)]
    .sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
    .map((day) => WEEKDAY_NAMES[day]!.slice(0, 3))
}

function readWeekday(value: unknown, path: string, errors: FieldError[]): number[] {
  const short = WEEKDAY_NAMES.map((name) => name.slice(0, 3))
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 7) return [value % 7]
  if (typeof value === 'string') {
    const word = value.trim().toLowerCase()
    const index = WEEKDAY_NAMES.findIndex((name) => name === word || name.slice(0, 3) === word)
    if (index >= 0) return [index]
    if (/^[0-7]$/.test(word)) return [Number(word) % 7]
  }
  const suggestion = typeof value === 'string' ? suggest(value, [...short, ...WEEKDAY_NAMES]) : undefined
  errors.push({
    path,
    message: 'A weekday is mon, tue, wed, thu, fri, sat or sun (or 0–7, where 0 and 7 are Sunday).',
    ...(suggestion ? { suggestion } : {}),
  })
  return []
}

function monthly(source: Source, errors: FieldError[]): NormalisedSchedule {
  const [days, nth, weekday] = ['days', 'nth', 'weekday'].map((key) => own(source, key))
  const at = times(source, errors)
  if (days !== undefined && (nth !== undefined || weekday !== undefined)) {
    errors.push({ path: 'days', message: 'Give either days, or nth and weekday, not both.' })
    return { type: 'monthly', times: at }
  }
  if (days === undefined && (nth !== undefined || weekday !== undefined)) {
    const named = weekday === undefined ? [] : readWeekday(weekday, 'weekday', errors)
    if (weekday === undefined) errors.push({ path: 'weekday', message: 'nth needs a weekday, such as "fri".' })
    const which = readNth(nth, errors)
    return { type: 'monthly', nth: which, weekday: WEEKDAY_NAMES[named[0] ?? 0]!.slice(0, 3), times: at }
  }
  if (!Array.isArray(days) || days.length === 0 || days.length > 100) {
    errors.push({
      path: 'days',
      message: 'days is a list of days of the month: 1–31, "last" or "last_weekday"; or give nth and weekday.',
    })
    return { type: 'monthly', times: at }
  }
  const read = days.flatMap((day, i) => readMonthDay(day, `days[${i}]`, errors))
  const rank = (day: number | string) => (typeof day === 'number' ? day : day === 'last_weekday' ? 32 : 33)
  return { type: 'monthly', days: [...new Set(read)].sort((a, b) => rank(a) - rank(b)), times: at }
}

function readNth(value: unknown, errors: FieldError[]): number | 'last' {
  if (value === 'last') return 'last'
  const number = typeof value === 'string' && /^[1-5]$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 5) return number
  errors.push({ path: 'nth', message: 'nth is 1–5 or "last".', suggestion: 'last' })
  return 1
}

function readMonthDay(value: unknown, path: string, errors: FieldError[]): (number | string)[] {
  const day = typeof value === 'string' && /^\d{1,2}$/.test(value) ? Number(value) : value
  if (typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 31) return [day]
  const words = ['last', 'last_weekday']
  if (typeof day === 'string' && words.includes(day)) return [day]
  const suggestion = typeof day === 'string' ? suggest(day, words) : undefined
  errors.push({
    path,
    message: 'A day of the month is 1–31, "last" or "last_weekday" (the last Monday-to-Friday).',
    ...(suggestion ? { suggestion } : {}),
  })
  return []
}

function expression(source: Source, errors: FieldError[]): string {
  const text = own(source, 'expression')
  if (typeof text === 'string') return text
  errors.push({ path: 'expression', message: 'expression is a cron expression, as text.', suggestion: '0 2 * * *' })
  return ''
}

function instant(source: Source, key: string, errors: FieldError[]): string | undefined {
  const value = own(source, key)
  if (typeof value === 'string' && parseInstant(value)) return value.trim()
  errors.push({
    path: key,
    message: `${key} is an instant in ISO 8601: a date and time, with Z or an offset, or wall clock of the time zone.`,
    suggestion: '2026-12-01T00:00:00Z',
  })
  return undefined
}

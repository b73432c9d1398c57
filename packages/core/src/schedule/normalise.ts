import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'
import { WEEKDAY_NAMES } from './cron-value.ts'
import { durationSeconds, inLargestUnit } from './duration-text.ts'
import type { IntervalUnit, NormalisedSchedule, ScheduleKind } from './input.ts'
import { parseInstant } from './instant.ts'
import { UNIT_SECONDS } from './interval-units.ts'
import { own, readMonthDay, readNth, readTimes, readWeekday, readWeekdays, type Source } from './read-days.ts'
import { LONGEST_INTERVAL, MOST_MONTH_DAYS, RULE_FIELDS } from './rule-fields.ts'

/** `@every 15m`, `@every 1h30m` as in robfig/cron: how an interval is written where only text fits. */
const EVERY = /^@every\s+(\S[^|]*)$/i

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
  return everyInterval(text, '', errors) ?? { type: 'cron', expression: text }
}

/** The interval that an `@every` stands for; null for any other text. */
function everyInterval(text: string, path: string, errors: FieldError[]): NormalisedSchedule | null {
  const every = EVERY.exec(text.trim())
  const seconds = every === null ? null : durationSeconds(every[1]!)
  if (seconds === null) return null
  const interval = inLargestUnit(seconds)
  checkInterval(path, interval.every, interval.unit, errors)
  return { type: 'interval', ...interval }
}

function fromObject(input: unknown, errors: FieldError[]): NormalisedSchedule | null {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    errors.push({
      path: '',
      message: say`A schedule is an object with a type, or a cron expression as text.`,
    })
    return null
  }
  const source = input as Source
  const kind = own(source, 'type')
  const kinds = Object.keys(RULE_FIELDS)
  if (typeof kind !== 'string' || !kinds.includes(kind)) {
    const suggestion = typeof kind === 'string' ? suggest(kind, kinds) : undefined
    errors.push({
      path: 'type',
      message: say`The type of a schedule must be one of ${kinds.join(', ')}.`,
      ...(suggestion ? { suggestion } : {}),
    })
    return null
  }
  checkKeys(source, kind as ScheduleKind, errors)
  switch (kind as ScheduleKind) {
    case 'interval':
      return readInterval(source, errors)
    case 'daily':
      return { type: 'daily', times: readTimes(source, errors) }
    case 'weekly':
      return { type: 'weekly', days: readWeekdays(source, errors), times: readTimes(source, errors) }
    case 'monthly':
      return readMonthly(source, errors)
    case 'cron':
      return readCron(source, errors)
    case 'once':
      return { type: 'once', at: readInstant(source, 'at', errors) ?? '' }
    case 'dependency':
      return { type: 'dependency' }
    case 'none':
      return { type: 'none' }
  }
}

function checkKeys(source: Source, kind: ScheduleKind, errors: FieldError[]): void {
  const allowed = ['type', ...Object.keys(RULE_FIELDS[kind])]
  for (const key of Object.keys(source)) {
    if (allowed.includes(key)) continue
    const suggestion = suggest(key, allowed)
    const shown = key.length > 40 ? `${key.slice(0, 40)}…` : key
    errors.push({
      path: shown,
      message: say`A schedule of type ${kind} has no "${shown}"; it has ${allowed.join(', ')}.`,
      ...(suggestion ? { suggestion } : {}),
    })
  }
}

function readInterval(source: Source, errors: FieldError[]): NormalisedSchedule | null {
  const every = own(source, 'every')
  const unit = readUnit(own(source, 'unit'), errors)
  if (typeof every !== 'number' || !Number.isSafeInteger(every) || every < 1) {
    errors.push({ path: 'every', message: say`every must be a whole number of at least 1.` })
    return null
  }
  if (unit === undefined) return null
  const aligned = own(source, 'aligned') ?? false
  if (typeof aligned !== 'boolean') errors.push({ path: 'aligned', message: say`aligned must be true or false.` })
  const anchor = own(source, 'anchor') === undefined ? undefined : readInstant(source, 'anchor', errors)
  if (aligned === true && anchor !== undefined) {
    errors.push({ path: 'anchor', message: say`An interval is either aligned or has an anchor, not both.` })
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
  const suggestion = typeof value === 'string' ? unitMeant(value, units) : undefined
  errors.push({
    path: 'unit',
    message: say`unit must be one of ${units.join(', ')}.`,
    ...(suggestion ? { suggestion } : {}),
  })
  return undefined
}

/** Letters and words that people write for a unit, besides slips of the hand. */
const UNIT_WORDS: Record<string, IntervalUnit> = {
  s: 'seconds',
  sec: 'seconds',
  m: 'minutes',
  min: 'minutes',
  h: 'hours',
  hr: 'hours',
  d: 'days',
}

function unitMeant(value: string, units: IntervalUnit[]): IntervalUnit | undefined {
  const word = value.toLowerCase()
  return UNIT_WORDS[word] ?? UNIT_WORDS[word.replace(/s$/, '')] ?? (suggest(value, units) as IntervalUnit | undefined)
}

function checkInterval(path: string, every: number, unit: IntervalUnit, errors: FieldError[]): void {
  if (every < 1) errors.push({ path, message: say`An interval is at least 1 second long.` })
  else if (every * UNIT_SECONDS[unit] > LONGEST_INTERVAL) {
    const most = Math.floor(LONGEST_INTERVAL / UNIT_SECONDS[unit])
    errors.push({ path, message: say`An interval has at most ${most} ${unit}.` })
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
    message: say`An aligned interval must divide a day evenly, and ${every} ${unit} do not. Take another number, or leave out aligned.`,
    suggestion: String(nearest),
  })
}

function readMonthly(source: Source, errors: FieldError[]): NormalisedSchedule {
  const [days, nth, weekday] = ['days', 'nth', 'weekday'].map((key) => own(source, key))
  const at = readTimes(source, errors)
  if (days !== undefined && (nth !== undefined || weekday !== undefined)) {
    errors.push({ path: 'days', message: say`Give either days, or nth and weekday, not both.` })
    return { type: 'monthly', times: at }
  }
  if (days === undefined && (nth !== undefined || weekday !== undefined)) {
    const named = weekday === undefined ? [] : readWeekday(weekday, 'weekday', errors)
    if (weekday === undefined) errors.push({ path: 'weekday', message: say`nth needs a weekday, such as "fri".` })
    if (nth === undefined) errors.push({ path: 'nth', message: say`weekday needs nth, such as 1 or "last".` })
    const which = nth === undefined ? 1 : readNth(nth, errors)
    return { type: 'monthly', nth: which, weekday: WEEKDAY_NAMES[named[0] ?? 0]!.slice(0, 3), times: at }
  }
  if (!Array.isArray(days) || days.length === 0 || days.length > MOST_MONTH_DAYS) {
    errors.push({
      path: 'days',
      message: say`days must be a list of days of the month: 1–31, "last" or "last_weekday"; or give nth and weekday.`,
    })
    return { type: 'monthly', times: at }
  }
  const read = days.flatMap((day, i) => readMonthDay(day, `days[${i}]`, errors))
  const rank = (day: number | string) => (typeof day === 'number' ? day : day === 'last_weekday' ? 32 : 33)
  return { type: 'monthly', days: [...new Set(read)].sort((a, b) => rank(a) - rank(b)), times: at }
}

function readCron(source: Source, errors: FieldError[]): NormalisedSchedule {
  const dialect = own(source, 'dialect') ?? 'rota'
  if (dialect !== 'rota' && dialect !== 'quartz') {
    const suggestion = typeof dialect === 'string' ? suggest(dialect, ['quartz', 'rota']) : undefined
    errors.push({
      path: 'dialect',
      message: say`dialect must be quartz (1 is Sunday, seconds first, a year last) or rota.`,
      ...(suggestion ? { suggestion } : {}),
    })
  }
  const expression = readExpression(source, errors)
  const interval = dialect === 'quartz' ? null : everyInterval(expression, 'expression', errors)
  if (interval !== null) return interval
  return dialect === 'quartz' ? { type: 'cron', expression, dialect } : { type: 'cron', expression }
}

function readExpression(source: Source, errors: FieldError[]): string {
  const text = own(source, 'expression')
  if (typeof text === 'string') return text
  errors.push({ path: 'expression', message: say`expression must be a cron expression, as text, such as "0 2 * * *".` })
  return ''
}

function readInstant(source: Source, key: string, errors: FieldError[]): string | undefined {
  const value = own(source, key)
  if (typeof value === 'string' && parseInstant(value)) return value.trim()
  errors.push({
    path: key,
    message: say`${key} must be an instant in ISO 8601: a date and time, with Z or an offset, or wall clock of the time zone, such as 2026-12-01T00:00:00Z.`,
  })
  return undefined
}

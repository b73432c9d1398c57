import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'
import { formatTime } from './civil-date.ts'
import { clockMeant } from './clock-text.ts'
import { WEEKDAY_NAMES } from './cron-value.ts'
import { MOST_TIMES, MOST_WEEKDAYS } from './rule-fields.ts'

/** A JSON object of unknown content. */
export type Source = Record<string, unknown>

/** Own properties only: a document may have a key `__proto__` or `toString`. Null counts as absent. */
export function own(source: Source, key: string): unknown {
  return Object.hasOwn(source, key) && source[key] !== null ? source[key] : undefined
}

/** `times`, or `time` for a single one: sorted, without repetition, in their shortest form. */
export function readTimes(source: Source, errors: FieldError[]): string[] {
  const list = own(source, 'times')
  const single = own(source, 'time')
  if (list !== undefined && single !== undefined) {
    errors.push({ path: 'time', message: say`Give either times or time, not both.` })
    return []
  }
  if (single !== undefined) return readTime(single, 'time', errors)
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_TIMES) {
    errors.push({
      path: 'times',
      message: say`times must be a list of 1 to ${MOST_TIMES} times of day such as "09:30".`,
    })
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
    errors.push({
      path,
      message: say`${match[0].trim()} is not a time of day; hours are 00–23, minutes and seconds 00–59.`,
    })
    return []
  }
  const meant = typeof value === 'string' ? clockMeant(value) : undefined
  errors.push({
    path,
    message: say`A time of day is written HH:MM or HH:MM:SS, from 00:00 to 23:59:59.`,
    ...(meant === undefined ? {} : { suggestion: meant }),
  })
  return []
}

export function readWeekdays(source: Source, errors: FieldError[]): string[] {
  const list = own(source, 'days')
  if (!Array.isArray(list) || list.length === 0 || list.length > MOST_WEEKDAYS) {
    errors.push({ path: 'days', message: say`days must be a list of weekdays such as ["mon", "fri"].` })
    return []
  }
  const numbers = list.flatMap((day, i) => readWeekday(day, `days[${i}]`, errors))
  // Monday first, as a working week is read.
  return [...new Set(numbers)]
    .sort((a, b) => ((a + 6) % 7) - ((b + 6) % 7))
    .map((day) => WEEKDAY_NAMES[day]!.slice(0, 3))
}

export function readWeekday(value: unknown, path: string, errors: FieldError[]): number[] {
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
    message: say`A weekday is mon, tue, wed, thu, fri, sat or sun (or 0–7, where 0 and 7 are Sunday).`,
    ...(suggestion ? { suggestion } : {}),
  })
  return []
}

export function readNth(value: unknown, errors: FieldError[]): number | 'last' {
  if (value === 'last') return 'last'
  const number = typeof value === 'string' && /^[1-5]$/.test(value) ? Number(value) : value
  if (typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 5) return number
  errors.push({ path: 'nth', message: say`nth must be 1–5 or "last".` })
  return 1
}

export function readMonthDay(value: unknown, path: string, errors: FieldError[]): (number | string)[] {
  const day = typeof value === 'string' && /^\d{1,2}$/.test(value) ? Number(value) : value
  if (typeof day === 'number' && Number.isInteger(day) && day >= 1 && day <= 31) return [day]
  const words = ['last', 'last_weekday']
  if (typeof day === 'string' && words.includes(day)) return [day]
  const suggestion = typeof day === 'string' ? suggest(day, words) : undefined
  errors.push({
    path,
    message: say`A day of the month is 1–31, "last" or "last_weekday" (the last Monday-to-Friday).`,
    ...(suggestion ? { suggestion } : {}),
  })
  return []
}

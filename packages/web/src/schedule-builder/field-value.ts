import type { CronFieldName } from './cron-fields.ts'

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
/** 2023 began on a Sunday. */
const FIRST_SUNDAY = Date.UTC(2023, 0, 1)
const DAY_MS = 86_400_000

export interface Reading {
  language: string
  /** Quartz counts weekdays from 1, a Sunday. */
  isQuartz: boolean
}

/** Values of a field as people say them: weekdays and months by name, lists and ranges of them too. */
export function fieldValue(field: CronFieldName, text: string, reading: Reading): string {
  if (field !== 'dayOfWeek' && field !== 'month') return text
  const comma = reading.language === 'zh' ? '、' : ', '
  const parts = text.split(/, ?/)
  return parts
    .map((part) =>
      part
        .split('-')
        .map((value) => nameOf(field, value, reading))
        .join('–'),
    )
    .join(comma)
}

function nameOf(field: 'dayOfWeek' | 'month', value: string, { language, isQuartz }: Reading): string {
  if (field === 'month') {
    const month = numberOf(value, MONTHS, 1)
    if (month === null) return value
    return new Intl.DateTimeFormat(language, { month: 'long', timeZone: 'UTC' }).format(Date.UTC(2023, month - 1, 1))
  }
  const day = numberOf(value, DAYS, isQuartz ? 1 : 0)
  if (day === null) return value
  const weekday = language === 'zh' ? 'short' : 'long'
  const at = FIRST_SUNDAY + ((day - (isQuartz ? 1 : 0)) % 7) * DAY_MS
  return new Intl.DateTimeFormat(language, { weekday, timeZone: 'UTC' }).format(at)
}

/** Null for what is no value of the field. Sunday may be 7, too, where it is 0. */
function numberOf(value: string, names: readonly string[], first: number): number | null {
  const named = names.indexOf(value.toLowerCase())
  if (named !== -1) return named + first
  if (!/^\d{1,2}$/.test(value)) return null
  const number = Number(value)
  const last = names.length - 1 + first + (first === 0 ? 1 : 0)
  return number >= first && number <= last ? number : null
}

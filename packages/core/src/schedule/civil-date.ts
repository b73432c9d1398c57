/**
 * Integer arithmetic of the proleptic Gregorian calendar. Days are counted from 1970-01-01, seconds of wall clock from
 * 1970-01-01T00:00:00 as if every day had 86,400 of them. Formulas: Howard Hinnant, "chrono-Compatible Low-Level Date
 * Algorithms" (days_from_civil, civil_from_days).
 */

export const DAY_SECONDS = 86_400

/** Day number of a date; `month` is 1–12. */
export function daysFromCivil(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear
  return era * 146_097 + dayOfEra - 719_468
}

/** Number of the month a day lies in, counted from January of year 0: `year * 12 + month - 1`. */
export function monthIndexFromDays(days: number): number {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const dayOfEra = shifted - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153)
  // March-based months 10 and 11 are January and February of the following year; the index runs on by itself.
  return (yearOfEra + era * 400) * 12 + marchMonth + 2
}

const MONTH_LENGTHS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const

/** Days of a month; `month` is 1–12. */
export function daysInMonth(year: number, month: number): number {
  if (month !== 2) return MONTH_LENGTHS[month - 1]!
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}

/** Day of the week, 0 = Sunday. 1970-01-01 was a Thursday. */
export function weekdayFromDays(days: number): number {
  const weekday = (days + 4) % 7
  return weekday < 0 ? weekday + 7 : weekday
}

/** `YYYY-MM-DDTHH:MM:SS` of a wall clock given in seconds. */
export function formatWall(wallSeconds: number): string {
  const days = Math.floor(wallSeconds / DAY_SECONDS)
  const second = wallSeconds - days * DAY_SECONDS
  const monthIndex = monthIndexFromDays(days)
  const year = Math.floor(monthIndex / 12)
  const month = monthIndex - year * 12 + 1
  const day = days - daysFromCivil(year, month, 1) + 1
  return `${String(year).padStart(4, '0')}-${two(month)}-${two(day)}T${formatTime(second, true)}`
}

/** `HH:MM`, with `:SS` when asked for or when the second is not 0. */
export function formatTime(secondOfDay: number, withSeconds = secondOfDay % 60 !== 0): string {
  const minute = Math.floor(secondOfDay / 60)
  const text = `${two(Math.floor(minute / 60))}:${two(minute % 60)}`
  return withSeconds ? `${text}:${two(secondOfDay % 60)}` : text
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}

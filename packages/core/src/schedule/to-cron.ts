import { JOINER } from './cron-parser.ts'
import { WEEKDAY_NAMES } from './cron-value.ts'
import type { NormalisedSchedule } from './input.ts'
import { UNIT_SECONDS } from './interval-units.ts'

/** The day fields (`day-of-month month day-of-week`) of a time-of-day kind. */
export function dayFields(input: NormalisedSchedule): string {
  if (input.type === 'weekly') return `* * ${ranges(input.days.map(weekdayNumber))}`
  if (input.type !== 'monthly') return '* * *'
  if (input.days) return `${monthDays(input.days)} * *`
  const weekday = weekdayNumber(input.weekday ?? 0)
  return input.nth === 'last' ? `* * ${weekday}L` : `* * ${weekday}#${input.nth}`
}

function weekdayNumber(day: string | number): number {
  return typeof day === 'number' ? day % 7 : WEEKDAY_NAMES.findIndex((name) => name.slice(0, 3) === day)
}

function monthDays(days: readonly (number | string)[]): string {
  const numbers = days.filter((day) => typeof day === 'number')
  const words = days.filter((day) => typeof day === 'string').map((day) => (day === 'last' ? 'L' : 'LW'))
  return [...(numbers.length > 0 ? [ranges(numbers)] : []), ...words].join(',')
}

/** `1-5` for three or more neighbours, else a list. */
function ranges(values: readonly number[]): string {
  const sorted = [...new Set(values)].sort((a, b) => a - b)
  const pieces: string[] = []
  for (let i = 0; i < sorted.length; ) {
    let j = i
    while (sorted[j + 1] === sorted[j]! + 1) j++
    if (j - i >= 2) pieces.push(`${sorted[i]}-${sorted[j]}`)
    else pieces.push(...sorted.slice(i, j + 1).map(String))
    i = j + 1
  }
  return pieces.join(',')
}

/**
 * The cron expression of several times of day on the same days. Cron's time fields multiply, so times that are no
 * product of hours and minutes need several expressions, joined by ` | `: as few as grouping by minute, then by hour, gives.
 */
export function cronOfTimes(secondsOfDay: readonly number[], days: string): string {
  const hoursOf = new Map<string, number[]>()
  for (const at of secondsOfDay) {
    const minuteSecond = `${at % 60} ${Math.floor(at / 60) % 60}`
    hoursOf.set(minuteSecond, [...(hoursOf.get(minuteSecond) ?? []), Math.floor(at / 3600)])
  }
  const minutesOf = new Map<string, number[]>()
  for (const [minuteSecond, hours] of hoursOf) {
    const [second, minute] = minuteSecond.split(' ')
    const key = `${second} ${ranges(hours)}`
    minutesOf.set(key, [...(minutesOf.get(key) ?? []), Number(minute)])
  }
  return [...minutesOf]
    .map(([key, minutes]) => {
      const [second, hours] = key.split(' ')
      return `${second === '0' ? '' : `${second} `}${ranges(minutes)} ${hours} ${days}`
    })
    .join(JOINER)
}

/** The cron expression of an aligned interval, where one exists; it follows real time as the interval does. */
export function cronOfAligned(every: number, unit: keyof typeof UNIT_SECONDS): string | null {
  const step = every * UNIT_SECONDS[unit]
  const star = (n: number) => (n === 1 ? '*' : `*/${n}`)
  if (step < 60) return 60 % step === 0 ? `${star(step)} * * * * *` : null
  if (step < 3600) return step % 60 === 0 && 3600 % step === 0 ? `${star(step / 60)} * * * *` : null
  if (step < 86_400) return step % 3600 === 0 && 86_400 % step === 0 ? `0 ${star(step / 3600)} * * *` : null
  return step === 86_400 ? '0 0 * * *' : null
}

import { lowestBit } from './bits.ts'

/** Which days match, as bit sets. Built once per schedule by the cron parser. */
export interface DayRule {
  /** Bit m-1 for month m. */
  months: number
  /** Bit d-1 for day-of-month d. */
  days: number
  /** Bit n for the day n before the last of the month (`L-n`; bit 0 is `L`). */
  fromEnd: number
  /** Bit d-1 for the weekday nearest to day d (`dW`). */
  nearestWeekday: number
  /** Bit n for the weekday nearest to the day n before the last (`L-nW`). */
  nearestFromEnd: number
  /** `LW`: the last Monday-to-Friday of the month. */
  lastWeekday: boolean
  /** Bit w for weekday w, 0 = Sunday. */
  weekdays: number
  /** Bit (n-1)*7+w for the nth weekday w of the month (`w#n`). */
  nthWeekdays: number[]
  /** Bit w for the last weekday w of the month (`wL`). */
  lastWeekdays: number
  /**
   * crontab(5): a day matches when either day field does, unless one of them starts with `*`: then both must
   * (cronie src/cron.c: `(DOM_STAR || DOW_STAR) ? (dow && dom) : (dow || dom)`).
   */
  bothMustMatch: boolean
}

/** The matching days of one month, bit d-1 for day d. `length`: days in it; `firstWeekday`: weekday of day 1. */
export function matchingDays(rule: DayRule, length: number, firstWeekday: number): number {
  const inMonth = 0x7fff_ffff >>> (31 - length)
  let byDate = rule.days
  if (rule.fromEnd !== 0) byDate |= fromEndMask(rule.fromEnd, length)
  if (rule.nearestWeekday !== 0) byDate |= nearestWeekdayMask(rule.nearestWeekday, length, firstWeekday)
  if (rule.nearestFromEnd !== 0) {
    byDate |= nearestWeekdayMask(fromEndMask(rule.nearestFromEnd, length), length, firstWeekday)
  }
  if (rule.lastWeekday) byDate |= 1 << (nearestWeekday(length, length, firstWeekday) - 1)

  let byWeekday = weekdayMask(rule.weekdays, firstWeekday)
  for (let n = 0; n < rule.nthWeekdays.length; n++) {
    byWeekday |= weekdayMask(rule.nthWeekdays[n]!, firstWeekday) & (0x7f << (n * 7))
  }
  if (rule.lastWeekdays !== 0) byWeekday |= weekdayMask(rule.lastWeekdays, firstWeekday) & (0x7f << (length - 7))

  return (rule.bothMustMatch ? byDate & byWeekday : byDate | byWeekday) & inMonth
}

/** Spreads a set of weekdays over the days of a month that starts on `firstWeekday`. */
function weekdayMask(weekdays: number, firstWeekday: number): number {
  const week = ((weekdays >>> firstWeekday) | (weekdays << (7 - firstWeekday))) & 0x7f
  return week | (week << 7) | (week << 14) | (week << 21) | (week << 28)
}

function fromEndMask(fromEnd: number, length: number): number {
  let mask = 0
  for (let rest = fromEnd; rest !== 0; rest &= rest - 1) {
    const day = length - lowestBit(rest)
    if (day >= 1) mask |= 1 << (day - 1)
  }
  return mask
}

function nearestWeekdayMask(days: number, length: number, firstWeekday: number): number {
  let mask = 0
  for (let rest = days; rest !== 0; rest &= rest - 1) {
    const day = lowestBit(rest) + 1
    if (day <= length) mask |= 1 << (nearestWeekday(day, length, firstWeekday) - 1)
  }
  return mask
}

/** The Monday-to-Friday nearest to a day without leaving its month, as Quartz defines `W`. */
function nearestWeekday(day: number, length: number, firstWeekday: number): number {
  const weekday = (firstWeekday + day - 1) % 7
  if (weekday === 6) return day > 1 ? day - 1 : day + 2
  if (weekday === 0) return day < length ? day + 1 : day - 2
  return day
}

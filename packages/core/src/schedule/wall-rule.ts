import { bitCount, highestBit, lowestBit } from './bits.ts'
import { DAY_SECONDS, daysFromCivil, daysInMonth, monthIndexFromDays, weekdayFromDays } from './civil-date.ts'
import { type DayRule, matchingDays } from './day-rule.ts'
import type { TimeRule } from './time-rule.ts'

/** A set of wall-clock seconds (as counted by civil-date.ts), with no notion of zones. */
export interface WallRule {
  /** First match at or after; `Infinity` when the calendar ends before. */
  next(wall: number): number
  /** Last match at or before; `-Infinity` when the calendar starts after. */
  previous(wall: number): number
  /** How many matches there are from one (inclusive) to another (exclusive). */
  count(from: number, to: number): number
}

/** The calendar repeats itself after 400 years, so a rule without a match in as many months has none at all. */
const CYCLE_MONTHS = 400 * 12

/** Times of day on days of the calendar. Finds matches by jumping from field to field, a month at a time at most. */
export class CalendarRule implements WallRule {
  readonly #days: DayRule
  readonly #times: TimeRule
  // The month looked at last: consecutive questions mostly concern the same one.
  #month = -1
  #monthStart = 0
  #monthLength = 0
  #monthDays = 0

  constructor(days: DayRule, times: TimeRule) {
    this.#days = days
    this.#times = times
    this.#enter(1970 * 12)
  }

  /** False for dates that never come, such as 30 February. */
  canMatch(): boolean {
    const from = 2000 * 12 - 1
    for (let month = this.#monthAfter(from); month < from + CYCLE_MONTHS; month = this.#monthAfter(month)) {
      if (this.#enter(month) !== 0) return true
    }
    return false
  }

  next(wall: number): number {
    const day = Math.floor(wall / DAY_SECONDS)
    let index = day - this.#monthStart
    if (index < 0 || index >= this.#monthLength) {
      this.#enter(monthIndexFromDays(day))
      index = day - this.#monthStart
    }
    let days = this.#monthDays & (-1 << index)
    if ((days >>> index) & 1) {
      const time = this.#times.next(wall - day * DAY_SECONDS)
      if (time >= 0) return day * DAY_SECONDS + time
      days &= days - 1
    }
    if (days === 0) {
      const limit = this.#month + CYCLE_MONTHS
      do {
        if (this.#month >= limit) return Number.POSITIVE_INFINITY
        days = this.#enter(this.#monthAfter(this.#month))
      } while (days === 0)
    }
    return (this.#monthStart + lowestBit(days)) * DAY_SECONDS + this.#times.first
  }

  previous(wall: number): number {
    const day = Math.floor(wall / DAY_SECONDS)
    let index = day - this.#monthStart
    if (index < 0 || index >= this.#monthLength) {
      this.#enter(monthIndexFromDays(day))
      index = day - this.#monthStart
    }
    let days = this.#monthDays & (-1 >>> (31 - index))
    if ((days >>> index) & 1) {
      const time = this.#times.previous(wall - day * DAY_SECONDS)
      if (time >= 0) return day * DAY_SECONDS + time
      days &= ~(1 << index)
    }
    if (days === 0) {
      const limit = this.#month - CYCLE_MONTHS
      do {
        if (this.#month <= limit) return Number.NEGATIVE_INFINITY
        days = this.#enter(this.#monthBefore(this.#month))
      } while (days === 0)
    }
    return (this.#monthStart + highestBit(days)) * DAY_SECONDS + this.#times.last
  }

  count(from: number, to: number): number {
    if (from >= to) return 0
    const [first, last] = [Math.floor(from / DAY_SECONDS), Math.floor((to - 1) / DAY_SECONDS)]
    const perDay = this.#times.countBefore(DAY_SECONDS)
    let count = 0
    for (let month = monthIndexFromDays(first); month <= monthIndexFromDays(last); month++) {
      const days = this.#enter(month)
      const begin = Math.max(first - this.#monthStart, 0)
      const end = Math.min(last - this.#monthStart, this.#monthLength - 1)
      count += bitCount(days & (-1 << begin) & (-1 >>> (31 - end))) * perDay
    }
    // The first and last day count in part.
    if (this.#isOn(first)) count -= this.#times.countBefore(from - first * DAY_SECONDS)
    if (this.#isOn(last)) count -= perDay - this.#times.countBefore(to - last * DAY_SECONDS)
    return count
  }

  #isOn(day: number): boolean {
    const days = this.#enter(monthIndexFromDays(day))
    return ((days >>> (day - this.#monthStart)) & 1) === 1
  }

  /** The following month that the rule allows at all. */
  #monthAfter(monthIndex: number): number {
    const month = monthIndex % 12
    const rest = this.#days.months & (-2 << month)
    return monthIndex - month + (rest !== 0 ? lowestBit(rest) : 12 + lowestBit(this.#days.months))
  }

  #monthBefore(monthIndex: number): number {
    const month = monthIndex % 12
    const rest = this.#days.months & ((1 << month) - 1)
    return monthIndex - month + (rest !== 0 ? highestBit(rest) : highestBit(this.#days.months) - 12)
  }

  /** Makes a month the current one; returns its matching days. */
  #enter(monthIndex: number): number {
    const year = Math.floor(monthIndex / 12)
    const month = monthIndex - year * 12
    this.#monthStart =
      monthIndex === this.#month + 1 ? this.#monthStart + this.#monthLength : daysFromCivil(year, month + 1, 1)
    this.#month = monthIndex
    this.#monthLength = daysInMonth(year, month + 1)
    this.#monthDays =
      (this.#days.months >>> month) & 1
        ? matchingDays(this.#days, this.#monthLength, weekdayFromDays(this.#monthStart))
        : 0
    return this.#monthDays
  }
}

/** Aligned intervals of days are counted from a Monday, so that "every 7 days" is Monday. */
const FIRST_MONDAY = daysFromCivil(1970, 1, 5) * DAY_SECONDS

/** Every `step` seconds of wall clock, counted from midnight; `step` divides a day or is a number of whole days. */
export class StepRule implements WallRule {
  readonly #step: number

  constructor(step: number) {
    this.#step = step
  }

  next(wall: number): number {
    return FIRST_MONDAY + Math.ceil((wall - FIRST_MONDAY) / this.#step) * this.#step
  }

  previous(wall: number): number {
    return FIRST_MONDAY + Math.floor((wall - FIRST_MONDAY) / this.#step) * this.#step
  }

  count(from: number, to: number): number {
    const before = (wall: number) => Math.ceil((wall - FIRST_MONDAY) / this.#step)
    return Math.max(0, before(to) - before(from))
  }
}

import { DAY_SECONDS, daysFromCivil, monthIndexFromDays } from './civil-date.ts'
import type { WallRule } from './wall-rule.ts'

/** A rule confined to some years. */
export class YearRule implements WallRule {
  readonly #rule: WallRule
  /** Ascending. */
  readonly #years: readonly number[]

  constructor(rule: WallRule, years: readonly number[]) {
    this.#rule = rule
    this.#years = years
  }

  next(wall: number): number {
    let found = this.#rule.next(Math.max(wall, startOf(this.#years[0]!)))
    for (;;) {
      if (found === Number.POSITIVE_INFINITY) return found
      const year = yearOf(found)
      const allowed = this.#years.find((each) => each >= year)
      if (allowed === undefined) return Number.POSITIVE_INFINITY
      if (allowed === year) return found
      found = this.#rule.next(startOf(allowed))
    }
  }

  previous(wall: number): number {
    let found = this.#rule.previous(Math.min(wall, startOf(this.#years.at(-1)! + 1) - 1))
    for (;;) {
      if (found === Number.NEGATIVE_INFINITY) return found
      const year = yearOf(found)
      const allowed = this.#years.findLast((each) => each <= year)
      if (allowed === undefined) return Number.NEGATIVE_INFINITY
      if (allowed === year) return found
      found = this.#rule.previous(startOf(allowed + 1) - 1)
    }
  }

  count(from: number, to: number): number {
    return this.#years.reduce((sum, year) => {
      return sum + this.#rule.count(Math.max(from, startOf(year)), Math.min(to, startOf(year + 1)))
    }, 0)
  }
}

function startOf(year: number): number {
  return daysFromCivil(year, 1, 1) * DAY_SECONDS
}

function yearOf(wall: number): number {
  return Math.floor(monthIndexFromDays(Math.floor(wall / DAY_SECONDS)) / 12)
}

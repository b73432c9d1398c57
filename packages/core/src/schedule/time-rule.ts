import { bitCount, bitCount64, highestBit, lowestBit, nextBit64, previousBit64 } from './bits.ts'

/** Which seconds of a day (0–86399) match. */
export interface TimeRule {
  readonly first: number
  readonly last: number
  /** First match at or after a second of the day; -1 when there is none left. */
  next(second: number): number
  /** Last match at or before a second of the day; -1 when there is none. */
  previous(second: number): number
  /** How many matches lie before a second of the day (0–86400). */
  countBefore(second: number): number
  /** All matches, ascending. */
  list(): number[]
}

/** Every combination of an hour, a minute and a second out of three sets: what cron's time fields say. */
export class FieldTimes implements TimeRule {
  readonly first: number
  readonly last: number
  readonly #hours: number
  readonly #minutesLow: number
  readonly #minutesHigh: number
  readonly #secondsLow: number
  readonly #secondsHigh: number
  readonly #firstInHour: number
  readonly #lastInHour: number
  readonly #firstInMinute: number
  readonly #lastInMinute: number

  constructor(hours: Iterable<number>, minutes: Iterable<number>, seconds: Iterable<number>) {
    this.#hours = maskOf(hours, 0)
    this.#minutesLow = maskOf(minutes, 0)
    this.#minutesHigh = maskOf(minutes, 32)
    this.#secondsLow = maskOf(seconds, 0)
    this.#secondsHigh = maskOf(seconds, 32)
    this.#firstInMinute = nextBit64(this.#secondsLow, this.#secondsHigh, 0)
    this.#lastInMinute = previousBit64(this.#secondsLow, this.#secondsHigh, 63)
    this.#firstInHour = nextBit64(this.#minutesLow, this.#minutesHigh, 0) * 60 + this.#firstInMinute
    this.#lastInHour = previousBit64(this.#minutesLow, this.#minutesHigh, 63) * 60 + this.#lastInMinute
    this.first = lowestBit(this.#hours) * 3600 + this.#firstInHour
    this.last = highestBit(this.#hours) * 3600 + this.#lastInHour
  }

  next(second: number): number {
    const hour = (second / 3600) | 0
    if ((this.#hours >>> hour) & 1) {
      const inHour = second - hour * 3600
      const minute = (inHour / 60) | 0
      const found = nextBit64(this.#minutesLow, this.#minutesHigh, minute)
      if (found === minute) {
        const inMinute = nextBit64(this.#secondsLow, this.#secondsHigh, inHour - minute * 60)
        if (inMinute >= 0) return hour * 3600 + minute * 60 + inMinute
        const later = nextBit64(this.#minutesLow, this.#minutesHigh, minute + 1)
        if (later >= 0) return hour * 3600 + later * 60 + this.#firstInMinute
      } else if (found >= 0) {
        return hour * 3600 + found * 60 + this.#firstInMinute
      }
    }
    const rest = this.#hours & (-2 << hour)
    return rest !== 0 ? lowestBit(rest) * 3600 + this.#firstInHour : -1
  }

  previous(second: number): number {
    const hour = (second / 3600) | 0
    if ((this.#hours >>> hour) & 1) {
      const inHour = second - hour * 3600
      const minute = (inHour / 60) | 0
      const found = previousBit64(this.#minutesLow, this.#minutesHigh, minute)
      if (found === minute) {
        const inMinute = previousBit64(this.#secondsLow, this.#secondsHigh, inHour - minute * 60)
        if (inMinute >= 0) return hour * 3600 + minute * 60 + inMinute
        const earlier = previousBit64(this.#minutesLow, this.#minutesHigh, minute - 1)
        if (earlier >= 0) return hour * 3600 + earlier * 60 + this.#lastInMinute
      } else if (found >= 0) {
        return hour * 3600 + found * 60 + this.#lastInMinute
      }
    }
    const rest = this.#hours & ((1 << hour) - 1)
    return rest !== 0 ? highestBit(rest) * 3600 + this.#lastInHour : -1
  }

  countBefore(second: number): number {
    const hour = (second / 3600) | 0
    const inHour = second - hour * 3600
    const minute = (inHour / 60) | 0
    const perMinute = bitCount64(this.#secondsLow, this.#secondsHigh, 64)
    const perHour = bitCount64(this.#minutesLow, this.#minutesHigh, 64) * perMinute
    const whole = bitCount(this.#hours & ((1 << hour) - 1)) * perHour
    if (((this.#hours >>> hour) & 1) === 0) return whole
    const minutes = bitCount64(this.#minutesLow, this.#minutesHigh, minute) * perMinute
    const isOfMinute = nextBit64(this.#minutesLow, this.#minutesHigh, minute) === minute
    const seconds = isOfMinute ? bitCount64(this.#secondsLow, this.#secondsHigh, inHour - minute * 60) : 0
    return whole + minutes + seconds
  }

  list(): number[] {
    const all: number[] = []
    for (let at = this.next(0); at >= 0; at = at < 86_399 ? this.next(at + 1) : -1) all.push(at)
    return all
  }
}

/** A plain list of times of day. */
export class ListedTimes implements TimeRule {
  readonly first: number
  readonly last: number
  readonly #times: Int32Array

  /** `times`: seconds of the day, ascending, at least one. */
  constructor(times: readonly number[]) {
    this.#times = Int32Array.from(times)
    this.first = times[0]!
    this.last = times[times.length - 1]!
  }

  next(second: number): number {
    const index = this.#firstAtOrAfter(second)
    return index < this.#times.length ? this.#times[index]! : -1
  }

  previous(second: number): number {
    const index = this.#firstAtOrAfter(second + 1) - 1
    return index >= 0 ? this.#times[index]! : -1
  }

  countBefore(second: number): number {
    return this.#firstAtOrAfter(second)
  }

  list(): number[] {
    return [...this.#times]
  }

  #firstAtOrAfter(second: number): number {
    let low = 0
    let high = this.#times.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#times[middle]! < second) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** Bits `base … base+31` of a set of small numbers. */
function maskOf(values: Iterable<number>, base: number): number {
  let mask = 0
  for (const value of values) if (value >= base && value < base + 32) mask |= 1 << (value - base)
  return mask
}

import { DAY_SECONDS, daysFromCivil } from './civil-date.ts'

/** Occurrences are computed from 1800 (before any zone had a rule) up to the year 3000; seconds since the epoch. */
export const CALENDAR_START = daysFromCivil(1800, 1, 1) * DAY_SECONDS
export const CALENDAR_END = daysFromCivil(3000, 1, 1) * DAY_SECONDS

/**
 * Longest change of offset that is treated as daylight saving rather than as a correction of the clock. Beyond it the
 * new time is simply used: cron(8), "time changes of more than 3 hours are considered to be corrections"; cronie
 * src/cron.c, `wakeupKind = large`. (Pacific/Apia skipping 2011-12-30 is such a correction.)
 */
export const LARGEST_DST_CHANGE = 3 * 3600

/**
 * Offsets are sampled this far apart and a difference is bisected. Two changes closer together that cancel out would
 * be missed; the closest pair in the whole tz database (2026c) lies 6.96 days apart (America/Recife, October 2000).
 */
const SAMPLE_STEP = 5 * DAY_SECONDS
/** From 2100 on only yearly rules are left, whose changes lie months apart. */
const REGULAR_FROM = daysFromCivil(2100, 1, 1) * DAY_SECONDS
const REGULAR_STEP = 30 * DAY_SECONDS

const YEAR = 365 * DAY_SECONDS
/** Near the edges of the known range the next change may be unknown, so look-ups keep this far away from them. */
const MARGIN = 2 * DAY_SECONDS

/**
 * All changes of a zone's offset over a growing range of years, as arrays: segment `i` starts at `starts[i]` (epoch
 * seconds) and has `offsets[i]` (seconds east of UTC). Built from Intl alone, once per zone and process; look-ups
 * touch neither Intl nor Date and allocate nothing.
 */
export class ZoneTable {
  readonly name: string
  count = 0
  starts: Float64Array
  offsets: Int32Array
  /**
   * The wall second up to which fixed times have had their turn when segment `i` starts: the wall clock just before
   * the change. Lower than the segment's first wall second → a gap lies between; higher → a repeat reaches up to it;
   * equal → neither, also for changes beyond {@link LARGEST_DST_CHANGE}.
   */
  reached: Float64Array
  #from = 0
  #to = 0
  #last = 0

  constructor(name: string) {
    this.name = name
    this.starts = new Float64Array(0)
    this.offsets = new Int32Array(0)
    this.reached = new Float64Array(0)
  }

  /** Index of the segment that holds an instant within the calendar. The table grows when needed. */
  find(second: number): number {
    if (second < this.knownFrom || second >= this.knownTo) this.#grow(second)
    const { starts, count } = this
    let low = this.#last
    if (starts[low]! <= second && (low + 1 === count || second < starts[low + 1]!)) return low
    low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= second) low = middle
      else high = middle - 1
    }
    this.#last = low
    return low
  }

  /** From here on, and up to {@link knownTo}, every change is known together with both its neighbours. */
  get knownFrom(): number {
    return this.#from + MARGIN
  }

  get knownTo(): number {
    return this.#to - MARGIN
  }

  /** Where segment `i` ends (exclusive): the next change, or the edge of what is known so far. */
  end(i: number): number {
    return i + 1 < this.count ? this.starts[i + 1]! : this.#to
  }

  #grow(second: number): void {
    if (NEVER_CHANGES.test(this.name)) {
      this.#from = CALENDAR_START - 2 * MARGIN
      this.#to = CALENDAR_END + 2 * MARGIN
      this.#rebuild([this.#from], [offsetReader(this.name)(0)])
      return
    }
    const known = this.#to > this.#from
    const stretch = known ? Math.max(4 * YEAR, Math.floor((this.#to - this.#from) / 2)) : YEAR
    const from = known ? this.#from : second
    const to = known ? this.#to : second
    const newFrom = second < from + MARGIN ? Math.max(CALENDAR_START - 2 * MARGIN, second - stretch) : from
    const newTo =
      second >= to - MARGIN ? Math.min(CALENDAR_END + 2 * MARGIN, second + (known ? stretch : 2 * stretch)) : to
    const before: Segments = { starts: [], offsets: [] }
    const after: Segments = { starts: [], offsets: [] }
    const offsetAt = offsetReader(this.name)
    if (known) {
      scan(offsetAt, newFrom, from, before)
      scan(offsetAt, to, newTo, after)
    } else {
      scan(offsetAt, newFrom, newTo, before)
    }
    this.#from = newFrom
    this.#to = newTo
    this.#rebuild(
      [...before.starts, ...this.starts, ...after.starts],
      [...before.offsets, ...this.offsets, ...after.offsets],
    )
  }

  /** Joins neighbouring segments of the same offset (seams between scans) and derives {@link reached}. */
  #rebuild(starts: number[], offsets: number[]): void {
    const keep = starts.map((_, i) => i).filter((i) => i === 0 || offsets[i] !== offsets[i - 1])
    this.count = keep.length
    this.starts = Float64Array.from(keep, (i) => starts[i]!)
    this.offsets = Int32Array.from(keep, (i) => offsets[i]!)
    this.reached = Float64Array.from(keep, (_, k) => {
      const change = k === 0 ? 0 : this.offsets[k]! - this.offsets[k - 1]!
      const small = Math.abs(change) <= LARGEST_DST_CHANGE
      return this.starts[k]! + (small && k > 0 ? this.offsets[k - 1]! : this.offsets[k]!)
    })
    this.#last = 0
  }
}

/** Zones without any rule need no search for changes. */
const NEVER_CHANGES = /^(UTC|GMT|Etc\/\S+|[+-]\d\d(:?\d\d)?)$/i

interface Segments {
  starts: number[]
  offsets: number[]
}

/** Appends the segments of `[from, to)` to `into`. */
function scan(offsetAt: (second: number) => number, from: number, to: number, into: Segments): void {
  if (from >= to) return
  let at = from
  let offset = offsetAt(at)
  into.starts.push(at)
  into.offsets.push(offset)
  while (at < to) {
    const next = Math.min(to, at + (at >= REGULAR_FROM ? REGULAR_STEP : SAMPLE_STEP))
    const nextOffset = offsetAt(next)
    if (nextOffset !== offset && next < to) {
      into.starts.push(bisect(offsetAt, at, next, offset))
      into.offsets.push(nextOffset)
      offset = nextOffset
    } else if (nextOffset !== offset) {
      const change = bisect(offsetAt, at, next, offset)
      if (change < to) {
        into.starts.push(change)
        into.offsets.push(nextOffset)
      }
    }
    at = next
  }
}

/** The first second whose offset is no longer `offset`; `high` already differs. */
function bisect(offsetAt: (second: number) => number, low: number, high: number, offset: number): number {
  let before = low
  let changed = high
  while (changed - before > 1) {
    const middle = Math.floor((before + changed) / 2)
    if (offsetAt(middle) === offset) before = middle
    else changed = middle
  }
  return changed
}

/** Reads a zone's offset at an instant off the wall clock that Intl prints for it. */
function offsetReader(zone: string): (second: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return (second) => {
    // "MM/DD/YYYY, HH:MM:SS": fixed columns for four-digit years.
    const text = format.format(second * 1000)
    const digits = (at: number) => (text.charCodeAt(at) - 48) * 10 + text.charCodeAt(at + 1) - 48
    const days = daysFromCivil(digits(6) * 100 + digits(8), digits(0), digits(3))
    return days * DAY_SECONDS + digits(12) * 3600 + digits(15) * 60 + digits(18) - second
  }
}

const tables = new Map<string, ZoneTable>()

/** The shared table of a zone whose name {@link resolveZone} returned. */
export function zoneTable(name: string): ZoneTable {
  let table = tables.get(name)
  if (!table) {
    table = new ZoneTable(name)
    tables.set(name, table)
  }
  return table
}

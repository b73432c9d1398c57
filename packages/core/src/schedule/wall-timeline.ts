import type { GapPolicy, OverlapPolicy } from './input.ts'
import type { ScheduleNote } from './schedule.ts'
import type { Timeline } from './timeline.ts'
import { transitionNotes } from './transition-notes.ts'
import type { WallRule } from './wall-rule.ts'
import { CALENDAR_END, CALENDAR_START, LARGEST_DST_CHANGE, type ZoneTable } from './zone-table.ts'

/**
 * A wall-clock rule laid over the time of a zone.
 *
 * Fixed times follow the two policies; their defaults are cronie's (src/cron.c, `find_jobs(…, doWild, doNonWild)`): a
 * time in a gap comes once, at the first instant after it; a repeated time comes in the first pass only. Several times
 * in one gap are one occurrence, because they are one instant. Wildcard rules are the same thing with the policies
 * `skip` and `both`: wherever the wall clock shows a matching time, in real time.
 */
export class WallTimeline implements Timeline {
  readonly #rule: WallRule
  readonly #zone: ZoneTable
  readonly #gap: GapPolicy
  readonly #overlap: OverlapPolicy
  readonly #wildcard: boolean

  constructor(rule: WallRule, zone: ZoneTable, policy: { gap: GapPolicy; overlap: OverlapPolicy; wildcard: boolean }) {
    this.#rule = rule
    this.#zone = zone
    this.#wildcard = policy.wildcard
    this.#gap = policy.wildcard ? 'skip' : policy.gap
    this.#overlap = policy.wildcard ? 'both' : policy.overlap
  }

  next(after: number): number {
    let second = Math.floor(after / 1000) + 1
    if (second < CALENDAR_START) second = CALENDAR_START
    if (!(second < CALENDAR_END)) return Number.POSITIVE_INFINITY
    const zone = this.#zone
    let i = zone.find(second)
    let searchedFrom = Number.POSITIVE_INFINITY
    let match = Number.NEGATIVE_INFINITY
    for (;;) {
      const start = zone.starts[i]!
      const offset = zone.offsets[i]!
      let from = second + offset
      if (this.#overlap === 'first' && zone.reached[i]! > from) from = zone.reached[i]!
      // The match found for the segment before still holds unless the wall clock went back behind where it began.
      const holds = match >= from && from >= searchedFrom
      const gapIsEmpty = holds && searchedFrom <= zone.reached[i]!
      if (!holds) match = this.#rule.next(from)
      searchedFrom = from
      if (match - offset >= zone.knownTo && zone.knownTo < CALENDAR_END) {
        zone.find(Math.min(match - offset, CALENDAR_END))
        i = zone.find(second)
      }
      let found = match < this.#lastPassEnd(i) ? match - offset : Number.POSITIVE_INFINITY
      if (this.#gap !== 'skip' && zone.reached[i]! < start + offset && !gapIsEmpty) {
        found = Math.min(found, this.#nextFromGap(i, second))
      }
      if (found < CALENDAR_END) return found * 1000
      if (found !== Number.POSITIVE_INFINITY || i + 1 >= zone.count) return Number.POSITIVE_INFINITY
      i++
      second = zone.starts[i]!
    }
  }

  previous(before: number): number {
    let second = Math.ceil(before / 1000) - 1
    if (second >= CALENDAR_END) second = CALENDAR_END - 1
    if (!(second >= CALENDAR_START)) return Number.NEGATIVE_INFINITY
    const zone = this.#zone
    let i = zone.find(second)
    for (;;) {
      const offset = zone.offsets[i]!
      const match = this.#rule.previous(Math.min(second + offset, this.#lastPassEnd(i) - 1))
      if (match - offset < zone.knownFrom && zone.knownFrom > CALENDAR_START) {
        zone.find(Math.max(match - offset, CALENDAR_START))
        i = zone.find(second)
      }
      const start = zone.starts[i]!
      let from = start + offset
      if (this.#overlap === 'first' && zone.reached[i]! > from) from = zone.reached[i]!
      let found = match >= from ? match - offset : Number.NEGATIVE_INFINITY
      if (this.#gap !== 'skip' && zone.reached[i]! < start + offset) {
        found = Math.max(found, this.#previousFromGap(i, second))
      }
      if (found >= CALENDAR_START) return found * 1000
      if (found !== Number.NEGATIVE_INFINITY || i === 0) return Number.NEGATIVE_INFINITY
      second = start - 1
      i--
    }
  }

  /** Walks only where a change of the offset is near; elsewhere the wall clock is real time, and the rule counts. */
  count(from: number, to: number): number {
    const zone = this.#zone
    let second = Math.max(Math.ceil(from / 1000), CALENDAR_START)
    const end = Math.min(Math.ceil(to / 1000), CALENDAR_END)
    let count = 0
    while (second < end) {
      const i = zone.find(second)
      const plainFrom = zone.starts[i]! + LARGEST_DST_CHANGE
      const plainTo = zone.end(i) - LARGEST_DST_CHANGE
      const isPlain = second >= plainFrom && second < plainTo
      const until = Math.min(end, isPlain ? plainTo : second < plainFrom ? plainFrom : zone.end(i))
      const offset = zone.offsets[i]!
      count += isPlain ? this.#rule.count(second + offset, until + offset) : this.#walked(second, until)
      second = until
    }
    return count
  }

  #walked(from: number, to: number): number {
    let count = 0
    for (let at = this.next(from * 1000 - 1); at < to * 1000; at = this.next(at)) count++
    return count
  }

  notes(from: number, to: number): ScheduleNote[] {
    return transitionNotes({
      rule: this.#rule,
      zone: this.#zone,
      gap: this.#gap,
      overlap: this.#overlap,
      wildcard: this.#wildcard,
      from,
      to,
    })
  }

  /** The wall second before which segment `i` may fire: with `second`, what the next segment repeats is left to it. */
  #lastPassEnd(i: number): number {
    const zone = this.#zone
    const end = zone.end(i)
    const wallEnd = end + zone.offsets[i]!
    if (this.#overlap !== 'second' || i + 1 >= zone.count) return wallEnd
    const nextWallStart = end + zone.offsets[i + 1]!
    return zone.reached[i + 1]! > nextWallStart ? nextWallStart : wallEnd
  }

  /** First instant at or after `second` that the gap at the start of segment `i` brings about. */
  #nextFromGap(i: number, second: number): number {
    const start = this.#zone.starts[i]!
    const gapStart = this.#zone.reached[i]!
    const gapEnd = start + this.#zone.offsets[i]!
    const into = Math.max(0, second - start)
    if (this.#gap === 'run_after') {
      return into === 0 && this.#rule.next(gapStart) < gapEnd ? start : Number.POSITIVE_INFINITY
    }
    if (gapStart + into >= gapEnd) return Number.POSITIVE_INFINITY
    const match = this.#rule.next(gapStart + into)
    return match < gapEnd ? start + (match - gapStart) : Number.POSITIVE_INFINITY
  }

  /** Last instant at or before `second` (inside segment `i`) that the gap at the start of the segment brings about. */
  #previousFromGap(i: number, second: number): number {
    const start = this.#zone.starts[i]!
    const gapStart = this.#zone.reached[i]!
    const gapEnd = start + this.#zone.offsets[i]!
    const last = this.#gap === 'run_after' ? gapEnd - 1 : Math.min(gapEnd - 1, gapStart + (second - start))
    const match = this.#rule.previous(last)
    if (match < gapStart) return Number.NEGATIVE_INFINITY
    return this.#gap === 'run_after' ? start : start + (match - gapStart)
  }
}

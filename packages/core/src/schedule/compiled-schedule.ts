import type { NormalisedSchedule, ScheduleKind } from './input.ts'
import type { Schedule, ScheduleNote } from './schedule.ts'
import type { Timeline } from './timeline.ts'

interface Definition {
  input: NormalisedSchedule
  timeline: Timeline
  cron: string | null
  label: string | null
  periodMs: number | null
  timezone: string
  dst: Schedule['dst']
  hashKey: string
  /** `-Infinity` and `Infinity` stand for an open window. */
  startAt: number
  endAt: number
}

/** A timeline inside its window, with the last answer remembered. Shared by all tasks with the same rule. */
export class CompiledSchedule implements Schedule {
  readonly input: NormalisedSchedule
  readonly kind: ScheduleKind
  readonly cron: string | null
  readonly label: string | null
  readonly timezone: string
  readonly dst: Schedule['dst']
  readonly periodMs: number | null
  readonly hashKey: string
  readonly #timeline: Timeline
  readonly #startAt: number
  readonly #endAt: number
  // The latest question and answer of next(): a burst of tasks with one rule asks the same thing over and over.
  #askedAfter = Number.POSITIVE_INFINITY
  #answered = Number.NEGATIVE_INFINITY

  constructor(definition: Definition) {
    this.input = definition.input
    this.kind = definition.input.type
    this.cron = definition.cron
    this.label = definition.label
    this.timezone = definition.timezone
    this.dst = definition.dst
    this.periodMs = definition.periodMs
    this.hashKey = definition.hashKey
    this.#timeline = definition.timeline
    this.#startAt = definition.startAt
    this.#endAt = definition.endAt
  }

  next(after: number): number | null {
    // No occurrence lies between a question and its answer, so it answers every question in between as well.
    if (after >= this.#askedAfter && after < this.#answered) return this.#answered
    // The earliest instant that may be due is startAt itself; all instants are whole milliseconds.
    const from = after < this.#startAt ? this.#startAt - 1 : after
    const found = this.#timeline.next(from)
    if (!(found <= this.#endAt) || found === Number.POSITIVE_INFINITY) return null
    this.#askedAfter = after
    this.#answered = found
    return found
  }

  previous(before: number): number | null {
    const to = before > this.#endAt ? this.#endAt + 1 : before
    const found = this.#timeline.previous(to)
    return found >= this.#startAt && found !== Number.NEGATIVE_INFINITY ? found : null
  }

  between(from: number, to: number, limit: number): number[] {
    const found: number[] = []
    let at = this.next(from - 1)
    while (at !== null && at < to && found.length < limit) {
      found.push(at)
      at = this.next(at)
    }
    return found
  }

  count(from: number, to: number, max = Number.POSITIVE_INFINITY): number {
    const first = Math.max(from, this.#startAt)
    const end = Math.min(to, this.#endAt + 1)
    if (!(first < end)) return 0
    if (this.#timeline.count) return Math.min(max, this.#timeline.count(first, end))
    let count = 0
    let at = this.#timeline.next(first - 1)
    while (at < end && count < max) {
      count++
      at = this.#timeline.next(at)
    }
    return count
  }

  notes(from: number, to: number): ScheduleNote[] {
    return this.#timeline.notes(Math.max(from, this.#startAt), Math.min(to, this.#endAt + 1))
  }
}

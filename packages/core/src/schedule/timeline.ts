import type { ScheduleNote } from './schedule.ts'

/** A set of instants that can be walked both ways; what every kind of schedule comes down to. Epoch milliseconds. */
export interface Timeline {
  /** First instant strictly after; `Infinity` when there is none. */
  next(after: number): number
  /** Last instant strictly before; `-Infinity` when there is none. */
  previous(before: number): number
  /** Number of instants in `[from, to)` where that is cheaper than walking them. */
  count?(from: number, to: number): number
  notes(from: number, to: number): ScheduleNote[]
}

/** The instants of several timelines, each once. */
export class UnionTimeline implements Timeline {
  readonly #parts: readonly Timeline[]

  constructor(parts: readonly Timeline[]) {
    this.#parts = parts
  }

  next(after: number): number {
    let best = Number.POSITIVE_INFINITY
    for (const part of this.#parts) best = Math.min(best, part.next(after))
    return best
  }

  previous(before: number): number {
    let best = Number.NEGATIVE_INFINITY
    for (const part of this.#parts) best = Math.max(best, part.previous(before))
    return best
  }

  notes(from: number, to: number): ScheduleNote[] {
    return this.#parts.flatMap((part) => part.notes(from, to)).sort((a, b) => a.transitionAt - b.transitionAt)
  }
}

/** One instant. */
export class OnceTimeline implements Timeline {
  readonly #at: number

  constructor(at: number) {
    this.#at = at
  }

  next(after: number): number {
    return this.#at > after ? this.#at : Number.POSITIVE_INFINITY
  }

  previous(before: number): number {
    return this.#at < before ? this.#at : Number.NEGATIVE_INFINITY
  }

  notes(): ScheduleNote[] {
    return []
  }
}

/** No instant at all: tasks started by hand or by other tasks. */
export const emptyTimeline: Timeline = {
  next: () => Number.POSITIVE_INFINITY,
  previous: () => Number.NEGATIVE_INFINITY,
  notes: () => [],
}

/** `origin + k · period` for every `k ≥ 0`, in real elapsed time; never drifts, whatever the clocks on the wall do. */
export class IntervalTimeline implements Timeline {
  readonly #origin: number
  readonly #periodMs: number

  constructor(originMs: number, periodMs: number) {
    this.#origin = originMs
    this.#periodMs = periodMs
  }

  next(after: number): number {
    if (after < this.#origin) return this.#origin
    return this.#origin + (Math.floor((after - this.#origin) / this.#periodMs) + 1) * this.#periodMs
  }

  previous(before: number): number {
    if (before <= this.#origin) return Number.NEGATIVE_INFINITY
    return this.#origin + (Math.ceil((before - this.#origin) / this.#periodMs) - 1) * this.#periodMs
  }

  count(from: number, to: number): number {
    const upTo = (limit: number) => Math.max(0, Math.ceil((limit - this.#origin) / this.#periodMs))
    return Math.max(0, upTo(to) - upTo(from))
  }

  notes(): ScheduleNote[] {
    return []
  }
}

import type { GapPolicy, NormalisedSchedule, OverlapPolicy, ScheduleKind } from './input.ts'

/** Something about a stretch of time that a reader of the occurrences would not guess. */
export interface ScheduleNote {
  /** `gap`: wall times that do not exist; `overlap`: wall times that come twice. */
  kind: 'gap' | 'overlap'
  /** The instant (epoch ms) at which the clocks change. */
  transitionAt: number
  /** The scheduled wall time concerned, `YYYY-MM-DDTHH:MM:SS`; the first one when several are. */
  wall: string
  /** How many scheduled wall times are concerned. */
  wallCount: number
  /** Occurrences (epoch ms) that exist because of the rule, for marking in a list; empty when there are none. */
  occurrences: number[]
  en: string
  zh: string
}

/** A compiled, immutable rule. All instants are epoch milliseconds UTC; occurrences are whole seconds apart from anchors. */
export interface Schedule {
  /** The canonical form of what was given. */
  readonly input: NormalisedSchedule
  readonly kind: ScheduleKind
  /**
   * The equivalent cron expression; several joined by ` | ` where one cannot say it (accepted as input too).
   * Null for kinds that cron cannot express.
   */
  readonly cron: string | null
  /** Short text for lists: `cron`, or `@every 15m` for an interval, the instant for `once`, null for manual kinds. */
  readonly label: string | null
  readonly timezone: string
  readonly dst: { readonly gap: GapPolicy; readonly overlap: OverlapPolicy }
  /** Real milliseconds between occurrences where that is constant, else null. */
  readonly periodMs: number | null
  /** What `H` was derived from. */
  readonly hashKey: string
  /** The first occurrence strictly after an instant; null when there is none before the year 3000. */
  next(after: number): number | null
  /** The last occurrence strictly before an instant; null when there is none since 1800. */
  previous(before: number): number | null
  /** Occurrences in `[from, to)`, ascending, at most `limit`. */
  between(from: number, to: number, limit: number): number[]
  /** How many occurrences lie in `[from, to)`; stops counting at `max`. */
  count(from: number, to: number, max?: number): number
  /** What changes of the clocks do to this schedule in `[from, to)`. */
  notes(from: number, to: number): ScheduleNote[]
}

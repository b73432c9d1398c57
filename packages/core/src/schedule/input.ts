/** A weekday as people write it: `mon` … `sun`, the full English name, or cron's number (0 and 7 are Sunday). */
export type WeekdayInput = string | number

/** `seconds`, `minutes`, `hours`, `days`; the singular is accepted too. */
export type IntervalUnit = 'seconds' | 'minutes' | 'hours' | 'days'

/**
 * Every N units. Three ways to place the occurrences:
 * from a start (default): the anchor is `start_at`, else the instant of creation; real elapsed time, never drifts;
 * `anchor`: an ISO instant that is itself the first occurrence;
 * `aligned`: on the wall clock of the zone, counted from local midnight, so the interval must divide a day evenly
 * (whole days are counted from Monday 1970-01-05).
 */
export interface IntervalInput {
  type: 'interval'
  every: number
  unit: IntervalUnit
  aligned?: boolean
  anchor?: string
}

/** Times are `HH:MM` or `HH:MM:SS`, wall clock of the zone. `time` stands for one entry of `times`. */
export interface DailyInput {
  type: 'daily'
  times?: string[]
  time?: string
}

export interface WeeklyInput {
  type: 'weekly'
  days: WeekdayInput[]
  times?: string[]
  time?: string
}

/** Either `days` (1–31, `last`, `last_weekday`: the last Monday-to-Friday) or `nth` + `weekday`. */
export interface MonthlyInput {
  type: 'monthly'
  days?: (number | string)[]
  nth?: number | 'last'
  weekday?: WeekdayInput
  times?: string[]
  time?: string
}

/**
 * By whose rules an expression is read: Rota's own (crontab(5) and more), or Quartz's, where 1 is Sunday, seconds come
 * first and a year may come last.
 */
export type CronDialect = 'rota' | 'quartz'

export interface CronInput {
  type: 'cron'
  expression: string
  /** Default: `rota`, which the canonical form leaves out. */
  dialect?: CronDialect
}

/** One instant: ISO 8601 with `Z` or an offset; without either it is wall clock of the zone. */
export interface OnceInput {
  type: 'once'
  at: string
}

/** What a task's `schedule` may be on the wire. A string is a cron expression. */
export type ScheduleInput =
  | string
  | IntervalInput
  | DailyInput
  | WeeklyInput
  | MonthlyInput
  | CronInput
  | OnceInput
  | { type: 'dependency' }
  | { type: 'none' }

/** The canonical form of a {@link ScheduleInput}: never a string, `times` sorted and without repetition. */
export type NormalisedSchedule = Exclude<ScheduleInput, string>

export type ScheduleKind = NormalisedSchedule['type']

/** What happens to a fixed wall time that does not exist. `shift` moves it by the length of the gap. */
export type GapPolicy = 'run_after' | 'skip' | 'shift'
/** Which pass of a repeated wall time counts. */
export type OverlapPolicy = 'first' | 'second' | 'both'

/** What a schedule needs to know besides its own text. Instants are epoch milliseconds. */
export interface ScheduleContext {
  /** IANA name. */
  timezone: string
  /** Defaults: `run_after`, `first` (cronie's rules). Concerns fixed wall times only, never wildcards or intervals. */
  dst?: { gap?: GapPolicy | undefined; overlap?: OverlapPolicy | undefined } | undefined
  /** First instant at which an occurrence may lie. */
  startAt?: number | null | undefined
  /** Last instant at which an occurrence may lie (inclusive). */
  endAt?: number | null | undefined
  /** What `H` is derived from, usually the task's name: the same key always gives the same instants. */
  hashKey?: string | undefined
  /** Start of unaligned intervals that have neither `anchor` nor `startAt`; the first occurrence is one interval later. */
  createdAt?: number | undefined
  /**
   * The schedule was accepted by some earlier release, and is read as it was then: zones and spellings that are refused
   * today are still understood.
   */
  stored?: boolean | undefined
}

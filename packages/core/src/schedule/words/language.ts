import type { IntervalUnit } from '../input.ts'
import type { CronShape } from './cron-shape.ts'

/** One language in which rules can be said. */
export interface Language {
  cron(shape: CronShape): string
  interval(every: number, unit: IntervalUnit): string
  /** Adds that an interval is counted from a wall time. */
  anchored(text: string, wall: string): string
  /** Adds that an interval falls on round times of the wall clock. */
  aligned(text: string, unit: IntervalUnit): string
  once(wall: string): string
  dependency: string
  none: string
  /** Several rules of which each counts. */
  join(sentences: readonly string[]): string
}

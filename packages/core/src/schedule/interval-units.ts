import type { IntervalUnit } from './input.ts'

/** Seconds of each unit of an interval. */
export const UNIT_SECONDS: Record<IntervalUnit, number> = { seconds: 1, minutes: 60, hours: 3600, days: 86_400 }

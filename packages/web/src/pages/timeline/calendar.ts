import type { Schema } from '../../api/types.ts'
import { zoneOffset } from '../../format/zone-offset.ts'

const DAY_MS = 86_400_000
/** 1 January 1970 was a Thursday; weeks begin on Monday. */
const WEEKDAY_OF_ZERO = 3

export type Period = 'week' | 'month'

/** The day of an instant by the clock of a zone, counted from 1 January 1970. */
export function dayOf(instant: number, zone: string): number {
  return Math.floor((instant + zoneOffset(instant, zone)) / DAY_MS)
}

/** The instant at which a day begins in a zone, also where midnight itself is left out by a change of the clock. */
export function beginOf(day: number, zone: string): number {
  const local = day * DAY_MS
  let instant = local - zoneOffset(local, zone)
  instant = local - zoneOffset(instant, zone)
  return dayOf(instant, zone) < day ? instant + 3_600_000 : instant
}

/** `2026-11-21`, as it stands in the address. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** The day that a text of the address names; null where it names none. */
export function dayFrom(text: string | undefined): number | null {
  const instant = /^\d{4}-\d{2}-\d{2}$/.test(text ?? '') ? Date.parse(`${text}T00:00:00Z`) : Number.NaN
  return Number.isNaN(instant) ? null : instant / DAY_MS
}

interface Grid {
  /** Whole weeks, Monday first. */
  days: readonly number[]
  /** The days that are meant; others fill the weeks. */
  first: number
  last: number
}

/** The days to draw for the week or month that a day is in. */
export function gridOf(day: number, period: Period): Grid {
  if (period === 'week') {
    const first = mondayOf(day)
    return { days: range(first, first + 6), first, last: first + 6 }
  }
  const date = new Date(day * DAY_MS)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS
  const last = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0) / DAY_MS
  return { days: range(mondayOf(first), mondayOf(last) + 6), first, last }
}

/** The same place one period earlier (−1) or later (1). */
export function moved(day: number, period: Period, step: 1 | -1): number {
  if (period === 'week') return day + 7 * step
  const date = new Date(day * DAY_MS)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + step, 1) / DAY_MS
}

function mondayOf(day: number): number {
  return day - ((((day + WEEKDAY_OF_ZERO) % 7) + 7) % 7)
}

function range(first: number, last: number): number[] {
  return Array.from({ length: last - first + 1 }, (_, at) => first + at)
}

/** What comes on a day: its earliest tasks, and how much there is besides. */
export interface DayPlan {
  tasks: readonly { taskId: string; name: string; at: number; count: number }[]
  taskCount: number
  occurrences: number
}

/** What the server counted, by day. */
export function plansByDay(days: Schema<'ForecastDays'>['days']): Map<number, DayPlan> {
  return new Map(
    days.map(({ date, task_count: taskCount, occurrences, tasks }) => [
      dayFrom(date)!,
      {
        tasks: tasks.map(({ task_id: taskId, task_name: name, first_due_at: first, count }) => {
          return { taskId, name, at: Date.parse(first), count }
        }),
        taskCount,
        occurrences,
      },
    ]),
  )
}

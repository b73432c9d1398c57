/** A day of the calendar, by the wall clock of the zone. */
export interface CalendarDay {
  /** `2026-11-21`. */
  date: string
  success: number
  failed: number
  /** Everything that ran, however it ended. */
  total: number
  /** Occurrences that are still to come. */
  planned: number
  isToday: boolean
}

interface CalendarInput {
  /** Epoch ms. */
  now: number
  zone: string
  weeksBack: number
  weeksAhead: number
  /** Hourly counts; `at` in epoch ms. */
  past: readonly { at: number; total: number; success: number; failed: number }[]
  /** Coming occurrences by day of the zone. */
  coming: readonly { date: string; occurrences: number }[]
}

const DAY_MS = 86_400_000

/** Weeks from Monday to Sunday, oldest first, with what happened and what is to come on each day. */
export function calendarWeeks({ now, zone, weeksBack, weeksAhead, past, coming }: CalendarInput): CalendarDay[][] {
  const dateOf = dateFormat(zone)
  const today = dateOf(now)
  const monday = mondayOf(today)
  const days = new Map<string, CalendarDay>()
  const weeks = Array.from({ length: weeksBack + weeksAhead + 1 }, (_, week) =>
    Array.from({ length: 7 }, (_, weekday) => {
      const date = utcDate(monday + ((week - weeksBack) * 7 + weekday) * DAY_MS)
      const day = { date, success: 0, failed: 0, total: 0, planned: 0, isToday: date === today }
      days.set(date, day)
      return day
    }),
  )
  for (const { at, total, success, failed } of past) {
    const day = days.get(dateOf(at))
    if (day === undefined) continue
    day.total += total
    day.success += success
    day.failed += failed
  }
  for (const { date, occurrences } of coming) {
    const day = days.get(date)
    if (day !== undefined) day.planned += occurrences
  }
  return weeks
}

/** Dates are counted as if every day had 24 hours: only their names matter, and those come from UTC. */
function mondayOf(date: string): number {
  const noon = Date.parse(`${date}T00:00:00Z`)
  return noon - ((new Date(noon).getUTCDay() + 6) % 7) * DAY_MS
}

function utcDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10)
}

function dateFormat(zone: string): (epochMs: number) => string {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit' })
  return (epochMs) => format.format(epochMs)
}

/** 0 for nothing, else 1 to 4: quarters of the busiest day, on a scale by square root, so that few are seen beside many. */
export function heatOf(count: number, most: number): number {
  return count === 0 ? 0 : Math.max(1, Math.ceil(Math.sqrt(count / Math.max(1, most)) * 4))
}

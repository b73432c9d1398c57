const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Days that can be looked back on. */
export const DAYS = [1, 7, 30, 90] as const
export type Days = (typeof DAYS)[number]

/** The text of the address; a week where it says nothing that is offered. */
export function daysOf(text: string | undefined): Days {
  return DAYS.find((days) => String(days) === text) ?? 7
}

/** Hours up to a week, days beyond: a chart has room for some 170 points. */
export function bucketOf(days: Days): 'hour' | 'day' {
  return days <= 7 ? 'hour' : 'day'
}

export function startOf(days: Days, now: number): string {
  return new Date(now - days * DAY_MS).toISOString()
}

/** The beginnings of all buckets of a range that ends now, as the API writes them: also of those in which nothing was. */
export function slotsOf(days: Days, now: number): string[] {
  const bucketMs = bucketOf(days) === 'hour' ? HOUR_MS : DAY_MS
  const first = Math.floor((now - days * DAY_MS) / bucketMs)
  const last = Math.floor(now / bucketMs)
  return Array.from({ length: last - first + 1 }, (_, at) => new Date((first + at) * bucketMs).toISOString())
}

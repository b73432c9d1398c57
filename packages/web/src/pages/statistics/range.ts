const DAY_MS = 86_400_000

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

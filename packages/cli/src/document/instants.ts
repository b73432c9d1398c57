import { compileSchedule, RotaError, say } from '@rota/core'
import { usage } from '../exit.ts'

/**
 * An instant as people type it: ISO 8601 with `Z` or an offset, wall clock of `zone` without, a day alone for its
 * midnight, or `now`. Epoch ms. Throws usage.
 */
export function instantOf(flag: string, text: string, zone: string, now: number): number {
  if (text === 'now') return now
  const day = /^\d{4}-\d\d-\d\d$/.test(text)
  try {
    const at = compileSchedule({ type: 'once', at: day ? `${text}T00:00:00` : text }, { timezone: zone }).next(
      Number.NEGATIVE_INFINITY,
    )
    if (at !== null) return at
  } catch (error) {
    if (!RotaError.is(error)) throw error
    if (error.errors[0]?.path === 'timezone') throw error
  }
  throw usage(
    say`${flag} wants an instant such as 2026-12-01T02:00:00Z, or without Z wall clock of the zone, not ${JSON.stringify(text)}.`,
  )
}

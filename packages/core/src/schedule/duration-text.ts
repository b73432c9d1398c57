import type { IntervalUnit } from './input.ts'
import { UNIT_SECONDS } from './interval-units.ts'

/** Seconds of a letter in Go's `time.ParseDuration`, and of days, which it lacks. */
const LETTERS: Record<string, number> = { s: 1, m: 60, h: 3600, d: 86_400 }

/** `15m`, `1h30m`, `2d`, `1h 30m`: whole seconds; null for anything else, a part of a second included. */
export function durationSeconds(text: string): number | null {
  if (text.length > 60) return null
  const parts = text
    .toLowerCase()
    .replaceAll(' ', '')
    .match(/\d{1,15}[smhd]/g)
  if (parts === null || parts.join('') !== text.toLowerCase().replaceAll(' ', '')) return null
  const seconds = parts.reduce((sum, part) => sum + Number(part.slice(0, -1)) * LETTERS[part.at(-1)!]!, 0)
  return Number.isSafeInteger(seconds) ? seconds : null
}

/** A number of seconds in the largest unit that it is a multiple of. */
export function inLargestUnit(seconds: number): { every: number; unit: IntervalUnit } {
  const units: IntervalUnit[] = ['days', 'hours', 'minutes']
  const unit = seconds === 0 ? 'seconds' : (units.find((each) => seconds % UNIT_SECONDS[each] === 0) ?? 'seconds')
  return { every: seconds / UNIT_SECONDS[unit], unit }
}

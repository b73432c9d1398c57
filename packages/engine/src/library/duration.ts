import { invalid, type ScheduleInput } from '@rota/core'

/** Milliseconds, or text such as `90s`, `15m`, `1h30m`, `2d`. */
export type Duration = number | string

const UNIT_MS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }
const PART = /(\d+(?:\.\d+)?)\s*(ms|s|m|h|d)\s*/y

/** Reads a duration in milliseconds. Throws `invalid`, naming `path`, when it is none. */
function durationMs(duration: Duration, path: string): number {
  const ms = typeof duration === 'number' ? duration : partsMs(duration.trim())
  if (Number.isFinite(ms) && ms >= 0) return ms
  const message = `is ${JSON.stringify(duration)}; give milliseconds, or text such as 90s, 15m or 1h30m.`
  throw invalid([{ path, message }])
}

/** Seconds, as task documents count. */
export function durationSeconds(duration: Duration, path: string): number {
  return durationMs(duration, path) / 1000
}

function partsMs(text: string): number {
  let total = 0
  PART.lastIndex = 0
  if (text === '') return Number.NaN
  while (PART.lastIndex < text.length) {
    const part = PART.exec(text)
    if (part === null) return Number.NaN
    total += Number(part[1]) * UNIT_MS[part[2]!]!
  }
  return total
}

const UNITS = [
  ['days', 86_400],
  ['hours', 3600],
  ['minutes', 60],
  ['seconds', 1],
] as const

/** The interval schedule of a duration, in the largest unit that comes out even. Throws `invalid` below one second. */
export function intervalOf(duration: Duration, aligned: boolean): ScheduleInput {
  const ms = durationMs(duration, 'every')
  if (ms < 1000 || ms % 1000 !== 0) {
    const message = `is ${ms} ms; an interval is a whole number of seconds, at least one.`
    throw invalid([{ path: 'every', message }])
  }
  const seconds = ms / 1000
  const [unit, length] = UNITS.find(([, size]) => seconds % size === 0)!
  return { type: 'interval', every: seconds / length, unit, ...(aligned ? { aligned } : {}) }
}

import { label, say } from '@rota/core'

const UNITS: readonly [name: string, seconds: number][] = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
]

/** Seconds for a person, two units at most: `340 ms`, `12.5 s`, `3 min 20 s`, `2 h 5 min`, `4 d 3 h`. */
export function duration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined) return ''
  if (seconds < 0) return `-${duration(-seconds)}`
  if (seconds < 1) return `${Math.round(seconds * 1_000)} ${label('ms')}`
  if (seconds < 59.5) return `${Number(seconds.toFixed(seconds < 10 ? 1 : 0))} ${label('s')}`
  const parts: string[] = []
  let rest = Math.round(seconds)
  for (const [name, size] of UNITS) {
    const count = Math.floor(rest / size)
    if (count === 0 && parts.length === 0) continue
    if (count > 0) parts.push(`${count} ${label(name)}`)
    rest -= count * size
    if (parts.length === 2 || count === 0) break
  }
  return parts.join(' ')
}

/** How far an instant lies from now, one unit: `in 5 min`, `3 h ago`, `now`. */
export function relative(at: number, now: number): string {
  const seconds = Math.abs(at - now) / 1_000
  if (seconds < 1) return label('now')
  const [name, size] = UNITS.find(([, each]) => seconds >= each)!
  const count = Math.floor(seconds / size)
  const text = `${count} ${label(name)}`
  return at > now ? say`in ${text}` : say`${text} ago`
}

const INPUT_UNITS: Record<string, number> = {
  ms: 0.001,
  s: 1,
  sec: 1,
  second: 1,
  seconds: 1,
  m: 60,
  min: 60,
  minute: 60,
  minutes: 60,
  h: 3_600,
  hour: 3_600,
  hours: 3_600,
  d: 86_400,
  day: 86_400,
  days: 86_400,
  w: 604_800,
  week: 604_800,
  weeks: 604_800,
}

/** `90`, `90s`, `15m`, `1h30m`, `2 days` as seconds; undefined when it is no duration. A bare number is seconds. */
export function parseDuration(text: string): number | undefined {
  const trimmed = text.trim().toLowerCase()
  if (/^\d+(\.\d+)?$/.test(trimmed)) return Number(trimmed)
  let seconds = 0
  let rest = trimmed
  while (rest !== '') {
    const match = /^(\d+(?:\.\d+)?)\s*([a-z]+)\s*/.exec(rest)
    const size = match ? INPUT_UNITS[match[2]!] : undefined
    if (!match || size === undefined) return undefined
    seconds += Number(match[1]) * size
    rest = rest.slice(match[0].length)
  }
  return trimmed === '' ? undefined : seconds
}

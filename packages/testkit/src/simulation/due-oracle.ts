/**
 * When a task of the simulation is due, found by walking the clock on the wall minute by minute as crond does. Shares
 * no code with the product's schedules.
 */
export type DueRule =
  /** Minutes of the day, and days of the week (0 is Sunday); `isFixed` unless minute or hour begin with a star. */
  | { kind: 'cron'; zone: string; minutes: ReadonlySet<number>; weekdays: readonly number[]; isFixed: boolean }
  /** `anchorAt` and every `periodMs` after it. */
  | { kind: 'interval'; anchorAt: number; periodMs: number }
  | { kind: 'once'; at: number }

const MINUTE_MS = 60_000
const HOUR_MS = 3_600_000

/** Due instants in `(after, to]`, ascending. */
export function dueInstants(rule: DueRule, after: number, to: number): number[] {
  switch (rule.kind) {
    case 'once':
      return rule.at > after && rule.at <= to ? [rule.at] : []
    case 'interval': {
      const found: number[] = []
      const first = Math.max(0, Math.floor((after - rule.anchorAt) / rule.periodMs) + 1)
      for (let at = rule.anchorAt + first * rule.periodMs; at <= to; at += rule.periodMs) found.push(at)
      return found
    }
    case 'cron':
      return cronInstants(rule, after, to)
  }
}

function cronInstants(rule: Extract<DueRule, { kind: 'cron' }>, after: number, to: number): number[] {
  const { zone, isFixed } = rule
  const found: number[] = []
  // Far enough back to know which wall times have been passed already.
  const first = Math.floor(after / MINUTE_MS) * MINUTE_MS - 4 * HOUR_MS
  let highest = wallAt(zone, first)
  for (let at = first + MINUTE_MS; at <= to; at += MINUTE_MS) {
    const wall = wallAt(zone, at)
    // A fixed time runs when it is first passed, also in a leap over it, and not again when the clocks go back.
    let isDue = false
    if (isFixed) for (let w = highest + MINUTE_MS; w <= wall && !isDue; w += MINUTE_MS) isDue = matches(rule, w)
    else isDue = matches(rule, wall)
    if (wall > highest) highest = wall
    if (isDue && at > after) found.push(at)
  }
  return found
}

/** `wall` is the time on the wall as if it were UTC. */
function matches(rule: Extract<DueRule, { kind: 'cron' }>, wall: number): boolean {
  const minuteOfDay = Math.floor((((wall % 86_400_000) + 86_400_000) % 86_400_000) / MINUTE_MS)
  return rule.minutes.has(minuteOfDay) && rule.weekdays.includes((Math.floor(wall / 86_400_000) + 4) % 7)
}

const offsets = new Map<string, Map<number, number>>()
const formats = new Map<string, Intl.DateTimeFormat>()

/** The time on the wall of a zone at a whole minute, as epoch ms of the same digits in UTC. */
function wallAt(zone: string, at: number): number {
  if (zone === 'UTC') return at
  const known = offsetsOf(zone)
  // Where two neighbouring quarters agree there is no change between them.
  const quarter = Math.floor(at / 900_000) * 900_000
  const before = offsetAt(known, zone, quarter)
  return at + (before === offsetAt(known, zone, quarter + 900_000) ? before : offsetAt(known, zone, at))
}

function offsetsOf(zone: string): Map<number, number> {
  let known = offsets.get(zone)
  if (known === undefined) {
    known = new Map()
    offsets.set(zone, known)
  }
  return known
}

function offsetAt(known: Map<number, number>, zone: string, at: number): number {
  let offset = known.get(at)
  if (offset === undefined) {
    offset = digitsAt(zone, at) - at
    if (known.size > 20_000) known.clear()
    known.set(at, offset)
  }
  return offset
}

function digitsAt(zone: string, at: number): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    })
    formats.set(zone, format)
  }
  const [year, month, day, hour, minute, second] = format.format(at).split(/\D+/).map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  return Date.UTC(year, month - 1, day, hour, minute, second)
}

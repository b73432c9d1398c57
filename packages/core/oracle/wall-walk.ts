/** What the clock on the wall of a zone shows at one instant. */
export interface Tick {
  /** Epoch seconds. */
  at: number
  year: number
  month: number
  day: number
  hour: number
  minute: number
  second: number
  /** The same wall clock as seconds since 1970-01-01T00:00:00 on the wall. */
  wall: number
}

/** A stretch of time, walked in steps of `step` seconds. */
export interface Walk {
  zone: string
  step: 1 | 60
  ticks: Tick[]
  /** Per tick: the wall clock shows the same once more within three hours. */
  comesAgain: boolean[]
}

const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      dateStyle: 'short',
      timeStyle: 'medium',
      hourCycle: 'h23',
    })
    if (formats.size > 50) formats.clear()
    formats.set(zone, format)
  }
  return format
}

function tickAt(format: Intl.DateTimeFormat, at: number): Tick {
  const [year, month, day, hour, minute, second] = format
    .format(at * 1000)
    .split(/\D+/)
    .map(Number) as [number, number, number, number, number, number]
  return {
    at,
    year,
    month,
    day,
    hour,
    minute,
    second,
    wall: Date.UTC(year, month - 1, day, hour, minute, second) / 1000,
  }
}

/**
 * Prints every minute of `[from, to)`. Where the wall clock is not at a whole minute (offsets with seconds, before about
 * 1970 in places), every second of the three hours around `focus` instead.
 */
export function walk(zone: string, from: number, to: number, focus: number): Walk {
  const format = formatOf(zone)
  const ticks: Tick[] = []
  for (let at = Math.ceil(from / 60) * 60; at < to; at += 60) {
    const tick = tickAt(format, at)
    if (tick.second !== 0) return complete(zone, 1, bySecond(format, focus))
    ticks.push(tick)
  }
  return complete(zone, 60, ticks)
}

function bySecond(format: Intl.DateTimeFormat, focus: number): Tick[] {
  const ticks: Tick[] = []
  for (let at = focus - 5400; at < focus + 5400; at++) ticks.push(tickAt(format, at))
  return ticks
}

function complete(zone: string, step: 1 | 60, ticks: Tick[]): Walk {
  const seenAt = new Map<number, number>()
  const comesAgain: boolean[] = []
  for (let i = ticks.length - 1; i >= 0; i--) {
    const { at, wall } = ticks[i]!
    comesAgain[i] = (seenAt.get(wall) ?? Number.POSITIVE_INFINITY) - at <= 3 * 3600
    seenAt.set(wall, at)
  }
  return { zone, step, ticks, comesAgain }
}

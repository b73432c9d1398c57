const QUARTER_MS = 900_000
const formats = new Map<string, Intl.DateTimeFormat>()
const known = new Map<string, number>()

/** How far a zone's clock is ahead of UTC at an instant, in milliseconds. No zone changes within a quarter of an hour. */
export function zoneOffset(instant: number, zone: string): number {
  const quarter = Math.floor(instant / QUARTER_MS)
  const key = `${zone} ${quarter}`
  let offset = known.get(key)
  if (offset === undefined) {
    offset = readOffset(quarter * QUARTER_MS, zone)
    // Bounded: a page that is open for weeks meets many quarters.
    if (known.size > 20_000) known.clear()
    known.set(key, offset)
  }
  return offset
}

function readOffset(instant: number, zone: string): number {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(zone, format)
  }
  const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
  const { year, month, day, hour, minute, second } = parts as Record<string, number>
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!) - Math.floor(instant / 1_000) * 1_000
}

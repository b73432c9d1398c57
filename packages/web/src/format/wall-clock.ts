/** What a wall clock in `zone` shows at an instant: `2026-12-01T10:00:00`. */
function wallClock(epochMs: number, zone: string): string {
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  return format.format(epochMs).replace(' ', 'T')
}

/** An ISO text as the wall clock of `zone`: instants are converted, wall times stay. Empty for what is neither. */
export function toWallText(iso: string, zone: string): string {
  if (!/(z|[+-]\d{2}:?\d{2})$/i.test(iso)) return /^\d{4}-\d{2}-\d{2}/.test(iso) ? iso.replace(' ', 'T') : ''
  const epochMs = Date.parse(iso)
  if (Number.isNaN(epochMs)) return ''
  try {
    return wallClock(epochMs, zone)
  } catch {
    return wallClock(epochMs, 'UTC')
  }
}

/**
 * The instant (ISO 8601 UTC) at which the wall clock of `zone` shows `wall`; null for an empty text. A time that the
 * clock leaves out stands for the one an hour later, one that comes twice for the first.
 */
export function instantOfWall(wall: string, zone: string): string | null {
  const asUtc = Date.parse(`${wall.length === 16 ? `${wall}:00` : wall}Z`)
  if (Number.isNaN(asUtc)) return null
  // The offset at the guess may differ from the one at the result: a day around is looked at.
  const offsets = [-86_400_000, 0, 86_400_000].map((step) => offsetAt(asUtc + step, zone))
  const fits = offsets.map((offset) => asUtc - offset).filter((at) => at + offsetAt(at, zone) === asUtc)
  return new Date(fits.length > 0 ? Math.min(...fits) : asUtc - Math.min(...offsets)).toISOString()
}

function offsetAt(epochMs: number, zone: string): number {
  return Date.parse(`${wallClock(epochMs, zone)}Z`) - Math.floor(epochMs / 1_000) * 1_000
}

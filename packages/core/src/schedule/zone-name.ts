import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'

/** What people write for a zone although it is none. */
const NICKNAMES: Record<string, string> = {
  beijing: 'Asia/Shanghai',
  peking: 'Asia/Shanghai',
  china: 'Asia/Shanghai',
  cst: 'America/Chicago',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  mst: 'America/Denver',
  edt: 'America/New_York',
  ist: 'Asia/Kolkata',
  jst: 'Asia/Tokyo',
  bst: 'Europe/London',
  cest: 'Europe/Berlin',
  z: 'UTC',
}

const resolved = new Map<string, string>()

/**
 * The name of a zone with its usual capitals, or a {@link FieldError} that names the nearest one.
 * Anything that Intl knows is a zone: IANA names, their aliases, and fixed offsets such as `+05:30`.
 */
export function resolveZone(name: unknown): string | FieldError {
  if (typeof name !== 'string' || name === '') {
    return {
      path: 'timezone',
      message: say`The time zone must be an IANA name such as Europe/Berlin.`,
      suggestion: 'UTC',
    }
  }
  const known = resolved.get(name)
  if (known !== undefined) return known
  let canonical: string
  try {
    canonical = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    return unknownZone(name)
  }
  // Intl replaces aliases (US/Eastern) by their target; what was written stays, unless only its capitals differ.
  const zone = canonical.toLowerCase() === name.toLowerCase() ? canonical : name
  if (resolved.size < 4096) resolved.set(name, zone)
  return zone
}

function unknownZone(name: string): FieldError {
  const shown = name.length > 64 ? `${name.slice(0, 64)}…` : name
  const suggestion = nearestZone(name.slice(0, 64))
  return {
    path: 'timezone',
    message: suggestion
      ? say`There is no time zone "${shown}"; use an IANA name such as Europe/Berlin. Did you mean ${suggestion}?`
      : say`There is no time zone "${shown}"; use an IANA name such as Europe/Berlin.`,
    ...(suggestion ? { suggestion } : {}),
  }
}

function nearestZone(name: string): string | undefined {
  const nickname = NICKNAMES[name.toLowerCase()]
  if (nickname) return nickname
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  const city = name.slice(name.lastIndexOf('/') + 1).replaceAll(' ', '_')
  const byName = suggest(name.replaceAll(' ', '_'), zones)
  if (byName) return byName
  const cities = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1), zone]))
  const nearest = suggest(city, cities.keys())
  return nearest === undefined ? undefined : cities.get(nearest)
}

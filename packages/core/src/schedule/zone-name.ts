import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'
import { ABBREVIATIONS, offsetMeant, PLACES } from './zone-guesses.ts'

/**
 * Names of the tz database (file `backward`, and those of whole countries) that have no region before a slash and one
 * meaning only. Its EST, MST and HST are left out: each of them is said of several zones.
 */
const PLAIN_NAMES = new Set(
  `utc gmt uct universal zulu greenwich gmt0 gmt+0 gmt-0 cet eet met wet est5edt cst6cdt mst7mdt pst8pdt cuba egypt eire
  gb gb-eire hongkong iceland iran israel jamaica japan kwajalein libya navajo nz nz-chat poland portugal prc roc rok
  singapore turkey w-su`.split(/\s+/),
)

/** Where systems keep the tz database: `TZ` may name a file of it. */
const ZONE_FOLDERS = ['/usr/share/zoneinfo/', '/usr/lib/zoneinfo/', '/usr/share/lib/zoneinfo/', '/etc/zoneinfo/']

/** A longer text is no zone, and is not looked into. */
const LONGEST = 64

const resolved = new Map<string, string>()

/**
 * The name of a zone with its usual capitals, or a {@link FieldError} that names the one probably meant. A zone is a
 * name of the tz database with one meaning, or a fixed offset such as `+05:30`. What merely happens to be known to Intl
 * is none: its `BST` is Bangladesh.
 */
export function resolveZone(name: unknown): string | FieldError {
  if (typeof name !== 'string' || name === '') {
    return {
      path: 'timezone',
      message: say`The time zone must be an IANA name such as Europe/Berlin, or a fixed offset such as +08:00.`,
    }
  }
  const known = resolved.get(name)
  if (known !== undefined) return known
  const zone = isUnmistakable(name) ? knownToIntl(name) : null
  if (zone === null) return unknownZone(name)
  if (resolved.size < 4096) resolved.set(name, zone)
  return zone
}

/** A zone as some earlier release accepted it: whatever Intl knows, so that what is stored stays readable. */
export function storedZone(name: unknown): string | FieldError {
  const strict = resolveZone(name)
  if (typeof strict === 'string') return strict
  return (typeof name === 'string' ? knownToIntl(name) : null) ?? strict
}

/**
 * The zone of a process: that of its environment's `TZ`, else of its machine. An empty `TZ` is UTC (POSIX, tzset),
 * a leading colon and the path of a zone file are understood. Null when `TZ` is something else: a rule in POSIX's form,
 * an abbreviation; Node takes those for UTC, or for somewhere else, without a word.
 */
export function processZone(tz: string | undefined, ofMachine: string | undefined): string | null {
  if (tz === undefined) return typeof resolveZone(ofMachine) === 'string' ? ofMachine! : 'UTC'
  const name = withoutPath(tz)
  if (name === '') return 'UTC'
  const zone = resolveZone(name)
  return typeof zone === 'string' ? zone : null
}

function withoutPath(name: string): string {
  const text = name.startsWith(':') ? name.slice(1) : name
  const folder = ZONE_FOLDERS.find((each) => text.startsWith(each))
  const rest = folder === undefined ? text : text.slice(folder.length)
  return /^(posix|right)\//.test(rest) ? rest.slice(rest.indexOf('/') + 1) : rest
}

function isUnmistakable(name: string): boolean {
  if (name.length > LONGEST) return false
  if (name.includes('/')) return !/^systemv\//i.test(name)
  return PLAIN_NAMES.has(name.toLowerCase()) || /^[+-]\d\d(:?\d\d)?$/.test(name)
}

function knownToIntl(name: string): string | null {
  try {
    const canonical = new Intl.DateTimeFormat('en-US', { timeZone: name }).resolvedOptions().timeZone
    // Intl replaces aliases (US/Eastern) by their target; what was written stays, unless only its capitals differ.
    return canonical.toLowerCase() === name.toLowerCase() ? canonical : name
  } catch {
    return null
  }
}

function unknownZone(name: string): FieldError {
  const shown = name.length > LONGEST ? `${name.slice(0, LONGEST)}…` : name
  const text = name.slice(0, LONGEST).trim()
  const meanings = ABBREVIATIONS[text.toUpperCase()]
  if (meanings !== undefined) return abbreviation(shown, meanings)
  const offset = offsetMeant(text)
  if (offset !== undefined) {
    return wrong(
      say`"${shown}" is not a time zone; a fixed offset is written as +08:00, and a place by its IANA name, such as Asia/Shanghai.`,
      offset,
    )
  }
  if (isPosixRule(text)) {
    return wrong(
      say`"${shown}" is a POSIX TZ rule, which is not understood; write the IANA name of the zone, such as Europe/Berlin.`,
      POSIX_RULES[text.split(',')[0]!.toUpperCase()],
    )
  }
  return wrong(say`There is no time zone "${shown}"; use an IANA name such as Europe/Berlin.`, nearestZone(text))
}

function abbreviation(shown: string, meanings: readonly string[]): FieldError {
  const [first, ...others] = meanings
  const places = meanings.join(', ')
  const message =
    others.length === 0
      ? say`"${shown}" is an abbreviation, not a time zone; write the IANA name of the place.`
      : say`"${shown}" stands for several time zones; write the one that is meant: ${places}.`
  return wrong(message, first)
}

/** What is offered has been tried. */
function wrong(message: string, offered: string | undefined): FieldError {
  const isZone = offered !== undefined && typeof resolveZone(offered) === 'string'
  return { path: 'timezone', message, ...(isZone ? { suggestion: offered } : {}) }
}

/** `CET-1CEST,M3.5.0,M10.5.0/3`, `<+07>-7`: a name, an offset west of Greenwich, and rules (POSIX.1, 8.3). */
function isPosixRule(text: string): boolean {
  const [zones = '', ...rules] = text.split(',')
  if (rules.length > 0) return /^[A-Z<]/i.test(zones) && /\d/.test(zones)
  return /^([A-Z]{3,6}|<[A-Z0-9+-]{1,10}>)[+-]?\d{1,2}(:\d\d){0,2}([A-Z]{3,6}|<[A-Z0-9+-]{1,10}>)?$/i.test(zones)
}

/** Rules that stand in many a profile, without their dates: the zone that has them today. */
const POSIX_RULES: Record<string, string> = {
  'CET-1CEST': 'Europe/Berlin',
  'EET-2EEST': 'Europe/Athens',
  WET0WEST: 'Europe/Lisbon',
  GMT0BST: 'Europe/London',
  GMT0IST: 'Europe/Dublin',
  'IST-1GMT0': 'Europe/Dublin',
  'MSK-3': 'Europe/Moscow',
  'IST-5:30': 'Asia/Kolkata',
  'CST-8': 'Asia/Shanghai',
  'HKT-8': 'Asia/Hong_Kong',
  'JST-9': 'Asia/Tokyo',
  'KST-9': 'Asia/Seoul',
  'AEST-10AEDT': 'Australia/Sydney',
  'NZST-12NZDT': 'Pacific/Auckland',
  EST5EDT: 'America/New_York',
  CST6CDT: 'America/Chicago',
  MST7MDT: 'America/Denver',
  MST7: 'America/Phoenix',
  PST8PDT: 'America/Los_Angeles',
  HST10: 'Pacific/Honolulu',
  UTC0: 'UTC',
}

function nearestZone(name: string): string | undefined {
  const path = withoutPath(name)
  if (path !== name && typeof resolveZone(path) === 'string') return path
  const words = path.replaceAll(' ', '_')
  const city = words.slice(words.lastIndexOf('/') + 1)
  const place = PLACES[words.toLowerCase()] ?? PLACES[city.toLowerCase()]
  if (place) return place
  const zones = ['UTC', ...Intl.supportedValuesOf('timeZone')]
  const cities = new Map(zones.map((zone) => [zone.slice(zone.lastIndexOf('/') + 1).toLowerCase(), zone]))
  const exact = cities.get(city.toLowerCase())
  if (exact) return exact
  // Three letters or fewer are near to anything.
  if (words.length <= 3) return undefined
  const byName = suggest(words, zones)
  if (byName) return byName
  const nearest = city.length > 3 ? suggest(city, cities.keys()) : undefined
  return nearest === undefined ? undefined : cities.get(nearest)
}

import type { Language } from '../context.ts'
import { relative } from './duration.ts'

const FORMATS = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = FORMATS.get(zone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'shortOffset',
    })
    FORMATS.set(zone, format)
  }
  return format
}

/** An instant as wall clock of a zone. */
export interface Wall {
  /** `2026-11-21` */
  date: string
  /** `07:41:52` */
  time: string
  /** `+01:00` */
  offset: string
}

export function wallOf(at: number, zone: string): Wall {
  const part: Record<string, string> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) part[type] = value
  return {
    date: `${part.year}-${part.month}-${part.day}`,
    time: `${part.hour}:${part.minute}:${part.second}`,
    offset: normaliseOffset(part.timeZoneName ?? 'GMT'),
  }
}

/** `Sat` or `周六`. */
export function weekdayOf(at: number, zone: string, lang: Language): string {
  return new Intl.DateTimeFormat(lang === 'zh' ? 'zh-CN' : 'en-GB', { timeZone: zone, weekday: 'short' }).format(at)
}

/** `GMT+8` → `+08:00`, `GMT` → `+00:00`. */
function normaliseOffset(name: string): string {
  const match = /^GMT(?:([+\-−])(\d{1,2})(?::?(\d{2}))?(?::?(\d{2}))?)?$/.exec(name)
  if (!match?.[1]) return '+00:00'
  const sign = match[1] === '+' ? '+' : '-'
  return `${sign}${match[2]!.padStart(2, '0')}:${match[3] ?? '00'}`
}

/** `+01:00`, or `UTC` where there is no offset. */
export function offsetText(offset: string): string {
  return offset === '+00:00' ? 'UTC' : offset
}

/** For lists, short, but never without date and zone: `2026-12-01 02:00:05 +08:00`, with the distance from now. */
export function shortInstant(iso: string | null | undefined, now: number, zone: string): string {
  if (!iso) return ''
  const at = Date.parse(iso)
  const { date, time, offset } = wallOf(at, zone)
  return `${date} ${time} ${offsetText(offset)} (${relative(at, now)})`
}

/** For single things, exact: `2026-11-21 07:41:52.120 +01:00 (3 min ago)`. */
export function fullInstant(iso: string | null | undefined, now: number, zone: string): string {
  if (!iso) return ''
  const at = Date.parse(iso)
  const { date, time, offset } = wallOf(at, zone)
  const millis = at % 1_000 === 0 ? '' : `.${String(((at % 1_000) + 1_000) % 1_000).padStart(3, '0')}`
  return `${date} ${time}${millis} ${offsetText(offset)} (${relative(at, now)})`
}

/** For lists on narrow terminals: `in 5 min`. */
export function briefInstant(iso: string | null | undefined, now: number): string {
  return iso ? relative(Date.parse(iso), now) : ''
}

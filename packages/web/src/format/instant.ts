import i18next from 'i18next'
import { currentLanguage, LOCALES } from '../i18n/i18n.ts'
import { formatDuration } from './duration.ts'

/** The viewer's own zone. */
export const MY_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** `zone` is an IANA name; seconds are always shown, milliseconds on request. */
export interface InstantStyle {
  zone: string
  hasMilliseconds?: boolean
  /** Leaves the day away. */
  isTimeOnly?: boolean
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** `2026-11-21 02:00:00`: sortable by eye, the same in every language; the zone is shown beside it by the caller. */
export function formatInstant(epochMs: number, { zone, hasMilliseconds, isTimeOnly }: InstantStyle): string {
  const parts = Object.fromEntries(
    formatOf(zone)
      .formatToParts(epochMs)
      .map(({ type, value }) => [type, value]),
  )
  const fraction = hasMilliseconds ? `.${String(((epochMs % 1_000) + 1_000) % 1_000).padStart(3, '0')}` : ''
  const time = `${parts.hour}:${parts.minute}:${parts.second}${fraction}`
  return isTimeOnly ? time : `${parts.year}-${parts.month}-${parts.day} ${time}`
}

function formatOf(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
    formats.set(zone, format)
  }
  return format
}

const offsets = new Map<string, Intl.DateTimeFormat>()

/** How a zone's clock stands to UTC at an instant, as people read it: `UTC+8`, `UTC`. */
export function formatOffset(epochMs: number, zone: string): string {
  let format = offsets.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' })
    offsets.set(zone, format)
  }
  const name = format.formatToParts(epochMs).find(({ type }) => type === 'timeZoneName')?.value ?? zone
  return name.replace('GMT', 'UTC').replace(/[+-]0$/, '')
}

/** `Sat 21 Nov` / `11月21日周六`, for axes and calendars. */
export function formatDay(epochMs: number, zone: string): string {
  const locale = LOCALES[currentLanguage()]
  return new Intl.DateTimeFormat(locale, { timeZone: zone, weekday: 'short', day: 'numeric', month: 'short' }).format(
    epochMs,
  )
}

/** What is so far away is not told to the second, nor to the hour. */
const COARSE = [
  { from: 10 * 86_400_000, unit: 86_400_000 },
  { from: 600_000, unit: 60_000 },
] as const

/** `in 3 m 12 s`, `15 m ago`, `2 h 5 m ago`, `in 35 d`, `now`. */
export function formatRelative(epochMs: number, now: number, { isRough = false } = {}): string {
  const distance = epochMs - now
  const size = Math.abs(distance)
  if (size < 1_000) return i18next.t('time.now')
  const { unit } = COARSE.find(({ from }) => size >= from) ?? { unit: 1 }
  const duration = formatDuration(Math.floor(size / unit) * unit, { isWhole: true, isRough })
  return i18next.t(distance > 0 ? 'time.in' : 'time.ago', { duration })
}

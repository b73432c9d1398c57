import type { Schema } from '../api/types.ts'

export type ScheduleRule = Schema<'ScheduleRule'>
export type RuleObject = Exclude<ScheduleRule, string>
export type RuleKind = RuleObject['type']
export type RuleOf<Kind extends RuleKind> = Extract<RuleObject, { type: Kind }>

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
export type Weekday = (typeof WEEKDAYS)[number]

/** A rule that stands as text is a cron expression. */
export function ruleObject(rule: ScheduleRule): RuleObject {
  return typeof rule === 'string' ? { type: 'cron', expression: rule } : rule
}

/** `time` is a shorter way to write one of `times`. */
export function timesOf(rule: RuleObject): string[] {
  if (!('times' in rule) && !('time' in rule)) return []
  return rule.times ?? (rule.time === undefined ? [] : [rule.time])
}

/** A rule of another kind that keeps what both have: the times of day, or the expression that says the same. */
export function ofKind(rule: RuleObject, kind: RuleKind, cron: string | null): RuleObject {
  const times = timesOf(rule).length > 0 ? timesOf(rule) : ['02:00']
  switch (kind) {
    case 'interval':
      return { type: 'interval', every: 15, unit: 'minutes' }
    case 'daily':
      return { type: 'daily', times }
    case 'weekly':
      return { type: 'weekly', days: [...WEEKDAYS.slice(0, 5)], times }
    case 'monthly':
      return { type: 'monthly', days: [1], times }
    case 'cron':
      return { type: 'cron', expression: cron !== null && /^\S+( \S+){4,5}$/.test(cron) ? cron : '0 2 * * *' }
    case 'once':
      return { type: 'once', at: '' }
    case 'dependency':
      return { type: 'dependency' }
    case 'none':
      return { type: 'none' }
  }
}

/**
 * A time of day as people type it, as `HH:MM` or `HH:MM:SS`: `2` is 02:00, `930` is 09:30, `14.5` stays as it is for
 * the server to refuse.
 */
export function timeText(typed: string): string {
  const text = typed.trim().replaceAll('：', ':')
  const match = /^(\d{1,2})(?::(\d{1,2}))?(?::(\d{1,2}))?$/.exec(text)
  const [, hour, minute = '0', second] = match ?? /^(\d{1,2})(\d{2})$/.exec(text) ?? []
  if (hour === undefined) return text
  return [hour, minute, ...(second === undefined ? [] : [second])].map((part) => part.padStart(2, '0')).join(':')
}

/** Any spelling of a weekday (`Monday`, 1, 7) as its short name; null for what is none. */
export function weekdayOf(day: string | number): Weekday | null {
  if (typeof day === 'number' || /^\d$/.test(day)) return WEEKDAYS[(Number(day) + 6) % 7] ?? null
  const short = day.slice(0, 3).toLowerCase()
  return WEEKDAYS.find((name) => name === short) ?? null
}

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

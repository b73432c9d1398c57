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

interface Known {
  /** The expression that says the same; null where there is none. */
  cron: string | null
  /** A wall time to come. */
  soon: string
}

/** A rule of another kind that keeps what both have: the times of day, or the expression that says the same. */
export function ofKind(rule: RuleObject, kind: RuleKind, { cron, soon }: Known): RuleObject {
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
      return { type: 'once', at: soon }
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

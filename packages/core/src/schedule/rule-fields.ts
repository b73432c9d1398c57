import { choice, either, type Fields, flag, list, text, whole } from '../task-fields/field.ts'
import type { ScheduleKind } from './input.ts'

/** A thousand years in seconds; anything longer is a slip. */
export const LONGEST_INTERVAL = 365_250 * 86_400
export const MOST_TIMES = 1_440
export const MOST_WEEKDAYS = 50
export const MOST_MONTH_DAYS = 100

/** A pattern that takes letters of either case. */
const anyCase = (word: string) => word.replaceAll(/[a-z]/g, (letter) => `[${letter.toUpperCase()}${letter}]`)
const DAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const DAY_NAMES = DAYS.map((day) => `${anyCase(day.slice(0, 3))}(?:${anyCase(day.slice(3))})?`).join('|')

const WALL_OR_INSTANT =
  '^\\s*\\d{4}-\\d\\d-\\d\\d(?:[Tt ]\\d\\d:\\d\\d(?::\\d\\d(?:[.,]\\d{1,9})?)?\\s*(?:[Zz]|[+-]\\d\\d(?::?\\d\\d)?)?)?\\s*$'
const instant = (about: string) => text(40, { pattern: WALL_OR_INSTANT, about })
const clock = text(20, { pattern: '^\\s*(?:[01]?\\d|2[0-3]):[0-5]\\d(?::[0-5]\\d)?\\s*$' })
const weekday = either(text(20, { pattern: `^\\s*(?:${DAY_NAMES}|[0-7])\\s*$` }), whole([0, 7]))
const monthDay = either(whole([1, 31]), text(20, { pattern: '^(?:0?[1-9]|[12]\\d|3[01]|last|last_weekday)$' }))

const times = {
  times: list(clock, MOST_TIMES, { least: 1, about: '`HH:MM` or `HH:MM:SS`, wall clock of the zone.' }),
  time: { ...clock, about: 'One entry of `times`.' },
}

/**
 * The members of a rule, by its kind. What these rows say stands in the documentation of the API; it is checked, with
 * better words and suggestions, where rules are read.
 */
export const RULE_FIELDS = {
  interval: {
    every: whole([1, LONGEST_INTERVAL], { isRequired: true }),
    unit: choice(['seconds', 'minutes', 'hours', 'days', 'second', 'minute', 'hour', 'day'], {
      isRequired: true,
      about: 'Real elapsed time; the singular is accepted too.',
    }),
    aligned: flag({ about: 'On the wall clock of the zone, counted from midnight.' }),
    anchor: instant('ISO instant that is itself the first occurrence.'),
  },
  daily: times,
  weekly: {
    days: list(weekday, MOST_WEEKDAYS, {
      least: 1,
      isRequired: true,
      about: '`mon` … `sun` or 0–7 (0 and 7 are Sunday).',
    }),
    ...times,
  },
  monthly: {
    days: list(monthDay, MOST_MONTH_DAYS, { least: 1, about: '1–31, `last`, `last_weekday`.' }),
    nth: either(whole([1, 5]), choice(['last', '1', '2', '3', '4', '5'])),
    weekday: { ...weekday, about: '`mon` … `sun` or 0–7 (0 and 7 are Sunday).' },
    ...times,
  },
  cron: {
    expression: text(1_000, { isRequired: true }),
    dialect: choice(['rota', 'quartz'], {
      about: '`quartz`: seconds first, 1 is Sunday, one day field `?`, a year may come last. Default `rota`.',
    }),
  },
  once: { at: { ...instant('ISO instant; without `Z` or offset it is wall clock of the zone.'), isRequired: true } },
  dependency: {},
  none: {},
} as const satisfies Record<ScheduleKind, Fields>

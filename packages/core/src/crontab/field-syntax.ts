import { say } from '../language/say.ts'
import { type CronFlavour, FLAVOURS } from './flavour.ts'

/** What crontab(5) allows in one time field. */
export interface FieldRule {
  name: string
  low: number
  high: number
  /** How many values `*` stands for: 7 is a second name of Sunday. */
  span: number
  names: readonly string[]
}

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/** The five time fields, in order. */
export const FIELD_RULES: readonly FieldRule[] = [
  { name: 'minute', low: 0, high: 59, span: 60, names: [] },
  { name: 'hour', low: 0, high: 23, span: 24, names: [] },
  { name: 'day of month', low: 1, high: 31, span: 31, names: [] },
  { name: 'month', low: 1, high: 12, span: 12, names: MONTHS },
  { name: 'day of week', low: 0, high: 7, span: 7, names: WEEKDAYS },
]

/** A number or a name of a field; undefined when it is neither. */
function fieldValue(text: string, rule: FieldRule): number | undefined {
  if (/^\d+$/.test(text)) return Number(text)
  const index = rule.names.indexOf(text.toLowerCase())
  return index < 0 ? undefined : rule.low + index
}

/** A range of weekdays that ends at Sunday: `sat-sun`, `5-0`. */
export function endsAtSunday(element: string, rule: FieldRule): boolean {
  return rule.names === WEEKDAYS && /^[1-6a-z]+-(0|sun)$/i.test(element) && !/^(0|sun)-/i.test(element)
}

/** cronie's and OpenBSD's `~`: a value of the range at random, chosen when the file is read (crontab(5) there). */
export function isRandomRange(element: string): boolean {
  return /^[A-Za-z0-9]*~[A-Za-z0-9]*$/.test(element)
}

/** Why cron(8) refuses an element of a field that Rota would take, and what to write instead; null when it does not. */
export function refusedByCron(
  element: string,
  rule: FieldRule,
  flavour: CronFlavour | null,
): { reason: string; suggestion?: string } | null {
  const match = /^(\*|[A-Za-z0-9]+)(?:-([A-Za-z0-9]+))?(?:\/\d+)?$/.exec(element)
  const from = match?.[1] === '*' ? rule.low : match ? fieldValue(match[1]!, rule) : undefined
  const to = match?.[2] === undefined ? from : fieldValue(match[2], rule)
  if (!match || from === undefined || to === undefined || (match[1] === '*' && match[2] !== undefined)) {
    const short = element.slice(0, 3)
    if (rule.names.includes(short.toLowerCase()) && /^[a-z]+$/i.test(element)) {
      return { reason: say`names have three letters there`, suggestion: short }
    }
    return { reason: say`Rota knows this form, cron does not; to use it, create the task in Rota` }
  }
  const step = element.slice(element.indexOf('/') + 1)
  if (element.includes('/') && match[1] !== '*' && match[2] === undefined) {
    return { reason: say`cron wants a range before a step`, suggestion: `${match[1]}-${rule.high}/${step}` }
  }
  if (from <= to) return null
  const mayEndAtSunday = flavour === null || FLAVOURS[flavour].rangeMayEndAtSunday
  if (mayEndAtSunday && endsAtSunday(element, rule)) return null
  const last = rule.names === WEEKDAYS && to === 0 ? 7 : undefined
  const suggestion = last ? `${match[1]}-${last}` : `${match[1]}-${rule.high},${rule.low}-${match[2]}`
  return { reason: say`the range runs backwards, which no cron takes`, suggestion }
}

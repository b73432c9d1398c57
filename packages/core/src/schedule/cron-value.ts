import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'

export type FieldName = 'second' | 'minute' | 'hour' | 'day-of-month' | 'month' | 'day-of-week'

interface FieldSpec {
  min: number
  /** Highest number that may be written. */
  max: number
  /** Highest number that `*` stands for: 7 may be written for Sunday but is 0. */
  last: number
  names: readonly string[]
}

export const MONTH_NAMES = [
  'january',
  'february',
  'march',
  'april',
  'may',
  'june',
  'july',
  'august',
  'september',
  'october',
  'november',
  'december',
] as const
export const WEEKDAY_NAMES = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const

export const FIELD_SPECS: Record<FieldName, FieldSpec> = {
  second: { min: 0, max: 59, last: 59, names: [] },
  minute: { min: 0, max: 59, last: 59, names: [] },
  hour: { min: 0, max: 23, last: 23, names: [] },
  'day-of-month': { min: 1, max: 31, last: 31, names: [] },
  month: { min: 1, max: 12, last: 12, names: MONTH_NAMES },
  'day-of-week': { min: 0, max: 7, last: 6, names: WEEKDAY_NAMES },
}

/** Reports one mistake of a part: what, where, and what to write instead of `length` characters there (default: the rest). */
export type Complain = (message: string, at: number, replacement?: string, length?: number) => void

/** Like {@link readValue}, reporting what is wrong with text that stands for nothing. */
export function parseValue(name: FieldName, text: string, at: number, report: Complain): number | undefined {
  const value = readValue(name, text)
  if (value !== undefined) return value
  const { min, max, names } = FIELD_SPECS[name]
  const allowed = names.length > 0 ? say`${min}–${max} or a name such as ${names[1]!.slice(0, 3)}` : `${min}–${max}`
  if (/^-?\d+$/.test(text)) {
    report(
      say`"${text}" is out of range in the ${name} field, which allows ${allowed}.`,
      at,
      valueMeant(name, Number(text)),
      text.length,
    )
    return undefined
  }
  const name3 = suggest(text, [...names.map((known) => known.slice(0, 3)), ...names])
  const shown = text.length > 20 ? `${text.slice(0, 20)}…` : text
  report(say`"${shown}" means nothing in the ${name} field, which allows ${allowed}.`, at, name3, text.length)
  return undefined
}

/** 60 minutes and 24 hours are what 0 is called one too late. Nobody knows what any other number was meant to be. */
function valueMeant(name: FieldName, value: number): string | undefined {
  const { last } = FIELD_SPECS[name]
  return name !== 'day-of-week' && name !== 'month' && name !== 'day-of-month' && value === last + 1 ? '0' : undefined
}

/** The number a word or number stands for, or undefined. Names may be cut to three letters; case does not matter. */
export function readValue(name: FieldName, text: string): number | undefined {
  const { min, max, names } = FIELD_SPECS[name]
  if (/^\d+$/.test(text)) {
    const value = Number(text)
    return value >= min && value <= max ? value : undefined
  }
  const lower = text.toLowerCase()
  const index = names.findIndex((known) => known === lower || known.slice(0, 3) === lower)
  return index < 0 ? undefined : index + min
}

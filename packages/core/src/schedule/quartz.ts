import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from './cron-value.ts'

/** Quartz's expression in Rota's own words. */
interface QuartzExpression {
  /** Six fields, or five where the second is 0; weekdays by name. */
  own: string
  /** The years it is confined to, ascending; null for every year. */
  years: number[] | null
}

type QuartzComplain = (error: Omit<FieldError, 'path'>) => void

interface QuartzField {
  name: string
  min: number
  max: number
  /** Highest increment (CronExpression.checkIncrementRange). */
  step: number
  /** Three letters each, from `min` on. */
  names: readonly string[]
}

const short = (name: string) => name.slice(0, 3)
const FIRST_YEAR = 1970
const LAST_YEAR = 2099

const FIELDS: readonly QuartzField[] = [
  { name: 'second', min: 0, max: 59, step: 59, names: [] },
  { name: 'minute', min: 0, max: 59, step: 59, names: [] },
  { name: 'hour', min: 0, max: 23, step: 23, names: [] },
  { name: 'day-of-month', min: 1, max: 31, step: 31, names: [] },
  { name: 'month', min: 1, max: 12, step: 12, names: MONTH_NAMES.map(short) },
  { name: 'day-of-week', min: 1, max: 7, step: 7, names: WEEKDAY_NAMES.map(short) },
  { name: 'year', min: FIRST_YEAR, max: LAST_YEAR, step: LAST_YEAR - FIRST_YEAR, names: [] },
]
const DAY_OF_MONTH = 3
const DAY_OF_WEEK = 5
const YEAR = 6

/**
 * Reads an expression by the rules of Quartz's CronExpression: seconds first, an optional year last, 1 for Sunday,
 * exactly one of the two day fields `?`, ranges that may go round the end. Null when `complain` was called.
 */
export function readQuartz(text: string, complain: QuartzComplain): QuartzExpression | null {
  const words = [...text.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: match.index }))
  const texts = words.map((word) => word.text)
  if (words.length !== 6 && words.length !== 7) {
    complain({
      message: say`A Quartz expression has 6 or 7 fields (second minute hour day-of-month month day-of-week, and a year), not ${words.length}.`,
      position: words[7]?.at ?? text.length,
      ...(words.length === 5 ? { suggestion: ['0', ...texts].join(' ') } : {}),
    })
    return null
  }
  let failed = false
  const report = (index: number, offset: number, message: string, field?: string) => {
    failed = true
    complain({
      message,
      position: words[index]!.at + offset,
      ...(field === undefined ? {} : { suggestion: texts.with(index, field).join(' ') }),
    })
  }
  checkDays(texts, report)
  const fields = words.map((word, index) =>
    readField(word.text, index, (offset, message, field) => report(index, offset, message, field)),
  )
  if (failed) return null
  const own = fields.slice(0, 6).map((pieces) => pieces.own.join(','))
  const years = fields[YEAR]?.values ?? null
  return { own: (own[0] === '0' ? own.slice(1) : own).join(' '), years: isEveryYear(years) ? null : years }
}

/** The expression in Rota's own form; null where there is none, as with a year. */
export function quartzInOwnForm(text: string): string | null {
  const read = readQuartz(text, () => undefined)
  return read === null || read.years !== null ? null : read.own
}

function isEveryYear(years: readonly number[] | null): boolean {
  return years === null || years.length === LAST_YEAR - FIRST_YEAR + 1
}

/** Quartz: "Support for specifying both a day-of-week AND a day-of-month parameter is not implemented." */
function checkDays(
  texts: readonly string[],
  report: (index: number, offset: number, message: string, field?: string) => void,
) {
  const [date, weekday] = [texts[DAY_OF_MONTH]!, texts[DAY_OF_WEEK]!]
  if ((date === '?') !== (weekday === '?')) return
  const message = say`Quartz wants exactly one of day-of-month and day-of-week to be "?".`
  if (weekday === '?') report(DAY_OF_WEEK, 0, message, '*')
  else if (weekday === '*') report(DAY_OF_WEEK, 0, message, '?')
  else if (date === '*') report(DAY_OF_MONTH, 0, message, '?')
  else report(DAY_OF_WEEK, 0, message)
}

interface Pieces {
  own: string[]
  /** Plain values; only the year needs them. */
  values: number[]
}

type Report = (offset: number, message: string, field?: string) => void

function readField(text: string, index: number, report: Report): Pieces {
  const pieces: Pieces = { own: [], values: [] }
  let at = 0
  for (const part of text.toUpperCase().split(',')) {
    const offset = at
    const read = special(part, index) ?? range(part, index, (message) => report(offset, message))
    if (read !== null) {
      pieces.own.push(...read.own)
      pieces.values.push(...read.values)
    }
    at += part.length + 1
  }
  pieces.values = [...new Set(pieces.values)].sort((a, b) => a - b)
  if (pieces.own.length > 1 && text.includes('?')) report(0, say`In Quartz "?" stands alone in its field.`)
  return pieces
}

/** `?`, and the letters of the day fields. */
function special(part: string, index: number): Pieces | null {
  const own = (text: string) => ({ own: [text], values: [] })
  if (index === DAY_OF_MONTH) {
    if (part === '?') return own('*')
    const fromEnd = /^L(?:-(\d{1,2}))?(W)?$/.exec(part)
    if (fromEnd && Number(fromEnd[1] ?? 0) <= 30) return own(part)
    const nearest = /^(\d{1,2})W$/.exec(part)
    return nearest && Number(nearest[1]) >= 1 && Number(nearest[1]) <= 31 ? own(part) : null
  }
  if (index !== DAY_OF_WEEK) return null
  if (part === '?') return own('*')
  // By itself L is the last day of the week (Quartz, CronExpression: "7" or "SAT").
  if (part === 'L') return own('sat')
  const nth = /^([A-Z]{3}|\d)(?:#([1-5])|L)$/.exec(part)
  const weekday = nth ? numberOf(nth[1]!, FIELDS[DAY_OF_WEEK]!) : undefined
  if (!nth || weekday === undefined) return null
  return own(`${nameOf(weekday, DAY_OF_WEEK)}${nth[2] === undefined ? 'L' : `#${nth[2]}`}`)
}

function range(part: string, index: number, wrong: (message: string) => void): Pieces | null {
  const field = FIELDS[index]!
  const match = /^(\*|[A-Z]{3}|\d{1,4})?(?:-([A-Z]{3}|\d{1,4}))?(?:\/(\d{1,4}))?$/.exec(part)
  const [, first, last, increment] = match ?? []
  const isAll = first === '*' || (first === undefined && increment !== undefined)
  const from = isAll ? field.min : first === undefined ? undefined : numberOf(first, field)
  const to = last === undefined ? from : numberOf(last, field)
  if (!match || from === undefined || to === undefined || (isAll && last !== undefined)) {
    wrong(outOfRange(part, index))
    return null
  }
  const step = increment === undefined ? null : Number(increment)
  if (step !== null && (step < 1 || step > field.step)) {
    wrong(say`In Quartz an increment of the ${field.name} is between 1 and ${field.step}.`)
    return null
  }
  if (index === YEAR && to < from) {
    wrong(say`The years ${part} run backwards.`)
    return null
  }
  if (isAll) {
    const values = index === YEAR ? walk(from, field.max, step ?? 1, field) : []
    return { own: [step === null || step === 1 ? '*' : `*/${step}`], values }
  }
  // A lone value with an increment goes on to the end of the field.
  const end = step !== null && last === undefined ? field.max : to
  return spelt({ from, to: end, step, index })
}

/** A range in a form that cron takes: a list where it goes round the end or steps. */
function spelt({ from, to, step, index }: { from: number; to: number; step: number | null; index: number }): Pieces {
  const field = FIELDS[index]!
  const values = walk(from, to, step ?? 1, field)
  const name = (value: number) => nameOf(value, index)
  if (from === to) return { own: [name(from)], values }
  const isPlain = from < to && (step === null || step === 1)
  if (isPlain) return { own: [`${name(from)}-${name(to)}`], values }
  if (from < to && index < DAY_OF_MONTH) return { own: [`${from}-${to}/${step}`], values }
  if (step === null || step === 1) {
    const piece = (a: number, b: number) => (a === b ? name(a) : `${name(a)}-${name(b)}`)
    return { own: [piece(from, field.max), piece(field.min, to)], values }
  }
  return { own: values.map(name), values }
}

function walk(from: number, to: number, step: number, { min, max }: QuartzField): number[] {
  const span = max - min + 1
  const end = to < from ? to + span : to
  const values: number[] = []
  for (let value = from; value <= end; value += step) values.push(((value - min) % span) + min)
  return values
}

function numberOf(text: string, field: QuartzField): number | undefined {
  const named = field.names.indexOf(text.toLowerCase())
  if (named >= 0) return named + field.min
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN
  return value >= field.min && value <= field.max ? value : undefined
}

function nameOf(value: number, index: number): string {
  return index === DAY_OF_WEEK ? FIELDS[DAY_OF_WEEK]!.names[value - 1]! : String(value)
}

function outOfRange(part: string, index: number): string {
  const { name, min, max } = FIELDS[index]!
  const shown = part.length > 20 ? `${part.slice(0, 20)}…` : part
  if (index === DAY_OF_WEEK) {
    return say`"${shown}" means nothing in Quartz's day-of-week, which allows 1–7 (1 is Sunday), SUN–SAT, L and #.`
  }
  if (part === '?') return say`In Quartz "?" is only allowed in the day fields; write "*" in the ${name} field.`
  return say`"${shown}" means nothing in Quartz's ${name}, which allows ${min}–${max}.`
}

import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'
import { type CronField, parseField } from './cron-field.ts'
import type { FieldName } from './cron-value.ts'
import { quartzInOwnForm } from './quartz.ts'

/** One cron expression, parsed. */
export interface CronExpression {
  /** As written, trimmed; macros stay macros. */
  text: string
  hasSeconds: boolean
  second: CronField
  minute: CronField
  hour: CronField
  dayOfMonth: CronField
  month: CronField
  dayOfWeek: CronField
  /** Minute or hour start with `*`: real elapsed time rather than fixed times (cronie's MIN_STAR | HR_STAR). */
  wildcard: boolean
  /** The years it is confined to, ascending; null for every year. Only Quartz's dialect knows them. */
  years: readonly number[] | null
}

/** crontab(5), "Extensions"; cronie src/entry.c. */
const MACROS: Record<string, string> = {
  '@yearly': '0 0 1 1 *',
  '@annually': '0 0 1 1 *',
  '@monthly': '0 0 1 * *',
  '@weekly': '0 0 * * 0',
  '@daily': '0 0 * * *',
  '@midnight': '0 0 * * *',
  '@hourly': '0 * * * *',
}

const FIVE: readonly FieldName[] = ['minute', 'hour', 'day-of-month', 'month', 'day-of-week']
const SIX: readonly FieldName[] = ['second', ...FIVE]

/** A longer text is refused unread; every useful expression is far shorter. */
const LONGEST = 1000

/** Of one text at most this many mistakes are told; the next ones show when these are mended. */
const MOST_MISTAKES = 20

/** Several expressions may be joined by `|`: their occurrences are united. */
export const JOINER = ' | '

/** How a text is read. */
export interface CronReading {
  hashKey: string
  /** Where the text stands in what was given; mistakes name it. */
  path: string
}

/**
 * Parses one or several joined expressions. Mistakes are appended to `errors`; the result then means nothing. What a
 * mistake suggests is that one mistake mended: whether all is well then is not known yet.
 */
export function parseCron(text: string, { hashKey, path }: CronReading, errors: FieldError[]): CronExpression[] {
  if (text.length > LONGEST) {
    errors.push({ path, message: say`A cron expression has at most ${LONGEST} characters.`, position: LONGEST })
    return []
  }
  const expressions: CronExpression[] = []
  let at = 0
  for (const part of text.split('|')) {
    const start = at
    const expression = parseOne(part, hashKey, ({ position, suggestion, message }) => {
      if (errors.length >= MOST_MISTAKES) return
      errors.push({
        path,
        message,
        ...(position === undefined ? {} : { position: start + position }),
        ...(suggestion === undefined
          ? {}
          : { suggestion: `${text.slice(0, start)}${padded(part, suggestion)}${text.slice(start + part.length)}` }),
      })
    })
    if (expression) expressions.push(expression)
    at += part.length + 1
  }
  return expressions
}

/** The replacement with the blanks that stood around what it replaces. */
function padded(part: string, replacement: string): string {
  return `${part.slice(0, part.length - part.trimStart().length)}${replacement}${part.slice(part.trimEnd().length)}`
}

type Complain = (error: Omit<FieldError, 'path'>) => void

/** What stands between blanks, and where in the whole text. */
interface Word {
  text: string
  at: number
}

function parseOne(source: string, hashKey: string, complain: Complain): CronExpression | undefined {
  const text = source.trim()
  const words = wordsOf(text, source.indexOf(text), complain)
  if (words === undefined) return undefined
  const fields = parseFields(words, hashKey, complain)
  if (fields === undefined) return undefined
  const [second, minute, hour, dayOfMonth, month, dayOfWeek] = fields
  return {
    text: text.startsWith('@') ? text.toLowerCase() : words.map((word) => word.text).join(' '),
    hasSeconds: words.length === 6,
    second,
    minute,
    hour,
    dayOfMonth,
    month,
    dayOfWeek,
    wildcard: minute.star || hour.star,
    years: null,
  }
}

/** The texts of five or six fields, and where they stand. */
function wordsOf(text: string, start: number, complain: Complain): Word[] | undefined {
  if (text === '') {
    complain({
      message: say`Write a cron expression: minute hour day-of-month month day-of-week, such as 0 2 * * *.`,
      position: start,
    })
    return undefined
  }
  const expanded = text.startsWith('@') ? expandMacro(text, start, complain) : text
  if (expanded === undefined) return undefined
  const words = [...expanded.matchAll(/\S+/g)].map((match) => ({ text: match[0], at: start + match.index }))
  if (words.length === 5 || words.length === 6) return words
  complain(wrongFieldCount(words))
  return undefined
}

type SixFields = [CronField, CronField, CronField, CronField, CronField, CronField]

/** From the second on, which is 0 where only five are written. */
function parseFields(words: readonly Word[], hashKey: string, complain: Complain): SixFields | undefined {
  let failed = false
  const names = words.length === 6 ? SIX : FIVE
  const fields = words.map((word, i) =>
    parseField(names[i]!, word.text, hashKey, (error) => {
      failed = true
      const others = words.map((other) => other.text)
      if (error.suggestion !== undefined) others[i] = error.suggestion
      complain({
        message: error.message,
        position: word.at + (error.position ?? 0),
        ...(error.suggestion === undefined ? {} : { suggestion: others.join(' ') }),
      })
    }),
  )
  if (failed) return undefined
  if (words.length === 5) fields.unshift(parseField('second', '0', hashKey, complain))
  return fields as SixFields
}

function expandMacro(text: string, at: number, complain: Complain): string | undefined {
  const macro = text.toLowerCase()
  const expanded = MACROS[macro]
  if (expanded) return expanded
  if (macro === '@reboot') {
    complain({
      message: say`@reboot is not an instant in time, so it cannot be a schedule; it is understood when a crontab is imported.`,
      position: at,
    })
    return undefined
  }
  const suggestion = suggest(macro, Object.keys(MACROS))
  complain({
    message: say`There is no macro ${text.slice(0, 20)}; known are ${Object.keys(MACROS).join(', ')} and @every with a duration, as in @every 15m.`,
    position: at,
    ...(suggestion ? { suggestion } : {}),
  })
  return undefined
}

function wrongFieldCount(words: readonly Word[]): Omit<FieldError, 'path'> {
  const expected = say`minute hour day-of-month month day-of-week, with an optional second in front`
  const texts = words.map((word) => word.text)
  const extra = words[6]
  if (extra) {
    const isYear = words.length === 7 && /^(\*|\?|\d{4}\S*)$/.test(extra.text)
    const message = say`A cron expression has 5 or 6 fields (${expected}), not ${words.length}.`
    if (!isYear) return { message, position: extra.at }
    const withoutYear = /^[*?]$/.test(extra.text) ? quartzInOwnForm(texts.join(' ')) : null
    return {
      message: say`${message} A year is read by Quartz's rules only: give dialect "quartz" (1 is Sunday there), or leave it out and use start_at and end_at.`,
      position: extra.at,
      ...(withoutYear === null ? {} : { suggestion: withoutYear }),
    }
  }
  const last = words[words.length - 1]!
  return {
    message: say`A cron expression has 5 or 6 fields (${expected}), not ${words.length}.`,
    position: last.at + last.text.length,
    suggestion: [...texts, ...Array<string>(5 - words.length).fill('*')].join(' '),
  }
}

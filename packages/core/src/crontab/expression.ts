import { RotaError } from '../errors.ts'
import { say } from '../language/say.ts'
import { compileSchedule } from '../schedule/compile.ts'
import { type MeaningNote, meaningNotes } from '../schedule/meaning-notes.ts'
import { endsAtSunday, FIELD_RULES, type FieldRule, isRandomRange, refusedByCron } from './field-syntax.ts'
import { type CronFlavour, FLAVOURS } from './flavour.ts'
import { clip, type LineProblem } from './job-line.ts'
import type { Word } from './words.ts'

/** Time fields as Rota's cron expression means the same. */
export interface CronExpression {
  expression: string
  /** Where it is written otherwise than in the crontab, and why. */
  notes: string[]
  /** The fields stand as in the crontab, so that what is said of them is said of it. */
  isAsWritten: boolean
}

/**
 * Translates five time fields. Rota's rule for days is Vixie's: day of month or day of week suffices, unless one of
 * them begins with `*`, then both must match; so the fields pass unchanged,
 * apart from steps longer than their field, which cron takes and Rota refuses.
 */
export function toExpression(
  fields: readonly Word[],
  timezone: string,
  flavour: CronFlavour | null,
): CronExpression | LineProblem {
  const notes: string[] = []
  const translated = withDayRule(
    fields.map((word, index) => translate(word.text, index, notes)),
    flavour,
    notes,
  )
  const wrong = compileProblem(translated, fields, timezone)
  if (wrong) return wrong
  for (const index of fields.keys()) {
    const refused = refusedField(fields, index, flavour)
    if (refused) return refused
  }
  const isAsWritten = fields.every(({ text }, index) => text === translated[index])
  return { expression: translated.join(' '), notes, isAsWritten }
}

const DAY = 2
const WEEKDAY = 4

/** BusyBox and supercronic leave the choice to the other day field for a bare `*` only: a step over all days says days there. */
function withDayRule(fields: string[], flavour: CronFlavour | null, notes: string[]): string[] {
  const steps = [DAY, WEEKDAY].filter((index) => /^\*\//.test(fields[index]!))
  const isBoth = steps.length > 0 && fields[DAY] !== '*' && fields[WEEKDAY] !== '*'
  if (!isBoth) return fields
  if (flavour === null) {
    notes.push(
      say`Day of month and day of week must both match, as in Vixie’s cron; BusyBox and supercronic run it when either does.`,
    )
    return fields
  }
  if (FLAVOURS[flavour].hasStarRule) return fields
  notes.push(
    say`${FLAVOURS[flavour].title} runs it when day of month or day of week matches; written so that Rota does, too.`,
  )
  return fields.map((field, index) => {
    const { low, high } = FIELD_RULES[index]!
    return steps.includes(index) ? field.replace('*', index === WEEKDAY ? '0-6' : `${low}-${high}`) : field
  })
}

function translate(field: string, index: number, notes: string[]): string {
  const rule = FIELD_RULES[index]!
  const elements = field.split(',').map((element) => {
    if (isRandomRange(element)) {
      notes.push(
        say`${element}, a random ${rule.name}, is drawn from the task’s name: always the same, other for each task.`,
      )
    }
    if (endsAtSunday(element, rule)) {
      notes.push(say`${element} ends at Sunday, which cronie reads since 2025 and other crons refuse.`)
    }
    const shortened = shortenStep(element, rule)
    if (shortened === null) return element
    notes.push(say`${element} steps past the end of the ${rule.name}, so cron takes its first value only.`)
    return shortened
  })
  return elements.join(',')
}

/** An element whose step is longer than its field, written as the one value that cron takes; null for any other. */
function shortenStep(element: string, rule: FieldRule): string | null {
  const [, range, from, to, step] = /^(\*|(\d{1,9})-(\d{1,9}))\/(\d{1,9})$/.exec(element) ?? []
  if (range === undefined || Number(step) <= rule.span) return null
  if (range === '*') return `*/${rule.span}`
  const valid = Number(from) >= rule.low && Number(from) <= Number(to) && Number(to) <= rule.high
  return valid ? from! : null
}

function compileProblem(translated: string[], fields: readonly Word[], timezone: string): LineProblem | null {
  try {
    compileSchedule({ type: 'cron', expression: translated.join(' ') }, { timezone, hashKey: 'crontab' })
    return null
  } catch (error) {
    if (!RotaError.is(error)) throw error
    const [first] = error.errors
    const problem = first?.message ?? error.message
    const position = first?.position === undefined ? undefined : positionInLine(first.position, translated, fields)
    return {
      problem,
      ...(position === undefined ? {} : { position }),
      ...(first?.suggestion === undefined ? {} : { suggestion: asCronWrites(first.suggestion) }),
    }
  }
}

/** What is wrong with an expression that is not only five fields of a crontab; null when nothing is. */
export function problemOf(expression: string, timezone: string): string | null {
  try {
    compileSchedule({ type: 'cron', expression }, { timezone, hashKey: 'crontab' })
    return null
  } catch (error) {
    if (!RotaError.is(error)) throw error
    return error.errors[0]?.message ?? error.message
  }
}

/** What of a valid expression may not be meant. */
export function doubtsOf(expression: string, timezone: string): MeaningNote[] {
  return meaningNotes(compileSchedule({ type: 'cron', expression }, { timezone, hashKey: 'crontab' }))
}

/** A suggestion of Rota's compiler in cron's own words; whether cron takes it is for the reader of the line to try. */
function asCronWrites(suggestion: string): string {
  return suggestion.replaceAll(/[a-z]{4,}/gi, (name) => name.slice(0, 3))
}

/** Carries a position in the joined expression back to the line, whose fields may stand further apart. */
function positionInLine(position: number, translated: string[], fields: readonly Word[]): number {
  let start = 0
  for (const [index, text] of translated.entries()) {
    const word = fields[index]!
    if (position <= start + text.length) return word.start + (text === word.text ? position - start : 0)
    start += text.length + 1
  }
  return fields.at(-1)!.start
}

function refusedField(fields: readonly Word[], index: number, flavour: CronFlavour | null): LineProblem | null {
  const rule = FIELD_RULES[index]!
  const word = fields[index]!
  const elements = word.text.split(',')
  let offset = 0
  for (const [at, element] of elements.entries()) {
    const refused = isRandomRange(element) ? refusedRandom(flavour) : refusedByCron(element, rule, flavour)
    if (refused) {
      const problem =
        flavour === null
          ? say`${rule.name}: ${clip(element)} has never run under cron: ${refused.reason}.`
          : say`${rule.name}: ${clip(element)} has never run under ${FLAVOURS[flavour].title}: ${refused.reason}.`
      const position = word.start + offset
      if (refused.suggestion === undefined) return { problem, position }
      const field = elements.with(at, refused.suggestion).join(',')
      const texts = fields.map(({ text }) => text)
      return { problem, position, suggestion: texts.with(index, field).join(' ') }
    }
    offset += element.length + 1
  }
  return null
}

function refusedRandom(flavour: CronFlavour | null): { reason: string; suggestion?: string } | null {
  if (flavour === null || FLAVOURS[flavour].hasRandomRange) return null
  return { reason: say`only cronie and OpenBSD draw a value at random` }
}

import { say } from '../language/say.ts'
import { suggest } from '../suggest.ts'
import { type CronFlavour, FLAVOURS } from './flavour.ts'
import type { CrontabFormat } from './report.ts'
import { type Word, WordReader } from './words.ts'

/** A job line taken apart; nothing in it has been checked yet beyond that it is there. */
export interface JobLine {
  /** Five time fields, or the word that stands for them. */
  /** Five time fields; supercronic’s lines may have seconds before them and a year behind. */
  when: { fields: Word[]; seconds?: Word; year?: Word } | { macro: MacroName; word: Word }
  /** Sixth field of the system format. */
  user: Word | null
  /** Options of cron itself that stand before the command: `-n` of cronie. */
  options: string[]
  /** The rest of the line: command and, after a `%`, its input. */
  rest: Word
}

/** What is wrong with a line, where (zero-based), and a text that would do. */
export interface LineProblem {
  problem: string
  position?: number
  suggestion?: string
}

/** The words of crontab(5) that stand for time fields; null is the boot of the machine. `every_…` is FreeBSD's. */
export const MACROS = {
  reboot: null,
  yearly: '0 0 1 1 *',
  annually: '0 0 1 1 *',
  monthly: '0 0 1 * *',
  weekly: '0 0 * * 0',
  daily: '0 0 * * *',
  midnight: '0 0 * * *',
  hourly: '0 * * * *',
  every_minute: '* * * * *',
  every_second: '* * * * * *',
} as const

export type MacroName = keyof typeof MACROS

const FIELD_NAMES = ['minute', 'hour', 'day of month', 'month', 'day of week'] as const

/** A name that an account may have (useradd(8)), a little wider: LDAP and Active Directory names have dots and capitals. */
const USER_NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,31}\$?$/
/** A whole word that can only be a time field. */
const TIME_FIELD = /^(?:\*|\d+(?:-\d+)?)(?:\/\d+)?(?:,(?:\*|\d+(?:-\d+)?)(?:\/\d+)?)*$/

/** The same with names, wild cards of other crons and mistakes: what is probably meant as one. */
const TIME_WORD =
  /^(?:[\d*?][\w*,/~?#-]*|(?:sun|mon|tue|wed|thu|fri|sat|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?:[,/-][\w*,/-]*)?)$/i

/**
 * Takes a job line apart: `-` (cronie: not to syslog), time fields or `@word`, the user in the system format, and the
 * rest of the line.
 */
export function takeApart(line: string, format: CrontabFormat, flavour: CronFlavour | null): JobLine | LineProblem {
  const quiet = /^[ \t]*-(?=[^\s-])/.exec(line)
  const words = new WordReader(line, quiet?.[0].length ?? 0)
  const when = words.rest().text.startsWith('@') ? macroOf(words.next()!) : fieldsOf(words, flavour)
  if ('problem' in when) return when
  const broken = 'fields' in when ? when.fields.findIndex(({ text }) => text.endsWith(',')) : -1
  if ('fields' in when && broken >= 0) return brokenList(when.fields, broken)
  const next = words.rest()
  const sixth = new WordReader(next.text).next()
  if (sixth && 'fields' in when && when.year === undefined && TIME_FIELD.test(sixth.text)) {
    return sixTimeFields(when.fields, sixth, next.start)
  }
  if (format === 'user')
    return next.text === '' ? noCommand(line) : withOptions({ when, user: null, options: [], rest: next })
  const job = withUser(line, when, words)
  return 'problem' in job ? job : withOptions(job)
}

/** Takes what cron reads for itself off the command: no program has a name that begins with a hyphen. */
function withOptions(job: JobLine): JobLine {
  const words = new WordReader(job.rest.text)
  const options: string[] = []
  for (;;) {
    const behind = words.rest()
    const word = words.next()
    if (word === null || !/^-[nqs]$/.test(word.text) || words.rest().text === '') {
      return { ...job, options, rest: { text: behind.text, start: job.rest.start + behind.start } }
    }
    options.push(word.text)
  }
}

function withUser(line: string, when: JobLine['when'], words: WordReader): JobLine | LineProblem {
  const user = words.next()
  if (!user) return { problem: say`The user and the command are missing after the time.`, position: line.length }
  if (!USER_NAME.test(user.text)) {
    const problem = say`The system format has a user name after the time; "${clip(user.text)}" is none. Name the user, or read the file as a user crontab.`
    return { problem, position: user.start, suggestion: `root ${clip(line.slice(user.start))}` }
  }
  const rest = words.rest()
  if (rest.text !== '') return { when, user, options: [], rest }
  return { problem: say`There is no command after the user "${user.text}".`, position: line.length }
}

function fieldsOf(
  words: WordReader,
  flavour: CronFlavour | null,
): Exclude<JobLine['when'], { macro: unknown }> | LineProblem {
  const counts = flavour === null ? [5] : FLAVOURS[flavour].fieldCounts
  const count = counts.find((each) => each === 5 || words.ahead(each).every(({ text }) => TIME_WORD.test(text)))
  const seconds = count === 7 ? words.next()! : undefined
  const fields: Word[] = []
  for (let i = 0; i < FIELD_NAMES.length; i++) {
    const word = words.next()
    if (word) fields.push(word)
    else return { problem: say`The ${FIELD_NAMES[i]!} is missing: a job has five time fields and a command.` }
  }
  const year = count === 7 || count === 6 ? words.next()! : undefined
  return { fields, ...(seconds && { seconds }), ...(year && { year }) }
}

function macroOf(word: Word): { macro: MacroName; word: Word } | LineProblem {
  const name = word.text.slice(1)
  if (Object.hasOwn(MACROS, name)) return { macro: name as MacroName, word }
  const near = suggest(name, Object.keys(MACROS))
  const all = Object.keys(MACROS).map((macro) => `@${macro}`)
  const problem = say`cron does not know ${clip(word.text)}; it knows ${all.join(' ')}, in small letters.`
  return { problem, position: word.start, ...(near ? { suggestion: `@${near}` } : {}) }
}

function brokenList(fields: readonly Word[], index: number): LineProblem {
  const { text, start } = fields[index]!
  const suggestion = `${text}${fields[index + 1]?.text ?? ''}`
  const problem = say`The list ${clip(text)} of the ${FIELD_NAMES[index]!} goes on behind a blank; write it without.`
  return { problem, position: start + text.length, suggestion }
}

function sixTimeFields(fields: readonly Word[], sixth: Word, position: number): LineProblem {
  const suggestion = [...fields.slice(1), sixth].map(({ text }) => text).join(' ')
  const problem = say`There are six time fields; cron has five, from the minute on. Without the first, if it counts seconds:`
  return { problem: `${problem} ${clip(suggestion)}`, position, suggestion }
}

function noCommand(line: string): LineProblem {
  return { problem: say`The command is missing after the time.`, position: line.length }
}

/** Shortens what is quoted from a line. */
export function clip(text: string, length = 60): string {
  return text.length > length ? `${text.slice(0, length).toWellFormed()}…` : text
}

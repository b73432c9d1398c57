import { say } from '../language/say.ts'
import { CommentBlock, commentText, isExample, type Remarks } from './comment.ts'
import { Environment } from './environment.ts'
import { type CronFlavour, FLAVOURS } from './flavour.ts'
import { clip, type JobLine, type LineProblem, takeApart } from './job-line.ts'
import { type TranslatedJob, translateJob } from './job-task.ts'
import type { SourceLine } from './lines.ts'
import { looksLikeJob } from './not-a-crontab.ts'
import type { CrontabFormat, CrontabLine, CrontabOptions } from './report.ts'
import { readSetting } from './setting.ts'

export interface LineReaderOptions {
  format: CrontabFormat
  /** The format was a guess that every job line should mention. */
  ambiguous: boolean
  /** Owner of a user crontab. */
  owner: string | null
  flavour: CronFlavour | null
  options: CrontabOptions
}

/** Mistakes of one line that are mended one after the other before nothing is offered. */
const MOST_CORRECTIONS = 4

const NOTHING_SAID: Remarks = { text: '', name: null, section: null }

/** Reads a file's lines one after the other, keeping what earlier lines mean for later ones. */
export class LineReader {
  /** The jobs imported so far, whose tasks have no names yet. */
  readonly imported: TranslatedJob[] = []
  readonly #environment = new Environment()
  readonly #comments = new CommentBlock()
  readonly #settings: LineReaderOptions
  /** The line above, when its command ends in a backslash. */
  #continued: number | null = null

  constructor(settings: LineReaderOptions) {
    this.#settings = settings
  }

  read(source: SourceLine): CrontabLine {
    const { line, text } = source
    return { line, text, ...this.#understand(source) }
  }

  #understand(source: SourceLine): Omit<CrontabLine, 'line' | 'text'> {
    const { text, line } = source
    const comment = commentText(text)
    if (comment !== null) return this.#comment(text, comment)
    if (text.trim() === '') {
      this.#comments.clear()
      return { outcome: 'blank', message: '' }
    }
    const nul = text.indexOf('\0')
    if (nul >= 0) return failed({ problem: say`The line holds a NUL byte, which no command can have.`, position: nul })
    if (!text.isWellFormed())
      return failed({ problem: say`The line holds half of a surrogate pair; save the file as UTF-8.` })
    const found = readSetting(text)
    if (!found) return this.#job(source)
    this.#comments.clear()
    if ('setting' in found) return this.#environment.apply(found.setting, line)
    return failed({ problem: found.problem, position: found.column - 1 })
  }

  #comment(text: string, comment: string): Omit<CrontabLine, 'line' | 'text'> {
    const job = looksLikeJob(comment) && !isExample(comment) ? this.#translate(comment, NOTHING_SAID) : null
    if (job && 'task' in job) {
      this.#comments.clear()
      return { outcome: 'disabled', message: say`Commented out, so not imported. ${job.message}` }
    }
    this.#comments.add(text, comment)
    return { outcome: 'comment', message: '' }
  }

  #job({ line, text, terminated }: SourceLine): Omit<CrontabLine, 'line' | 'text'> {
    const continued = this.#continued
    this.#continued = null
    const job = this.#translate(text, this.#comments.take())
    if ('problem' in job) return failed({ ...this.#withAccepted(job), ...(hint(text) ?? continuation(continued, job)) })
    this.imported.push(job)
    if (job.command.endsWith('\\')) this.#continued = line
    const doubts = [...job.doubts]
    const { flavour } = this.#settings
    if (!terminated && (flavour === null || FLAVOURS[flavour].needsLineEnd))
      doubts.push(say`The line has no line end, so cron does not run it; add one if cron goes on using it.`)
    if (this.#settings.ambiguous) doubts.push(say`Read in the user format, which is a guess: see the choice of format.`)
    const mailto = this.#environment.get('MAILTO')
    return {
      outcome: doubts.length > 0 ? 'warning' : 'task',
      message: [job.message, ...doubts].join(' — '),
      task: job.task,
      ...(job.meanings.length > 0 && { notes: job.meanings }),
      ...(mailto === undefined ? {} : { mailto }),
    }
  }

  /** The problem with such times only, in place of the wrong ones, as are taken themselves. */
  #withAccepted({ suggestion, ...problem }: LineProblem): LineProblem {
    let times = suggestion
    for (let i = 0; i < MOST_CORRECTIONS && times !== undefined; i++) {
      if (!areTimes(times)) return { ...problem, suggestion: times }
      const user = this.#settings.format === 'system' ? 'root ' : ''
      const read = this.#translate(`${times} ${user}true`, NOTHING_SAID)
      if (!('problem' in read)) return { ...problem, suggestion: times }
      times = read.suggestion
    }
    return problem
  }

  #translate(text: string, remarks: Remarks): TranslatedJob | LineProblem {
    const { format, owner, flavour, options } = this.#settings
    const job: JobLine | LineProblem = takeApart(text, format, flavour)
    if ('problem' in job) return job
    return translateJob(job, { environment: this.#environment, remarks, owner, flavour, options })
  }
}

/** What is offered is a whole set of time fields, or the word for one; not a line with its user, nor a setting. */
function areTimes(suggestion: string): boolean {
  if (/^(?:root |\w+=)/.test(suggestion)) return false
  return suggestion.startsWith('@') || suggestion.split(' ').length >= 5
}

function failed({ problem, position, suggestion }: LineProblem): Omit<CrontabLine, 'line' | 'text'> {
  return {
    outcome: 'error',
    message: position === undefined ? problem : say`Column ${position + 1}: ${problem}`,
    ...(position === undefined ? {} : { column: position + 1 }),
    ...(suggestion ? { suggestion } : {}),
  }
}

/** A better reason for lines that were probably meant to be something that crontabs do not have. */
function hint(text: string): LineProblem | null {
  const exported = /^\s*export\s+(\w+=.*)$/.exec(text)
  if (exported) {
    const suggestion = clip(exported[1]!)
    return { problem: say`Settings have no "export" before them: write ${suggestion}`, position: 0, suggestion }
  }
  const blank = /^[^#]{0,40}[\u00A0\u2007\u202F\u3000]/.exec(text)
  if (!blank) return null
  return {
    problem: say`There is a no-break or wide space; cron parts words by plain ones.`,
    position: blank[0].length - 1,
  }
}

/** The reason for a line that was meant to go on where the one above ends in a backslash. */
function continuation(line: number | null, { position }: LineProblem): LineProblem | null {
  if (line === null) return null
  const problem = say`It looks like the rest of line ${line}, which ends in a backslash; cron reads each line by itself. Put both on one line.`
  return position === undefined ? { problem } : { problem, position: 0 }
}

import { say } from '../language/say.ts'
import { commentText } from './comment.ts'
import { type CronFlavour, detectFlavour, FLAVOURS } from './flavour.ts'
import { chooseFormat, type FormatChoice, spoolOwner } from './format.ts'
import { LineReader } from './line-reader.ts'
import { type SourceLine, splitLines } from './lines.ts'
import { looksLikeJob, whyNotCrontab } from './not-a-crontab.ts'
import { type CrontabLine, type CrontabOptions, type CrontabReport, countOutcomes } from './report.ts'
import { readSetting } from './setting.ts'
import { nameTasks } from './task-name.ts'

/** By these all imported tasks are found. */
const IMPORTED = ['imported', 'imported:crontab']
/** Longest tag that a task may have. */
const LONGEST_TAG = 100

/**
 * Reads a crontab as crontab(5) describes it and says of every line what became of it. Pure: nothing is run, looked up
 * or saved. Never throws for any text: a line with a mistake is reported and the others go on, and a file that is
 * something else is refused as a whole with `isCrontab: false`.
 */
export function readCrontab(text: string, options: CrontabOptions): CrontabReport {
  const reading = readingCrontab(text, options)
  for (;;) {
    const step = reading.next()
    if (step.done === true) return step.value
  }
}

/** The same in small steps, between which a server does something else. */
export function* readingCrontab(text: string, options: CrontabOptions): Generator<void, CrontabReport> {
  const lines = splitLines(text)
  yield
  const choice = formatOf(lines, options)
  yield
  const reason = whyNotCrontab(text, lines, options.source)
  yield
  if (reason !== null) return refused(lines, reason, choice)
  const owner = choice.format === 'user' ? (options.user ?? spoolOwner(options.source)) : null
  const flavour = options.flavour ?? detectFlavour(options.source, lines)
  const reader = new LineReader({ format: choice.format, ambiguous: choice.ambiguous, owner, flavour, options })
  const entries: CrontabLine[] = []
  for (const line of lines) {
    entries.push(reader.read(line))
    yield
  }
  nameAll(reader, baseName(options.source, owner))
  const notes = notesOn(text, lines, entries, flavour)
  if (!isReadByCron(options.source, flavour)) notes.push(...setAside(reader, options.source))
  return { ...report(entries, choice, notes), flavour }
}

/** Whether cron reads a file of this name where it is; anywhere else it may have any name. */
function isReadByCron(source: string, flavour: CronFlavour | null): boolean {
  const [folder, name = ''] = source.split('/').slice(-2)
  return folder !== 'cron.d' || FLAVOURS[flavour ?? 'debian'].readsName(name)
}

/** Leftovers of editors and package managers hold jobs that cron does not run: neither must Rota, unasked. */
function setAside(reader: LineReader, source: string): string[] {
  const name = source.slice(source.lastIndexOf('/') + 1)
  for (const { task } of reader.imported) task.enabled = false
  return [
    say`cron does not read "${name}": in cron.d, names have letters, digits, _ and - only. Its jobs are imported disabled.`,
  ]
}

function formatOf(lines: readonly SourceLine[], { format, source }: CrontabOptions): FormatChoice {
  if (format !== 'auto') return { format, reason: say`as asked for`, ambiguous: false }
  const jobs = lines.map(({ text }) => text)
  return chooseFormat(
    source,
    jobs.filter((line) => commentText(line) === null && !readSetting(line) && looksLikeJob(line)),
  )
}

/** The owner's name for a user crontab, else the file's without an extension that says nothing. */
function baseName(source: string, owner: string | null): string {
  return owner ?? source.slice(source.lastIndexOf('/') + 1).replace(/(?<=.)\.(txt|cron|crontab|tab)$/i, '')
}

function nameAll(reader: LineReader, base: string) {
  const tag = base.slice(0, LONGEST_TAG).trim()
  const names = nameTasks(reader.imported.map(({ command, givenName }) => ({ base, command, givenName })))
  for (const [index, { task }] of reader.imported.entries()) {
    task.name = names[index]!
    task.tags = [...new Set([...(tag === '' ? [] : [tag]), ...IMPORTED, ...task.tags])]
  }
}

function notesOn(text: string, lines: SourceLine[], entries: CrontabLine[], flavour: CronFlavour | null): string[] {
  const notes: string[] = []
  if (text.startsWith('\uFEFF'))
    notes.push(say`The byte-order mark at the beginning was left out; cron stumbles over it.`)
  const crlf = lines.filter(({ carriageReturn }) => carriageReturn).length
  if (crlf > 0)
    notes.push(say`${crlf} lines end as on Windows (CR LF); the CR, which cron adds to the command, was left out.`)
  if (flavour === null || flavour === 'debian') {
    if (entries.some(({ outcome }) => outcome === 'error'))
      notes.push(say`Debian’s cron ignores a whole file that has one mistake; here the other lines are imported.`)
  }
  return notes
}

function report(entries: CrontabLine[], choice: FormatChoice, notes: string[]): CrontabReport {
  const tasks = entries.flatMap(({ task }) => task ?? [])
  const { format, reason: formatReason, ambiguous } = choice
  const counts = countOutcomes(entries)
  return {
    entries,
    tasks,
    counts,
    isCrontab: true,
    reason: null,
    format,
    formatReason,
    ambiguous,
    notes,
    flavour: null,
  }
}

function refused(lines: readonly SourceLine[], reason: string, choice: FormatChoice): CrontabReport {
  const message = say`Not read, because the file is not a crontab.`
  const entries = lines.map(({ line, text }): CrontabLine => ({ line, text, outcome: 'error', message }))
  return { ...report(entries, { ...choice, ambiguous: false }, []), isCrontab: false, reason }
}

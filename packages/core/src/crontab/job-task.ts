import { originOf } from '../import/identity.ts'
import { type ImportedTask, importMark } from '../import/imported-task.ts'
import { say } from '../language/say.ts'
import type { ScheduleInput } from '../schedule/input.ts'
import type { MeaningNote } from '../schedule/meaning-notes.ts'
import { refersToSecret } from '../secrets/references.ts'
import { leavesSomethingBehind } from './background.ts'
import type { Remarks } from './comment.ts'
import type { Environment } from './environment.ts'
import { doubtsOf, problemOf, toExpression } from './expression.ts'
import { type CronFlavour, FLAVOURS } from './flavour.ts'
import { beginsWithAccount } from './format.ts'
import { clip, type JobLine, type LineProblem, MACROS, type MacroName } from './job-line.ts'
import { type CommandAndInput, feedInput, looksCut, otherReadings, splitAtPercent } from './percent.ts'
import type { CrontabOptions } from './report.ts'
import type { Word } from './words.ts'

/** Linux takes no longer single argument (MAX_ARG_STRLEN, execve(2)), so no cron can start a longer command. */
const LONGEST_ARGUMENT_BYTES = 131_071
/** Debian's cron skips longer commands; older Vixie crons cut them. */
const LONGEST_DEBIAN_COMMAND = 998

/** A job as a task whose name is still to be given, and what to say about it. */
export interface TranslatedJob {
  task: ImportedTask
  /** What the task's name is made from. */
  command: string
  /** The name that configuration management gave to the job. */
  givenName: string | null
  message: string
  /** Reasons for a person to look at the task. */
  doubts: string[]
  /** What of its times may not be meant. */
  meanings: MeaningNote[]
}

/** Where a job stands in its file. */
export interface JobPlace {
  environment: Environment
  remarks: Remarks
  /** Whose crontab it is; null when it could be any cron’s. */
  flavour: CronFlavour | null
  options: CrontabOptions
  /** Owner of the file in the user format. */
  owner: string | null
}

/** Makes a task of a job line: when, as whom, with which environment, and what is fed to it. */
export function translateJob(job: JobLine, place: JobPlace): TranslatedJob | LineProblem {
  const { environment, remarks, flavour, options } = place
  const parts = splitAtPercent(job.rest.text, flavour ?? 'debian')
  const wrong = zoneProblem(environment) ?? commandProblem(job, parts)
  if (wrong) return wrong
  const timezone = environment.timezone ?? options.defaultTimezone
  const when = timing(job, timezone, flavour)
  if ('problem' in when) return when
  const user = job.user?.text ?? place.owner
  const { env, payload, workingDir } = surroundings(parts, environment, user, options)
  const jitter = environment.jitterSeconds
  const isDetached = leavesSomethingBehind(parts.command)
  const document = {
    description: describe(place),
    group: 'crontab',
    tags: tagsOf(remarks),
    ...payload,
    env,
    ...(workingDir ? { working_dir: workingDir } : {}),
    ...(user ? { run_as: user } : {}),
    schedule: when.schedule,
    ...(when.atBoot ? { run_at_boot: true } : {}),
    timezone,
    ...(jitter > 0 && !when.atBoot ? { jitter_seconds: jitter } : {}),
    ...(isDetached ? { detach: true } : {}),
    concurrency: job.options.includes('-s') ? { overlap: 'skip' as const } : { overlap: 'allow' as const },
    misfire: { policy: 'skip' as const },
    enabled: true,
  }
  const origin = originOf('crontab', options.identity ?? options.source, remarks.name, document)
  const time = when.atBoot ? when.words : say`${when.words} (${timezone})`
  const notes = [...when.notes, ...notesOn(job, isDetached, flavour)]
  const message = [runs(time, user, parts), ...notes].reduce((some, next) => say`${some} — ${next}`)
  const doubts = doubtsAbout(job, parts, flavour)
  const task = { name: '', ...document, origin }
  return { task, command: parts.command, givenName: remarks.name, message, doubts, meanings: when.meanings }
}

function tagsOf({ section }: Remarks): string[] {
  return section === null ? [] : [section]
}

/** What is good to know of a job, and needs nobody's decision. */
function notesOn(job: JobLine, isDetached: boolean, flavour: CronFlavour | null): string[] {
  const notes: string[] = []
  if (isDetached) notes.push(say`What it leaves in the background goes on when it has ended (detach), as under cron.`)
  if (job.options.length > 0) {
    notes.push(say`${job.options.join(' ')} is an option of cron itself, not part of the command.`)
  }
  if (job.options.includes('-s'))
    notes.push(say`With -s it does not start while the last one still runs (overlap skip).`)
  if (flavour === null && job.rest.text.includes('%')) {
    const others = otherReadings(job.rest.text, 'debian').filter((one) => !FLAVOURS[one].percentIsInput)
    if (others.length > 0) notes.push(say`BusyBox and supercronic pass the % on; Vixie’s cron and its kin do not.`)
  }
  return notes
}

function runs(time: string, user: string | null, { command, stdin }: CommandAndInput): string {
  const what = clip(command, 100)
  const input = stdin === null ? null : clip(JSON.stringify(stdin))
  if (input === null) return user ? say`Runs ${time} as ${user}: ${what}` : say`Runs ${time}: ${what}`
  return user
    ? say`Runs ${time} as ${user}, with ${input} on its standard input: ${what}`
    : say`Runs ${time}, with ${input} on its standard input: ${what}`
}

interface Timing {
  schedule: ScheduleInput
  atBoot: boolean
  words: string
  notes: string[]
  meanings: MeaningNote[]
}

function timing({ when }: JobLine, timezone: string, flavour: CronFlavour | null): Timing | LineProblem {
  if ('macro' in when) return timingOfMacro(when.macro, flavour)
  const translated = toExpression(when.fields, timezone, flavour)
  if ('problem' in translated) return translated
  const { seconds, year } = when
  if (year !== undefined && year.text !== '*') {
    return {
      problem: say`The year ${clip(year.text)} is not imported; give the task a start and an end instead.`,
      position: year.start,
    }
  }
  const expression = seconds === undefined ? translated.expression : `${seconds.text} ${translated.expression}`
  const wrong = seconds === undefined ? null : secondsProblem(seconds, expression, timezone)
  if (wrong) return wrong
  const schedule = { type: 'cron', expression } as const
  const meanings = translated.isAsWritten ? doubtsOf(expression, timezone) : []
  return { schedule, atBoot: false, words: say`on the schedule ${expression}`, notes: translated.notes, meanings }
}

function timingOfMacro(macro: MacroName, flavour: CronFlavour | null): Timing {
  const expression = MACROS[macro]
  const notes: string[] = []
  if (macro.startsWith('every_') && flavour === null) notes.push(say`Only FreeBSD’s cron knows @${macro}.`)
  if (expression === null) {
    return { schedule: { type: 'none' }, atBoot: true, words: say`once per boot of the machine`, notes, meanings: [] }
  }
  const words = say`@${macro}, that is ${expression}`
  return { schedule: { type: 'cron', expression }, atBoot: false, words, notes, meanings: [] }
}

/** cron starts the shell of `SHELL` in the user's home directory with the settings in force (crontab(5)). */
function surroundings(parts: CommandAndInput, environment: Environment, user: string | null, options: CrontabOptions) {
  const shell = environment.get('SHELL') || '/bin/sh'
  const { script, byPosixShell } = feedInput(parts, shell)
  const plain = byPosixShell || /^(\/usr)?\/bin\/sh$/.test(shell)
  const payload = plain ? { type: 'shell', command: script } : { type: 'script', interpreter: shell, source: script }
  const home = environment.get('HOME') || (user && options.homeOf?.(user)) || null
  return { env: environment.variables(), payload, workingDir: home?.startsWith('/') ? home : null }
}

function describe({ remarks, environment, options }: JobPlace): string {
  const mailto = environment.get('MAILTO')
  const mailed = mailto ? ` cron mailed its output to ${mailto}.` : ''
  return [remarks.text, `${importMark(options.source)}${mailed}`].filter((part) => part !== '').join('\n\n')
}

function secondsProblem(seconds: Word, expression: string, timezone: string): LineProblem | null {
  const wrong = problemOf(expression, timezone)
  return wrong === null ? null : { problem: wrong, position: seconds.start }
}

function zoneProblem(environment: Environment): LineProblem | null {
  const bad = environment.badZone
  if (!bad) return null
  return { problem: say`Not imported, because CRON_TZ on line ${bad.line} is not a time zone: "${clip(bad.zone)}".` }
}

function commandProblem(job: JobLine, { command, stdin }: CommandAndInput): LineProblem | null {
  if (command.trim() === '') {
    const problem = say`Before the first % there is no command. Write \\% for a percent sign.`
    return {
      problem: stdin === null && !job.rest.text.includes('%') ? say`The command is missing.` : problem,
      position: job.rest.start,
    }
  }
  if (new TextEncoder().encode(command).length <= LONGEST_ARGUMENT_BYTES) return null
  const problem = say`The command is longer than the ${LONGEST_ARGUMENT_BYTES} bytes that Linux passes to a shell; put it into a script.`
  return { problem, position: job.rest.start }
}

function doubtsAbout(job: JobLine, parts: CommandAndInput, flavour: CronFlavour | null): string[] {
  const doubts: string[] = []
  if (parts.stdin !== null && looksCut(parts.command)) {
    doubts.push(
      say`The command ends at an unescaped %, in the middle of something; cron cuts it there too. Was \\% meant?`,
    )
  }
  if (flavour === null && otherReadings(job.rest.text, 'debian').includes('cronie')) {
    doubts.push(say`It holds \\\\, which Debian’s cron passes as \\ and cronie unchanged; imported as Debian reads it.`)
  }
  if (refersToSecret(parts.command)) {
    doubts.push(
      say`The command refers to a secret, where every process list would show it: it is refused. Give the secret to the task as a variable.`,
    )
  }
  if (parts.command.endsWith('\\')) {
    doubts.push(say`The command ends in a backslash; cron knows no lines that go on below. Put it on one line.`)
  }
  if (flavour !== null) doubts.push(...unknownThere(job, flavour))
  if (job.rest.text.length > LONGEST_DEBIAN_COMMAND) {
    doubts.push(say`Debian’s cron skips commands of more than ${LONGEST_DEBIAN_COMMAND} characters.`)
  }
  if (job.user === null && beginsWithAccount(parts.command)) {
    doubts.push(say`The command begins with a user name: was the system format (with a user column) meant?`)
  }
  return doubts
}

/** What the line uses of other crons than its own. */
function unknownThere({ when, options }: JobLine, flavour: CronFlavour): string[] {
  const { title, options: known, hasReboot, hasEveryMinute } = FLAVOURS[flavour]
  const doubts = options
    .filter((option) => !known.includes(option.slice(1)))
    .map((option) => say`${title} knows no option ${option} and would pass it to the shell.`)
  const macro = 'macro' in when ? when.macro : null
  if ((macro === 'reboot' && !hasReboot) || (macro?.startsWith('every_') && !hasEveryMinute)) {
    doubts.push(say`${title} does not know @${macro}.`)
  }
  return doubts
}

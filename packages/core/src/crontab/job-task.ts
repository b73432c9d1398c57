import { say } from '../language/say.ts'
import type { ScheduleInput } from '../schedule/input.ts'
import type { Environment } from './environment.ts'
import { toExpression } from './expression.ts'
import { beginsWithAccount } from './format.ts'
import { clip, type JobLine, type LineProblem, MACROS } from './job-line.ts'
import { type CommandAndInput, dependsOnFlavour, feedInput, looksCut, splitAtPercent } from './percent.ts'
import type { CrontabOptions, ImportedTask } from './report.ts'

/** Linux takes no longer single argument (MAX_ARG_STRLEN, execve(2)), so no cron can start a longer command. */
const LONGEST_ARGUMENT_BYTES = 131_071
/** Debian's cron skips longer commands; older Vixie crons cut them. */
const LONGEST_DEBIAN_COMMAND = 998

/** A job as a task whose name is still to be given, and what to say about it. */
export interface TranslatedJob {
  task: ImportedTask
  /** What the task's name is made from. */
  command: string
  message: string
  /** Reasons for a person to look at the task. */
  doubts: string[]
}

/** Where a job stands in its file. */
export interface JobPlace {
  environment: Environment
  comment: string
  options: CrontabOptions
  /** Owner of the file in the user format. */
  owner: string | null
}

/** Makes a task of a job line: when, as whom, with which environment, and what is fed to it. */
export function translateJob(job: JobLine, place: JobPlace): TranslatedJob | LineProblem {
  const { environment, options } = place
  const parts = splitAtPercent(job.rest.text, options.flavour ?? 'debian')
  const wrong = zoneProblem(environment) ?? commandProblem(job, parts)
  if (wrong) return wrong
  const timezone = environment.timezone ?? options.defaultTimezone
  const when = timing(job, timezone)
  if ('problem' in when) return when
  const user = job.user?.text ?? place.owner
  const { env, payload, workingDir } = surroundings(parts, environment, user, options)
  const jitter = environment.jitterSeconds
  const task: ImportedTask = {
    name: '',
    description: describe(place),
    group: 'crontab',
    tags: [],
    ...payload,
    env,
    ...(workingDir ? { working_dir: workingDir } : {}),
    ...(user ? { run_as: user } : {}),
    schedule: when.schedule,
    ...(when.atStart ? { run_at_start: true } : {}),
    timezone,
    ...(jitter > 0 && !when.atStart ? { jitter_seconds: jitter } : {}),
    concurrency: { overlap: 'allow' },
    misfire: { policy: 'skip' },
    enabled: true,
  }
  const time = when.atStart ? when.words : say`${when.words} (${timezone})`
  const message = [runs(time, user, parts), ...when.notes].reduce((some, next) => say`${some} — ${next}`)
  return { task, command: parts.command, message, doubts: doubtsAbout(job, parts, options) }
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
  atStart: boolean
  words: string
  notes: string[]
}

function timing({ when }: JobLine, timezone: string): Timing | LineProblem {
  if ('macro' in when) {
    const expression = MACROS[when.macro]
    if (expression === null) {
      return { schedule: { type: 'none' }, atStart: true, words: say`whenever the server starts`, notes: [] }
    }
    const words = say`@${when.macro}, that is ${expression}`
    return { schedule: { type: 'cron', expression }, atStart: false, words, notes: [] }
  }
  const translated = toExpression(when.fields, timezone)
  if ('problem' in translated) return translated
  const { expression, notes } = translated
  return { schedule: { type: 'cron', expression }, atStart: false, words: say`at ${expression}`, notes }
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

function describe({ comment, environment, options }: JobPlace): string {
  const mailto = environment.get('MAILTO')
  const mailed = mailto ? ` cron mailed its output to ${mailto}.` : ''
  return [comment, `Imported from ${options.source}.${mailed}`].filter((part) => part !== '').join('\n\n')
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

function doubtsAbout(job: JobLine, parts: CommandAndInput, options: CrontabOptions): string[] {
  const doubts: string[] = []
  if (parts.stdin !== null && looksCut(parts.command)) {
    doubts.push(
      say`The command ends at an unescaped %, in the middle of something; cron cuts it there too. Was \\% meant?`,
    )
  }
  if (options.flavour === undefined && dependsOnFlavour(job.rest.text)) {
    doubts.push(say`It holds \\\\, which Debian’s cron passes as \\ and cronie unchanged; imported as Debian reads it.`)
  }
  if (job.rest.text.length > LONGEST_DEBIAN_COMMAND) {
    doubts.push(say`Debian’s cron skips commands of more than ${LONGEST_DEBIAN_COMMAND} characters.`)
  }
  if (job.user === null && beginsWithAccount(parts.command)) {
    doubts.push(say`The command begins with a user name: was the system format (with a user column) meant?`)
  }
  return doubts
}

import { CRON_FLAVOURS, type CronFlavour, FLAVOURS } from './flavour.ts'

/** A command as cron hands it to the shell, and what it writes to the command's standard input (null: nothing). */
export interface CommandAndInput {
  command: string
  stdin: string | null
}

/**
 * Parts the rest of a job line at its first unescaped `%` (crontab(5)): what stands before is the command, what
 * follows its standard input, in which further `%` are newlines and `\%` is a percent sign. A last line without a
 * newline gets one.
 *
 * Debian's cron also turns `\\` into `\` in the command (3.0pl1, patch Handle-escapes-in-job-input); cronie does not.
 * In the input both leave every backslash that does not stand before a `%`. BusyBox and supercronic know no `%`.
 */
export function splitAtPercent(rest: string, flavour: CronFlavour): CommandAndInput {
  const { percentIsInput, foldsBackslashes } = FLAVOURS[flavour]
  if (!percentIsInput) return { command: rest, stdin: null }
  const pieces: string[] = []
  let from = 0
  const upTo = (end: number) => pieces.join('') + rest.slice(from, end)
  for (let i = 0; i < rest.length; i++) {
    if (rest[i] === '%') return { command: upTo(i), stdin: inputText(rest.slice(i + 1)) }
    if (rest[i] !== '\\' || i + 1 === rest.length) continue
    const next = rest[++i]!
    if (next !== '%' && (next !== '\\' || !foldsBackslashes)) continue
    pieces.push(rest.slice(from, i - 1))
    from = i
  }
  return { command: upTo(rest.length), stdin: null }
}

/** The crons that would do something else with the rest of a line than `flavour` does. */
export function otherReadings(rest: string, flavour: CronFlavour): CronFlavour[] {
  const read = (one: CronFlavour) => JSON.stringify(splitAtPercent(rest, one))
  return CRON_FLAVOURS.filter((one) => read(one) !== read(flavour))
}

function inputText(data: string): string | null {
  if (data === '') return null
  const text = data
    .split('\\%')
    .map((part) => part.replaceAll('%', '\n'))
    .join('%')
  return text.endsWith('\n') ? text : `${text}\n`
}

/** Shells that read `exec <<'WORD'` as POSIX has it. */
const POSIX_SHELLS = new Set(['sh', 'ash', 'bash', 'dash', 'ksh', 'ksh93', 'mksh', 'yash', 'zsh'])

/**
 * One shell text that does what cron does with a command and its input: `exec` with a here-document gives the shell
 * itself the input (POSIX.1-2024 XCU 2.7.4 and `exec`), so that the command follows unchanged and all its parts share
 * it, as they share cron's pipe. For a shell that is not POSIX's, `/bin/sh` does it and then becomes that shell.
 */
export function feedInput(
  { command, stdin }: CommandAndInput,
  shell: string,
): { script: string; byPosixShell: boolean } {
  if (stdin === null) return { script: command, byPosixShell: false }
  const word = delimiter(stdin)
  const head = `exec <<'${word}'\n${stdin}${word}\n`
  if (POSIX_SHELLS.has(shell.slice(shell.lastIndexOf('/') + 1))) return { script: head + command, byPosixShell: false }
  return { script: `${head}exec ${quote(shell)} -c ${quote(command)}`, byPosixShell: true }
}

function delimiter(stdin: string): string {
  const lines = new Set(stdin.split('\n'))
  let word = 'CRON_INPUT'
  while (lines.has(word)) word += '_'
  return word
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/**
 * True when the part before the first unescaped `%` looks cut in the middle of a substitution or a quotation, as in
 * `tar cf $(date +%F).tar`: the shell refuses it, and `\%` was meant.
 */
export function looksCut(command: string): boolean {
  const bare = command.replaceAll(/\\./g, '').replaceAll(/'[^']*'/g, '')
  if (/["'`]/.test(bare.replaceAll(/"[^"]*"/g, '').replaceAll(/`[^`]*`/g, ''))) return true
  const opened = bare.split('$(').length - 1
  return opened > bare.split(')').length - 1 || endsInDateFormat(command)
}

/** `… date +`, `… $(date "+`: the format of date, cut at its first percent sign. */
function endsInDateFormat(command: string): boolean {
  const format = /\s/.test(command.at(-1) ?? ' ') ? '' : command.slice(lastBlank(command) + 1)
  return format.includes('+') && /\bdate$/.test(command.slice(0, -format.length).trimEnd().slice(-LONGEST_DATE))
}

/** `date` and the character before it. */
const LONGEST_DATE = 5

function lastBlank(text: string): number {
  let at = text.length - 1
  while (at >= 0 && !/\s/.test(text[at]!)) at--
  return at
}

import { say } from '../language/say.ts'
import { ACCOUNTS, COMMANDS } from './known-words.ts'
import type { CrontabFormat } from './report.ts'
import { WordReader } from './words.ts'

export interface FormatChoice {
  format: CrontabFormat
  reason: string
  ambiguous: boolean
}

/** How the words behind the time fields of one line read: an account, a command, or possibly either. */
type Sixth = 'account' | 'command' | 'either'

/**
 * Chooses between the user and the system format: by the file's place where that settles it, else by the sixth words
 * of all job lines. When they could be either, the user format is taken: a wrong guess then fails loudly ("command
 * not found"), where the other would run a different command.
 */
export function chooseFormat(source: string, jobLines: readonly string[]): FormatChoice {
  return formatByPlace(source) ?? formatByWords(jobLines)
}

function formatByPlace(source: string): FormatChoice | null {
  if (/(^|\/)etc\/crontab$/.test(source)) return sure('system', say`/etc/crontab has a user name on each line`)
  if (/(^|\/)cron\.d\/[^/]+$/.test(source)) return sure('system', say`files in cron.d have a user name on each line`)
  if (spoolOwner(source) !== null) return sure('user', say`files in the spool belong to one user each`)
  return null
}

/** The user whose crontab a spool file is: Debian `crontabs/`, Fedora `/var/spool/cron/`, SUSE `tabs/`. */
export function spoolOwner(source: string): string | null {
  return /(?:^|\/)var\/spool\/cron\/(?:crontabs\/|tabs\/)?([^/]+)$/.exec(source)?.[1] ?? null
}

function formatByWords(jobLines: readonly string[]): FormatChoice {
  const sixths = jobLines.map(readSixth).filter((sixth) => sixth !== null)
  if (sixths.length === 0) return sure('user', say`no job line says otherwise`)
  const command = sixths.find(({ kind }) => kind === 'command')
  if (command) return sure('user', say`"${command.word}" after the time fields begins a command`)
  const account = sixths.find(({ kind }) => kind === 'account')
  if (account) return sure('system', say`"${account.word}" after the time fields is a user name`)
  const { word } = sixths[0]!
  const reason = say`"${word}" after the time fields could be a user or a command; taken as a command. If it is the user, import again in the system format`
  return { format: 'user', reason, ambiguous: true }
}

function readSixth(line: string): { word: string; kind: Sixth } | null {
  const words = new WordReader(line)
  const first = words.next()
  const skip = first?.text.replace(/^-/, '').startsWith('@') ? 0 : 4
  for (let i = 0; i < skip; i++) words.next()
  const sixth = words.next()
  if (!sixth) return null
  const word = sixth.text
  if (words.rest().text === '' || COMMANDS.has(word)) return { word, kind: 'command' }
  if (ACCOUNTS.has(word)) return { word, kind: 'account' }
  return { word, kind: /^[a-z_][a-z0-9_-]{0,31}\$?$/.test(word) ? 'either' : 'command' }
}

/** True when a line read in the user format begins its command with the name of a well-known account. */
export function beginsWithAccount(command: string): boolean {
  const words = new WordReader(command)
  const first = words.next()
  return first !== null && ACCOUNTS.has(first.text) && words.rest().text !== ''
}

function sure(format: CrontabFormat, reason: string): FormatChoice {
  return { format, reason, ambiguous: false }
}

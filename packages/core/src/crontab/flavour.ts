import { commentText } from './comment.ts'
import type { SourceLine } from './lines.ts'
import { readSetting } from './setting.ts'

/** Whose crontab it is: crons differ in what they read, and in what it means. */
export type CronFlavour = 'debian' | 'cronie' | 'freebsd' | 'openbsd' | 'busybox' | 'supercronic'

export const CRON_FLAVOURS: readonly CronFlavour[] = [
  'debian',
  'cronie',
  'freebsd',
  'openbsd',
  'busybox',
  'supercronic',
]

/** What one cron does otherwise than others. */
export interface FlavourRules {
  title: string
  /** `%` ends the command and begins its standard input. */
  percentIsInput: boolean
  /** `\\` in a command is one backslash. */
  foldsBackslashes: boolean
  /** `sat-sun` is a range: Sunday at its end is 7. */
  rangeMayEndAtSunday: boolean
  /** `~` draws a value at random. */
  hasRandomRange: boolean
  /** Letters of options that may stand before the command. */
  options: string
  /** A `-` before the minute keeps the job out of the system's log. */
  hasQuietDash: boolean
  hasReboot: boolean
  hasEveryMinute: boolean
  /** Time fields that a line may have. */
  fieldCounts: readonly number[]
  /** A day field that begins with `*`, a step over all days too, leaves the choice to the other; else only a bare `*`. */
  hasStarRule: boolean
  needsLineEnd: boolean
  /** Whether it reads a file of this name in a folder such as cron.d. */
  readsName: (name: string) => boolean
}

const VIXIE = {
  percentIsInput: true,
  foldsBackslashes: false,
  rangeMayEndAtSunday: false,
  hasRandomRange: false,
  options: '',
  hasQuietDash: false,
  hasReboot: true,
  hasEveryMinute: false,
  fieldCounts: [5],
  hasStarRule: true,
  needsLineEnd: true,
} as const

const isPlainName = (name: string) => /^[A-Za-z0-9_-]+$/.test(name)
const isNoLeftover = (name: string) => !isLeftover(name)

/**
 * Sources: Debian cron 3.0pl1 (crontab(5), cron(8), its patches), cronie (entry.c and database.c of 1.7), FreeBSD and
 * OpenBSD crontab(5), BusyBox crond.c, supercronic (crontab.go, cronexpr).
 */
export const FLAVOURS: Readonly<Record<CronFlavour, FlavourRules>> = {
  debian: { ...VIXIE, title: 'Debian’s cron', foldsBackslashes: true, readsName: isPlainName },
  cronie: {
    ...VIXIE,
    title: 'cronie',
    rangeMayEndAtSunday: true,
    hasRandomRange: true,
    options: 'n',
    hasQuietDash: true,
    readsName: isNoLeftover,
  },
  freebsd: { ...VIXIE, title: 'FreeBSD’s cron', options: 'nq', hasEveryMinute: true, readsName: isNoLeftover },
  openbsd: { ...VIXIE, title: 'OpenBSD’s cron', hasRandomRange: true, options: 'nqs', readsName: isNoLeftover },
  busybox: {
    ...VIXIE,
    title: 'BusyBox crond',
    percentIsInput: false,
    hasStarRule: false,
    needsLineEnd: false,
    readsName: isNoLeftover,
  },
  supercronic: {
    ...VIXIE,
    title: 'supercronic',
    percentIsInput: false,
    hasReboot: false,
    fieldCounts: [7, 6, 5],
    hasStarRule: false,
    needsLineEnd: false,
    readsName: isNoLeftover,
  },
}

/** What editors and package managers leave beside a file: cron reads none of them (cronie, `not_a_crontab`). */
export function isLeftover(name: string): boolean {
  return (
    /^[.#]/.test(name) ||
    /[~#]$/.test(name) ||
    /\.(bak|backup|orig|old|save|swp|swo|tmp|disabled|off|rpmsave|rpmorig|rpmnew|dpkg-[a-z]+|ucf-[a-z]+|merge-error|pacnew|pacsave|apk-new)$/i.test(
      name,
    )
  )
}

/**
 * The cron that a file was written for, where its place or what stands in it can only be one's; null when it could be
 * any. Places: Debian `crontabs/`, Fedora and Arch `/var/spool/cron/NAME`, SUSE `tabs/`, BSD `/var/cron/tabs`, Alpine
 * `/etc/crontabs`.
 */
export function detectFlavour(source: string, lines: readonly SourceLine[]): CronFlavour | null {
  return byPlace(source) ?? byContent(lines)
}

function byPlace(source: string): CronFlavour | null {
  if (/(^|\/)etc\/crontabs\/[^/]+$/.test(source)) return 'busybox'
  if (/(^|\/)var\/spool\/cron\/crontabs\/[^/]+$/.test(source)) return 'debian'
  if (/(^|\/)var\/spool\/cron\/(tabs\/)?[^/]+$/.test(source)) return 'cronie'
  return null
}

/** The longest beginning of a line that is looked at: what tells crons apart stands in the time fields. */
const LOOKED_AT = 200

function byContent(lines: readonly SourceLine[]): CronFlavour | null {
  for (const { text } of lines) {
    if (commentText(text) !== null) continue
    const line = text.slice(0, LOOKED_AT).trim()
    const setting = readSetting(line)
    if (setting !== null && 'setting' in setting) {
      if (setting.setting.name === 'RANDOM_DELAY') return 'cronie'
      continue
    }
    const words = line.split(/[ \t]+/)
    if (words[0] === '@every_minute' || words[0] === '@every_second') return 'freebsd'
    if (words.length > 7 && words.slice(0, 7).every(isTimeField)) return 'supercronic'
    if (words.length > 5 && words.slice(0, 5).every(isTimeField)) {
      if (/-sun$|-0$/i.test(words[4]!) && !/^(sun|0)-/i.test(words[4]!)) return 'cronie'
      if (words[5] === '-s') return 'openbsd'
    }
  }
  return null
}

function isTimeField(word: string): boolean {
  return /^[\d*][\w*,/~?#-]*$|^(sun|mon|tue|wed|thu|fri|sat)([,/-]|$)/i.test(word)
}

import { didYouMean } from '../did-you-mean.ts'
import { say } from '../language/say.ts'
import { resolveZone } from '../schedule/zone-name.ts'
import { refersToSecret } from '../secrets/references.ts'
import type { LineOutcome } from './report.ts'
import type { Setting } from './setting.ts'

/** What a settings line meant, for the report. */
interface SettingVerdict {
  outcome: Extract<LineOutcome, 'environment' | 'warning' | 'error'>
  message: string
}

/** Longest delay cronie accepts in RANDOM_DELAY: one day, in minutes. */
const LONGEST_DELAY_MINUTES = 1440

/** The settings in force at a point of the file: a setting holds for the lines below it (crontab(5)). */
export class Environment {
  readonly #variables = new Map<string, string>()
  #timezone: string | null = null
  #badZone: { zone: string; line: number } | null = null
  #delayMinutes = 0

  /** Takes one setting and says what it means for the jobs below. */
  apply(setting: Setting, line: number): SettingVerdict {
    const { name, value } = setting
    if (name === 'LOGNAME' || name === 'USER') {
      return warning(say`${name} cannot be set in a crontab (crontab(5)); jobs get their user's own name. Left out.`)
    }
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      return warning(
        say`"${name}" is not a name that a shell can read (letters, digits and _, no digit first). Left out.`,
      )
    }
    if (name.startsWith('ROTA_')) return warning(say`Names that begin with ROTA_ are Rota’s own; ${name} is left out.`)
    if (refersToSecret(value)) {
      return warning(
        say`${name} refers to a secret, which a crontab cannot. Left out: give it to the tasks below once the secret is there (rota secret set).`,
      )
    }
    this.#variables.set(name, value)
    return this.#special(name, value, line) ?? doubts(setting) ?? understood(name, value)
  }

  #special(name: string, value: string, line: number): SettingVerdict | null {
    if (name === 'CRON_TZ') return this.#zone(value, line)
    if (name === 'RANDOM_DELAY') return this.#delay(value)
    return null
  }

  #zone(zone: string, line: number): SettingVerdict {
    this.#timezone = null
    this.#badZone = null
    if (zone === '') return { outcome: 'environment', message: say`Times below are in the default time zone again.` }
    const resolved = resolveZone(zone)
    if (typeof resolved !== 'string') {
      this.#badZone = { zone, line }
      const { message, suggestion } = resolved
      const meant = didYouMean(message, suggestion)
      return { outcome: 'error', message: say`${meant} Jobs below are not imported.` }
    }
    this.#timezone = resolved
    const message = say`Times below are in ${resolved}. (cronie and FreeBSD obey CRON_TZ; Debian’s cron does not know it.)`
    return { outcome: 'environment', message }
  }

  #delay(value: string): SettingVerdict {
    const minutes = /^\d+$/.test(value) ? Number(value) : Number.NaN
    this.#delayMinutes = minutes <= LONGEST_DELAY_MINUTES ? minutes : 0
    if (!(minutes <= LONGEST_DELAY_MINUTES)) {
      return warning(
        say`RANDOM_DELAY must be minutes, 0 to ${LONGEST_DELAY_MINUTES}; "${value}" is ignored, as by cronie.`,
      )
    }
    const message = say`Jobs below start up to ${minutes} min late (jitter_seconds ${minutes * 60}), fixed per occurrence.`
    return { outcome: 'environment', message }
  }

  /** Variables for the command, special ones included: cron passes them on as well. */
  variables(): Record<string, string> {
    return Object.fromEntries(this.#variables)
  }

  get(name: string): string | undefined {
    return this.#variables.get(name)
  }

  /** Zone for the time fields, or null for the default. */
  get timezone(): string | null {
    return this.#timezone
  }

  /** The CRON_TZ line that names no zone, if one is in force. */
  get badZone(): { zone: string; line: number } | null {
    return this.#badZone
  }

  get jitterSeconds(): number {
    return this.#delayMinutes * 60
  }
}

function understood(name: string, value: string): SettingVerdict {
  const what = value === '' ? 'empty' : JSON.stringify(value)
  if (name === 'MAILTO') {
    const message =
      value === '' ? say`Output of the jobs below is mailed to nobody.` : say`Output was mailed to ${value}.`
    return { outcome: 'environment', message: say`${message} Noted; Rota keeps output in each execution's log.` }
  }
  const message =
    name === 'TZ'
      ? say`Jobs below get ${name} ${what}. It does not move their times; CRON_TZ would.`
      : say`Jobs below get ${name} ${what}.`
  return { outcome: 'environment', message }
}

/** Settings that are valid but rarely mean what was meant. */
function doubts({ name, value, bare, quoted }: Setting): SettingVerdict | null {
  if (bare) {
    const message = say`${name} is taken as empty. Debian’s cron refuses it in this form: write ${name}="".`
    return warning(message)
  }
  if (/\$[A-Za-z_{]/.test(value)) {
    return warning(say`cron expands no variables in settings: ${name} is literally ${JSON.stringify(value)}.`)
  }
  if (/^(PATH|HOME|SHELL)$/.test(name) && /(^|:)~/.test(value)) {
    return warning(say`cron does not expand ~ in settings: ${name} is literally ${JSON.stringify(value)}.`)
  }
  if (!quoted && /\s#/.test(value)) {
    return warning(say`A settings line has no comment: the value of ${name} is ${JSON.stringify(value)}, with the #.`)
  }
  return null
}

function warning(message: string): SettingVerdict {
  return { outcome: 'warning', message }
}

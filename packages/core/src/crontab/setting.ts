import { say } from '../language/say.ts'

/** A line of the form `name = value`. */
export interface Setting {
  name: string
  value: string
  /** `NAME=` with nothing behind it, which Vixie cron refuses: it wants `NAME=""`. */
  bare: boolean
  quoted: boolean
}

export type SettingResult = { setting: Setting } | { problem: string; column: number } | null

/**
 * Reads an environment setting as crontab(5) has it: blanks around the equal sign are optional, name and value may
 * each be in single or double quotes (matching), trailing blanks of an unquoted value are dropped, nothing is expanded,
 * and there is no comment on the same line. Null when the line is not a setting; cron then reads it as a job.
 */
export function readSetting(line: string): SettingResult {
  const head = /^[ \t]*(?:"([^"=]*)"|'([^'=]*)'|([^\s=]+))\s*=\s*/.exec(line)
  if (!head) return null
  const name = head[1] ?? head[2] ?? head[3]!
  const rest = line.slice(head[0].length)
  const quote = rest[0]
  if (quote !== '"' && quote !== "'") {
    return { setting: { name, value: rest.trimEnd(), bare: rest === '', quoted: false } }
  }
  const column = head[0].length + 1
  const end = rest.indexOf(quote, 1)
  if (end < 0) return { problem: say`The value of ${name} opens with ${quote} and never closes it.`, column }
  if (rest.slice(end + 1).trim() !== '') {
    const problem = say`There is text after the closing ${quote} of ${name}; put the whole value in one pair of quotes.`
    return { problem, column: column + end + 1 }
  }
  return { setting: { name, value: rest.slice(1, end), bare: false, quoted: true } }
}

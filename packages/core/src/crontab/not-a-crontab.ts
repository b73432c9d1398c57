import { say } from '../language/say.ts'
import type { SourceLine } from './lines.ts'
import { readSetting } from './setting.ts'

/** How much of a file is looked at for bytes that no text has. */
const SAMPLE_CHARS = 8192
/** Share of control characters and undecodable bytes above which a file is taken for binary. */
const BINARY_SHARE = 0.05

/**
 * Why a file as a whole is not a crontab, or null. One odd line is a mistake in a crontab; a file without any line
 * that begins like a job, or with a beginning that belongs to something else, is another kind of file.
 */
export function whyNotCrontab(text: string, lines: readonly SourceLine[], source: string): string | null {
  return byContent(text) ?? (isAnacrontab(lines, source) ? anacron() : null) ?? byLines(text, lines)
}

const anacron = () =>
  say`This is anacron’s table (period, delay, name, command), not a crontab; cron’s own jobs are in /etc/crontab and /etc/cron.d.`

/** anacron(8) reads periods in days, delays in minutes and names: `1 5 cron.daily nice run-parts …`. */
function isAnacrontab(lines: readonly SourceLine[], source: string): boolean {
  if (/(^|\/)anacrontab$/.test(source)) return true
  let jobs = 0
  for (const { text } of lines) {
    const line = text.trim()
    if (line === '' || line.startsWith('#')) continue
    const found = readSetting(line)
    if (found === null) {
      const [period = '', delay = '', name = '', command = ''] = line.split(/[ \t]+/, 4)
      const isName =
        /^[A-Za-z][\w.-]*$/.test(name) && !/^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)$/i.test(name)
      if (!/^(\d+|@\w+)$/.test(period) || !/^\d+$/.test(delay) || !isName || !/^[A-Za-z/.([{"'$]/.test(command))
        return false
      jobs++
    } else if ('setting' in found && found.setting.name === 'START_HOURS_RANGE') return true
  }
  return jobs > 0
}

function byContent(text: string): string | null {
  const sample = text.slice(0, SAMPLE_CHARS)
  const zeros = sample.split('\0').length - 1
  if (zeros > sample.length / 4) return say`The file looks like UTF-16 or binary data; save it as UTF-8.`
  const odd = sample.match(/[\x00-\x08\x0E-\x1A\x1C-\x1F\x7F\uFFFD]/g)?.length ?? 0
  if (odd > 1 && odd > sample.length * BINARY_SHARE) return say`The file holds binary data, not text.`
  if (/^\s*[{[]/.test(text) && isJson(text)) return say`The file is JSON, not a crontab.`
  return null
}

function byLines(text: string, lines: readonly SourceLine[]): string | null {
  const content = lines.filter(({ text: line }) => /^\s*[^\s#]/.test(line))
  if (content.some(({ text: line }) => looksLikeJob(line))) return null
  const others = content.filter(({ text: line }) => !readSetting(line))
  const shebang = /^#!\s*(\S+)/.exec(lines[0]?.text ?? '')
  if (shebang && content.length > 0) return say`The file is a script for ${shebang[1]!}, not a crontab.`
  if (others.length === 0) return null
  const kind = knownKind(text)
  if (kind) return say`The file looks like ${kind}, not a crontab.`
  return say`No line of the file begins with time fields or @word, as a crontab’s jobs do (line ${others[0]!.line} is the first that is neither comment nor setting).`
}

function knownKind(text: string): string | null {
  const start = text.trimStart()
  if (start.startsWith('{')) return 'JSON'
  if (/^</.test(start)) return say`XML or HTML`
  if (/^(---|apiVersion:|%YAML)/m.test(text)) return 'YAML'
  if (/^\[(Unit|Timer|Service|Install)\]/m.test(text)) return say`a systemd unit`
  if (text.split('\n').some(isSection)) return say`an INI file`
  return null
}

/** `[name]` alone on its line. */
function isSection(line: string): boolean {
  const text = line.trimEnd()
  return text.length > 2 && text.startsWith('[') && text.indexOf(']') === text.length - 1
}

/**
 * True when a line begins as a job does: `@word`, or at least three words of which the first two look like time
 * fields, right or wrong.
 */
export function looksLikeJob(line: string): boolean {
  if (/^\s*-?@\w+/.test(line)) return true
  const words = line.trim().split(/[ \t]+/)
  return words.length >= 3 && words.slice(0, 2).every((word) => /^-?[\d*][\w*,/~?#-]*$|^[~H]/.test(word))
}

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object'
  } catch {
    return false
  }
}

import { say } from '../language/say.ts'
import { clockMeant } from './clock-text.ts'
import { durationSeconds, inLargestUnit } from './duration-text.ts'
import { quartzInOwnForm } from './quartz.ts'
import { everySeconds, phraseMeant } from './schedule-phrase.ts'
import { cronOfAligned } from './to-cron.ts'

/** How another program, or a person, writes a schedule, and what that is here. */
interface ForeignForm {
  message: string
  suggestion?: string
}

/** Longer texts are not looked into: none of these forms is. */
const LONGEST = 200

/** systemd.time(7), "Calendar Events", and what everybody says. */
const ONE_WORD: Record<string, string> = {
  minutely: '* * * * *',
  hourly: '@hourly',
  daily: '@daily',
  nightly: '@daily',
  midnight: '@midnight',
  weekly: '@weekly',
  monthly: '@monthly',
  quarterly: '0 0 1 1,4,7,10 *',
  semiannually: '0 0 1 1,7 *',
  yearly: '@yearly',
  annually: '@yearly',
}

/** Recognises a text that is no cron expression as one of another notation; null when it is none that is known. */
export function foreignForm(text: string): ForeignForm | null {
  const written = text.trim()
  if (written === '' || written.length > LONGEST) return null
  return (
    wide(written) ??
    zonePrefix(written) ??
    repetition(written) ??
    call(written) ??
    every(written) ??
    calendarEvent(written) ??
    phrase(written)
  )
}

/** `０ ２ ＊ ＊ ＊`: characters of the full width that East Asian keyboards write. */
function wide(text: string): ForeignForm | null {
  const suggestion = text.normalize('NFKC')
  if (suggestion === text || !/^[\x20-\x7e]+$/.test(suggestion)) return null
  return { message: say`Digits and signs of an expression are those of half width (ASCII).`, suggestion }
}

/** `R/PT5M`, `PT1H30M`: repetitions and durations of ISO 8601. */
function repetition(text: string): ForeignForm | null {
  const match = /^(?:R\d{0,6}\/)?P(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/i.exec(text)
  if (!match) return null
  const [days, hours, minutes, rest] = match.slice(1).map((digits = '0') => Number(digits))
  const seconds = ((days! * 24 + hours!) * 60 + minutes!) * 60 + rest!
  return {
    message: say`This is how ISO 8601 writes an interval; here it is @every with a duration, as in @every 5m.`,
    ...(seconds > 0 && { suggestion: everyText(seconds) }),
  }
}

/** `CRON_TZ=Asia/Tokyo 0 2 * * *`, as robfig/cron and Kubernetes once had it. */
function zonePrefix(text: string): ForeignForm | null {
  const match = /^(?:CRON_)?TZ=(\S*)\s+(\S.*)$/i.exec(text)
  if (!match) return null
  const [, zone = '', rest = ''] = match
  return {
    message: say`A time zone cannot stand inside an expression. Give ${zone} as the time zone (timezone, --tz), and the expression without it.`,
    suggestion: rest,
  }
}

/** `rate(5 minutes)` and `cron(0 2 * * ? *)` of Amazon EventBridge. */
function call(text: string): ForeignForm | null {
  const match = /^(rate|cron)\(([^()]*)\)$/i.exec(text)
  if (!match) return null
  const [, name = '', inner = ''] = match
  if (name.toLowerCase() === 'rate') {
    const seconds = everySeconds(inner.trim())
    return {
      message: say`rate(…) is how Amazon EventBridge writes an interval; here it is @every with a duration, as in @every 5m.`,
      ...(seconds === null ? {} : { suggestion: everyText(seconds) }),
    }
  }
  const suggestion = quartzInOwnForm(`0 ${inner.trim()}`)
  return {
    message: say`cron(…) is how Amazon EventBridge writes a schedule, with 1 for Sunday and a year; here weekdays are best named, and there is no year.`,
    ...(suggestion === null ? {} : { suggestion }),
  }
}

/** `@every` with something that is no duration of whole seconds. */
function every(text: string): ForeignForm | null {
  if (!/^@every\b/i.test(text)) return null
  const rest = text.slice('@every'.length).trim()
  const seconds = durationSeconds(rest) ?? everySeconds(rest)
  return {
    message: say`After @every comes a duration of whole seconds, such as 90s, 15m or 1h30m.`,
    ...(seconds === null ? {} : { suggestion: everyText(seconds) }),
  }
}

/** `daily`, and the simplest of systemd's OnCalendar: `Mon..Fri *-*-* 02:00:00`. */
function calendarEvent(text: string): ForeignForm | null {
  const word = ONE_WORD[text.toLowerCase()]
  const message = say`This is no cron expression: minute hour day-of-month month day-of-week.`
  if (word !== undefined) return { message, suggestion: word }
  const match = /^(?:([a-z]{3})(?:\.\.([a-z]{3}))? )?(?:\*-\*-\* )?(\d\d:\d\d(?::\d\d)?)$/i.exec(text)
  if (!match) return null
  const [, first, last, time = ''] = match
  const days = first === undefined ? '*' : last === undefined ? first : `${first}-${last}`
  return { message, ...expressionAt(time, `* * ${days.toLowerCase()}`) }
}

/** `every 5 minutes`, `every monday at 9am`, `每天2点`. */
function phrase(text: string): ForeignForm | null {
  const meant = phraseMeant(text.toLowerCase())
  if (meant === null) return null
  const message = say`A schedule is not written in words here, but as a cron expression: minute hour day-of-month month day-of-week.`
  if ('seconds' in meant) return { message, suggestion: rhythm(meant.seconds) }
  return { message, ...expressionAt(meant.time, meant.days) }
}

function expressionAt(time: string, days: string): { suggestion?: string } {
  const clock = clockMeant(time)
  if (clock === undefined) return {}
  const [hour, minute, second = 0] = clock.split(':').map(Number)
  return { suggestion: `${second === 0 ? '' : `${second} `}${minute} ${hour} ${days}` }
}

function everyText(seconds: number): string {
  const { every, unit } = inLargestUnit(seconds)
  return `@every ${every}${unit[0]}`
}

/** On the clock where the interval fits evenly, as whoever says "every 5 minutes" expects; else from its start on. */
function rhythm(seconds: number): string {
  const { every, unit } = inLargestUnit(seconds)
  return cronOfAligned(every, unit) ?? everyText(seconds)
}

/** Fields of an expression before the one that steps, and the letter of that field's unit. */
const BEFORE: Record<string, string> = { '': 'm', '0 ': 'h', '0 0 ': 'd' }

/** What a star means that steps further than its field, every 90 minutes say: `@every 90m`. Else undefined. */
export function intervalBeyondField(text: string): string | undefined {
  const match = /^((?:0 ){0,2})\*\/(\d{1,6})((?: \*)+)$/.exec(text.trim())
  if (!match) return undefined
  const fields = match[1]!.length / 2 + 1 + match[3]!.length / 2
  const letter = BEFORE[match[1]!]
  return fields === 5 && letter !== undefined && Number(match[2]) > 0 ? `@every ${match[2]}${letter}` : undefined
}

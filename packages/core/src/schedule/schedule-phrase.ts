import { clockMeant } from './clock-text.ts'
import { durationSeconds } from './duration-text.ts'

/** What a phrase says: an interval, or a time on some days (the last three fields of an expression). */
type Phrase = { seconds: number } | { time: string; days: string }

const UNITS: Record<string, number> = {
  second: 1,
  sec: 1,
  minute: 60,
  min: 60,
  hour: 3600,
  hr: 3600,
  day: 86_400,
  week: 604_800,
  秒: 1,
  秒钟: 1,
  分: 60,
  分钟: 60,
  小时: 3600,
  个小时: 3600,
  天: 86_400,
}

/** The day fields of what stands before a time. */
const DAYS: Record<string, string> = {
  '': '* * *',
  day: '* * *',
  daily: '* * *',
  night: '* * *',
  weekday: '* * mon-fri',
  weekdays: '* * mon-fri',
  workday: '* * mon-fri',
  weekend: '* * sat,sun',
  weekends: '* * sat,sun',
  week: '* * sun',
  month: '1 * *',
  monthly: '1 * *',
  每天: '* * *',
  每日: '* * *',
  工作日: '* * mon-fri',
  每个工作日: '* * mon-fri',
  周末: '* * sat,sun',
  每周末: '* * sat,sun',
}

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday']
const CHINESE_WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六', '天']

/** Reads a short phrase in English (lower case) or Chinese; null when it is none that is known. */
export function phraseMeant(text: string): Phrase | null {
  const interval = /^(?:every|each|每隔?) ?(.*)$/.exec(text)
  const seconds = interval ? everySeconds(interval[1]!.trim()) : null
  // "every day" is a time of day, not 24 hours from some start.
  if (seconds !== null && !/^(day|天)$/.test(interval![1]!.trim())) return { seconds }
  return englishTime(text) ?? chineseTime(text)
}

/** `5 minutes`, `minute`, `1h30m`: seconds; null for anything else. */
export function everySeconds(text: string): number | null {
  const match = /^(\d{1,6})? ?([a-z]+|[\u4e00-\u9fff]+)$/.exec(text)
  const unit = match ? (UNITS[match[2]!] ?? UNITS[match[2]!.replace(/s$/, '')]) : undefined
  if (!match || unit === undefined) return durationSeconds(text)
  const seconds = Number(match[1] ?? 1) * unit
  return seconds >= 1 ? seconds : null
}

/** `every day at 2am`, `daily at 14:00`, `at noon`, `mondays at 9`, `2am every day`. */
function englishTime(text: string): Phrase | null {
  const words = text.replace(/^(every|each|on) /, '').split(' ')
  const at = words.indexOf('at')
  if (at >= 0) return on(words.slice(0, at).join(' '), words.slice(at + 1).join(' '))
  const [first = '', ...others] = words
  // "9am daily", "2:30 pm every weekday"
  const every = others.findIndex((word) => word === 'every' || word === 'daily' || word === 'on')
  if (every >= 0) {
    const days = others.slice(others[every] === 'daily' ? every : every + 1).join(' ')
    return on(days, [first, ...others.slice(0, every)].join(' '))
  }
  const days = daysOf(first)
  if (days !== null && others.length > 0) return on(first, others.join(' '))
  if (days !== null && words.length === 1 && first !== '') return { time: '00:00', days }
  return on('', text)
}

function on(days: string, time: string): Phrase | null {
  const fields = daysOf(days)
  return fields !== null && clockMeant(time) !== undefined ? { time, days: fields } : null
}

function daysOf(text: string): string | null {
  const bare = text.replace(/^(every|each|on) /, '')
  if (Object.hasOwn(DAYS, bare)) return DAYS[bare]!
  const numbers = bare
    .split(/, ?| and /)
    .map((word) => WEEKDAYS.findIndex((name) => [name, `${name}s`, name.slice(0, 3)].includes(word)))
  if (numbers.length > 7 || numbers.includes(-1)) return null
  return `* * ${numbers.map((day) => WEEKDAYS[day]!.slice(0, 3)).join(',')}`
}

/** `每天凌晨2点`, `每周一 9:00`, `工作日9点半`, `每月1日2点`. */
function chineseTime(text: string): Phrase | null {
  const match =
    /^(每天|每日|每个工作日|工作日|每周末|周末|每?(?:周|星期)[一二三四五六日天]|每月\d{1,2}[日号])(?:的|在)? ?(.{0,12})$/.exec(
      text,
    )
  if (!match) return null
  const [, days = '', rest = ''] = match
  const time = rest === '' ? '00:00' : rest
  if (clockMeant(time) === undefined) return null
  const ofMonth = /^每月(\d{1,2})/.exec(days)
  if (ofMonth) return { time, days: `${Number(ofMonth[1])} * *` }
  if (Object.hasOwn(DAYS, days)) return { time, days: DAYS[days]! }
  const weekday = CHINESE_WEEKDAYS.indexOf(days.at(-1)!) % 7
  return { time, days: `* * ${WEEKDAYS[weekday]!.slice(0, 3)}` }
}

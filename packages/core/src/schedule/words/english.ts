import { formatTime } from '../civil-date.ts'
import { MONTH_NAMES, WEEKDAY_NAMES } from '../cron-value.ts'
import type { IntervalUnit } from '../input.ts'
import { type Cadence, type CronShape, type DatePiece, runs, type WeekdayPiece } from './cron-shape.ts'
import type { Language } from './language.ts'

/** Rules in English, 24-hour clock, first letter capital, no full stop. */
export const english: Language = {
  cron: (shape) => {
    const { months } = shape
    const days = dayPhrase(shape)
    const hashed = `${years(shape.years)}${shape.hashed ? ' (spread by hash)' : ''}`
    if (shape.time.kind === 'times') return `${sentence(`${days} ${at(shape.time.times)}`)}${hashed}`
    const rhythm = rhythmPhrase(shape.time)
    const everyDay = shape.dates.length === 0 && shape.weekdays.length === 0
    if (everyDay) return `${sentence(months ? `${rhythm},${duringMonths(months)}` : rhythm)}${hashed}`
    return `${sentence(`${rhythm}, ${days}`)}${hashed}`
  },
  interval: (every, unit) => sentence(everyUnit(every, unit)),
  anchored: (text, wall) => `${text}, counted from ${wall}`,
  aligned: (text, unit) => (unit === 'days' ? `${text} at 00:00` : `${text}, on the clock`),
  once: (wall) => `Once, on ${wall.replace(' ', ' at ')}`,
  dependency: 'After the tasks it depends on',
  none: 'Only when started by hand',
  join: (sentences) =>
    sentences.map((text, i) => (i === 0 ? text : text[0]!.toLowerCase() + text.slice(1))).join('; and '),
}

/** Up to this many stretches of years are named one by one. */
const MOST_STRETCHES = 5

function years(all: CronShape['years']): string {
  if (all === null) return ''
  const stretches = runs(all, (year) => year + 1)
  if (stretches.length > MOST_STRETCHES) return `, only in ${all.length} years from ${all[0]} to ${all.at(-1)}`
  return `, only in ${list(stretches.map(([first, ...rest]) => span(first!, rest.at(-1), String)))}`
}

function sentence(text: string): string {
  return text[0]!.toUpperCase() + text.slice(1)
}

/** `a`, `a and b`, `a, b and c`. */
function list(words: readonly string[], last = 'and'): string {
  if (words.length < 2) return words.join('')
  return `${words.slice(0, -1).join(', ')} ${last} ${words[words.length - 1]}`
}

function at(times: readonly number[]): string {
  if (times.length <= 12) return `at ${list(times.map((time) => formatTime(time)))}`
  const ends = [times[0]!, times[times.length - 1]!].map((time) => formatTime(time))
  return `at ${times.length} times between ${ends.join(' and ')}`
}

function everyUnit(count: number, unit: IntervalUnit): string {
  return count === 1 ? `every ${unit.slice(0, -1)}` : `every ${count} ${unit}`
}

type Rhythm = Record<'second' | 'minute' | 'hour', Cadence>

function rhythmPhrase({ second, minute, hour }: Rhythm): string {
  const atSecond = second.kind === 'values' && second.values.length === 1 ? second.values[0]! : undefined
  if (atSecond === undefined) {
    const inMinutes = minute.kind === 'all' ? '' : ` in ${during('minute', minute)}`
    return `${often('second', second, 'minute')}${inMinutes}${inHours(hour)}`
  }
  const suffix = atSecond === 0 ? '' : ` at second ${atSecond}`
  const atMinute = minute.kind === 'values' && minute.values.length === 1 ? minute.values[0]! : undefined
  if (minute.kind === 'range' && hour.kind === 'values' && hour.values.length === 1) {
    const clock = (m: number) => formatTime(hour.values[0]! * 3600 + m * 60 + atSecond)
    return `every minute from ${clock(minute.from)} to ${clock(minute.to)}`
  }
  if (atMinute === undefined) return `${often('minute', minute, 'hour')}${inHours(hour)}${suffix}`
  const past = atMinute === 0 ? '' : ` at minute ${atMinute}`
  if (hour.kind === 'range') {
    const clock = (h: number) => formatTime(h * 3600 + atMinute * 60 + atSecond)
    return `every hour from ${clock(hour.from)} to ${clock(hour.to)}`
  }
  if (hour.kind === 'values') return at(hour.values.map((h) => h * 3600 + atMinute * 60 + atSecond))
  return `${often('hour', hour, 'day')}${past}${past === '' ? suffix : suffix.replace(' at', ',')}`
}

/** How often within the next larger unit. */
function often(unit: 'second' | 'minute' | 'hour', cadence: Cadence, larger: string): string {
  switch (cadence.kind) {
    case 'all':
      return `every ${unit}`
    case 'every': {
      const text = `every ${cadence.step} ${unit}s`
      const from = cadence.from === 0 ? '' : ` from ${unit} ${cadence.from}`
      return cadence.even ? `${text}${from}` : `${text}${from} (afresh each ${larger})`
    }
    case 'range':
      return `every ${unit} from ${cadence.from} to ${cadence.to}${unit === 'hour' ? '' : ` of each ${larger}`}`
    case 'values':
      return `at ${unit}${cadence.values.length === 1 ? '' : 's'} ${list(cadence.values.map(String))} of each ${larger}`
  }
}

/** A restriction to part of a larger unit. */
function during(unit: 'minute' | 'hour', cadence: Cadence): string {
  switch (cadence.kind) {
    case 'all':
      return `every ${unit}`
    case 'every':
      return `every ${ordinal(cadence.step)} ${unit}${cadence.from === 0 ? '' : ` from ${cadence.from}`}`
    case 'range':
      return `${unit}s ${cadence.from} to ${cadence.to}`
    case 'values':
      return `${unit}${cadence.values.length === 1 ? '' : 's'} ${list(cadence.values.map(String))}`
  }
}

function inHours(hour: Cadence): string {
  if (hour.kind === 'all') return ''
  if (hour.kind === 'range') return ` from ${formatTime(hour.from * 3600)} to ${formatTime(hour.to * 3600 + 3540)}`
  if (hour.kind === 'values' && hour.values.length === 1) {
    const [h = 0] = hour.values
    return ` from ${formatTime(h * 3600)} to ${formatTime(h * 3600 + 3540)}`
  }
  return ` in ${during('hour', hour)}`
}

function dayPhrase(shape: Pick<CronShape, 'dates' | 'weekdays' | 'both' | 'months'>): string {
  const { dates, weekdays, both, months } = shape
  const inMonths = months ? duringMonths(months) : ''
  const ofMonth = months ? ` of ${monthList(months)}` : ' of every month'
  const byDate = dates.length > 0 ? `on ${list(dates.map(datePiece))}${ofMonth}` : ''
  const byWeekday = list(weekdays.map((piece) => weekdayPiece(piece, ofMonth, inMonths)))
  if (byDate === '' && byWeekday === '') return `every day${inMonths}`
  if (byDate === '') return byWeekday
  if (byWeekday === '') return byDate
  return both ? `${byWeekday}, but only ${byDate}` : `${byDate} or ${byWeekday}`
}

function datePiece(piece: DatePiece): string {
  switch (piece.kind) {
    case 'days':
      return `the ${list(runs(piece.days, (day) => day + 1).map(([first, ...rest]) => span(first!, rest.at(-1), ordinal)))}`
    case 'range':
      return `the ${ordinal(piece.from)} to ${ordinal(piece.to)}`
    case 'every': {
      const to = piece.to === 31 ? '' : ` to the ${ordinal(piece.to)}`
      return `every ${ordinal(piece.step)} day from the ${ordinal(piece.from)}${to}`
    }
    case 'from-end':
      return fromEnd(piece.offset)
    case 'last-weekday':
      return 'the last working day (Monday to Friday)'
    case 'nearest-weekday':
      return `the working day (Monday to Friday) nearest to the ${ordinal(piece.day)}`
    case 'nearest-from-end':
      return `the working day (Monday to Friday) nearest to ${fromEnd(piece.offset)}`
  }
}

function fromEnd(offset: number): string {
  return offset === 0 ? 'the last day' : `the ${ordinal(offset + 1)}-to-last day`
}

function weekdayPiece(piece: WeekdayPiece, ofMonth: string, inMonths: string): string {
  if (piece.kind === 'last') return `on the last ${weekday(piece.weekday)}${ofMonth}`
  if (piece.kind === 'nth') return `on the ${ordinalWord(piece.nth)} ${weekday(piece.weekday)}${ofMonth}`
  const parts = runs(piece.weekdays, (day) => (day + 1) % 7)
  const text = list(parts.map(([first, ...rest]) => span(first!, rest.at(-1), weekday)))
  // "Monday to Friday" alone needs no "every"; a list reads better with it.
  return `${parts.length === 1 && parts[0]!.length > 1 ? '' : 'every '}${text}${inMonths}`
}

function span(from: number, to: number | undefined, name: (value: number) => string): string {
  return to === undefined ? name(from) : `${name(from)} to ${name(to)}`
}

/** ` in January and July`, ` from June to August`. */
function duringMonths(months: readonly number[]): string {
  const isRun = months.length > 2 && months[months.length - 1]! - months[0]! === months.length - 1
  return ` ${isRun ? 'from' : 'in'} ${monthList(months)}`
}

function monthList(months: readonly number[]): string {
  const name = (month: number) => capital(MONTH_NAMES[month - 1]!)
  return list(runs(months, (month) => month + 1).map(([first, ...rest]) => span(first!, rest.at(-1), name)))
}

function weekday(day: number): string {
  return capital(WEEKDAY_NAMES[day]!)
}

function capital(word: string): string {
  return word[0]!.toUpperCase() + word.slice(1)
}

function ordinalWord(value: number): string {
  return ['first', 'second', 'third', 'fourth', 'fifth'][value - 1] ?? ordinal(value)
}

function ordinal(value: number): string {
  const tens = value % 100
  const ending = tens >= 11 && tens <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][value % 10] ?? 'th')
  return `${value}${ending}`
}

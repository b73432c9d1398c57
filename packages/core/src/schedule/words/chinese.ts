import { formatTime } from '../civil-date.ts'
import type { IntervalUnit } from '../input.ts'
import { type Cadence, type CronShape, type DatePiece, runs, type WeekdayPiece } from './cron-shape.ts'
import type { Language } from './language.ts'

/** Rules in Chinese (simplified), 24-hour clock, no full stop. */
export const chinese: Language = {
  cron: (shape) => {
    const hashed = `${years(shape.years)}${shape.hashed ? '（按哈希分散）' : ''}`
    const days = dayPhrase(shape)
    const gap = days.endsWith('）') ? '' : ' '
    if (shape.time.kind === 'times') return `${days}${gap}${times(shape.time.times)}${hashed}`
    const rhythm = rhythmPhrase(shape.time)
    return `${days === '每天' ? rhythm : `${days}，${rhythm}`}${hashed}`
  },
  interval: (every, unit) => everyUnit(every, unit),
  anchored: (text, wall) => `${text}（自 ${wall} 起计）`,
  aligned: (text, unit) => (unit === 'days' ? `${text} 00:00` : `${text}（与时钟对齐）`),
  once: (wall) => `仅一次，${wall}`,
  dependency: '在所依赖的任务之后执行',
  none: '仅手动执行',
  join: (sentences) => sentences.join('；以及'),
}

/** Up to this many stretches of years are named one by one. */
const MOST_STRETCHES = 5

function years(all: CronShape['years']): string {
  if (all === null) return ''
  const stretches = runs(all, (year) => year + 1)
  if (stretches.length > MOST_STRETCHES) return `，仅在 ${all[0]} 至 ${all.at(-1)} 年间的 ${all.length} 个年份`
  const said = stretches.map((run) => (run.length > 1 ? `${run[0]} 年至 ${run.at(-1)} 年` : `${run[0]} 年`))
  return `，仅 ${said.join('、')}`
}

const WEEKDAYS = ['日', '一', '二', '三', '四', '五', '六'] as const
const ORDINALS = ['一', '二', '三', '四', '五'] as const
const UNITS: Record<IntervalUnit, string> = { seconds: '秒', minutes: '分钟', hours: '小时', days: '天' }
type ClockUnit = 'second' | 'minute' | 'hour'
/** A span of the unit, and one value of it on the clock. */
const SPANS: Record<ClockUnit, string> = { second: '秒', minute: '分钟', hour: '小时' }
const POINTS: Record<ClockUnit, string> = { second: '秒', minute: '分', hour: '点' }

function everyUnit(count: number, unit: IntervalUnit): string {
  return count === 1 ? `每${UNITS[unit]}` : `每 ${count} ${UNITS[unit]}`
}

function times(all: readonly number[]): string {
  if (all.length <= 12) return all.map((time) => formatTime(time)).join('、')
  return `${formatTime(all[0]!)}–${formatTime(all[all.length - 1]!)} 之间共 ${all.length} 个时刻`
}

function rhythmPhrase({ second, minute, hour }: Record<ClockUnit, Cadence>): string {
  const atSecond = second.kind === 'values' && second.values.length === 1 ? second.values[0]! : undefined
  if (atSecond === undefined) {
    const inMinutes = minute.kind === 'all' ? '' : `${during('minute', minute)}内`
    return `${inHours(hour)}${inMinutes}${often('second', second, '每分钟')}`
  }
  const atMinute = minute.kind === 'values' && minute.values.length === 1 ? minute.values[0]! : undefined
  const suffix = atSecond === 0 ? '' : `的第 ${atSecond} 秒`
  if (minute.kind === 'range' && hour.kind === 'values' && hour.values.length === 1) {
    const clock = (m: number) => formatTime(hour.values[0]! * 3600 + m * 60 + atSecond)
    return `${clock(minute.from)}–${clock(minute.to)} 每分钟`
  }
  if (atMinute === undefined) return `${inHours(hour)}${often('minute', minute, '每小时')}${suffix}`
  if (hour.kind === 'range') {
    const clock = (h: number) => formatTime(h * 3600 + atMinute * 60 + atSecond)
    return `${clock(hour.from)}–${clock(hour.to)} 每小时`
  }
  if (hour.kind === 'values') return times(hour.values.map((h) => h * 3600 + atMinute * 60 + atSecond))
  const past = atMinute === 0 ? '' : `的第 ${atMinute} 分${atSecond === 0 ? '' : ` ${atSecond} 秒`}`
  return `${often('hour', hour, '每天')}${atMinute === 0 ? suffix : past}`
}

function often(unit: ClockUnit, cadence: Cadence, larger: string): string {
  switch (cadence.kind) {
    case 'all':
      return `每${SPANS[unit]}`
    case 'every': {
      const from = cadence.from === 0 ? '' : `从第 ${cadence.from} ${POINTS[unit]}起`
      const text = `${from}每 ${cadence.step} ${SPANS[unit]}`
      return cadence.even ? text : `${text}（${larger}重新起算）`
    }
    case 'range':
      return `${larger}第 ${cadence.from}–${cadence.to} ${POINTS[unit]}之间每${SPANS[unit]}`
    case 'values':
      return `${larger}的第 ${cadence.values.join('、')} ${POINTS[unit]}`
  }
}

function during(unit: 'minute' | 'hour', cadence: Cadence): string {
  switch (cadence.kind) {
    case 'all':
      return `每${SPANS[unit]}`
    case 'every':
      return `第 ${steps(cadence.from, cadence.step, unit === 'hour' ? 24 : 60)} ${POINTS[unit]}`
    case 'range':
      return `第 ${cadence.from}–${cadence.to} ${POINTS[unit]}`
    case 'values':
      return `第 ${cadence.values.join('、')} ${POINTS[unit]}`
  }
}

/** `0、2、4…22`: enough to see the rhythm. */
function steps(from: number, step: number, span: number): string {
  const last = from + Math.floor((span - 1 - from) / step) * step
  return `${[from, from + step, from + 2 * step].filter((value) => value < last).join('、')}…${last}`
}

function inHours(hour: Cadence): string {
  if (hour.kind === 'all') return ''
  const [from, to] =
    hour.kind === 'range'
      ? [hour.from, hour.to]
      : hour.kind === 'values' && hour.values.length === 1
        ? [hour.values[0]!, hour.values[0]!]
        : []
  if (from !== undefined && to !== undefined) {
    return `${formatTime(from * 3600)}–${formatTime(to * 3600 + 3540)} `
  }
  return `${during('hour', hour)}内`
}

function dayPhrase({ dates, weekdays, both, months }: CronShape): string {
  const inMonths = months ? `每年 ${monthList(months)}` : ''
  const ofMonth = months ? `${inMonths}的` : '每月'
  const byDate = dates.length > 0 ? `${ofMonth}${dates.map(datePiece).join('、')}` : ''
  const byWeekday = weekdays.map((piece) => weekdayPiece(piece, ofMonth, inMonths)).join('、')
  if (byDate === '' && byWeekday === '') return months ? `${inMonths}的每天` : '每天'
  if (byDate === '') return byWeekday
  if (byWeekday === '') return byDate
  return both ? `${byWeekday}（且须为${byDate}）` : `${byDate}或${byWeekday}`
}

function datePiece(piece: DatePiece): string {
  switch (piece.kind) {
    case 'days':
      return runs(piece.days, (day) => day + 1)
        .map((run) => (run.length > 1 ? `${run[0]} 日至 ${run.at(-1)} 日` : `${run[0]} 日`))
        .join('、')
        .replace(/^/, ' ')
    case 'range':
      return ` ${piece.from} 日至 ${piece.to} 日`
    case 'every':
      return `从 ${piece.from} 日起每 ${piece.step} 天${piece.to === 31 ? '' : `（至 ${piece.to} 日）`}`
    case 'from-end':
      return fromEnd(piece.offset)
    case 'last-weekday':
      return '最后一个工作日（周一至周五）'
    case 'nearest-weekday':
      return `离 ${piece.day} 日最近的工作日（周一至周五）`
    case 'nearest-from-end':
      return `离${fromEnd(piece.offset)}最近的工作日（周一至周五）`
  }
}

function fromEnd(offset: number): string {
  return offset === 0 ? '最后一天' : `倒数第 ${offset + 1} 天`
}

function weekdayPiece(piece: WeekdayPiece, ofMonth: string, inMonths: string): string {
  if (piece.kind === 'last') return `${ofMonth}最后一个周${WEEKDAYS[piece.weekday]}`
  if (piece.kind === 'nth') return `${ofMonth}第${ORDINALS[piece.nth - 1]}个周${WEEKDAYS[piece.weekday]}`
  const text = runs(piece.weekdays, (day) => (day + 1) % 7)
    .map((run) => (run.length > 1 ? `周${WEEKDAYS[run[0]!]}至周${WEEKDAYS[run.at(-1)!]}` : `周${WEEKDAYS[run[0]!]}`))
    .join('、')
  return `${inMonths === '' ? '' : `${inMonths}的`}每${text}`
}

/** `2 月、4 月`. */
export function chineseMonths(months: readonly number[]): string {
  return monthList(months)
}

/** `周一`. */
export function chineseWeekday(day: number): string {
  return `周${WEEKDAYS[day]}`
}

function monthList(months: readonly number[]): string {
  return runs(months, (month) => month + 1)
    .map((run) => (run.length > 1 ? `${run[0]} 月至 ${run.at(-1)} 月` : `${run[0]} 月`))
    .join('、')
}

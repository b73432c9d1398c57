import type { Tick } from './wall-walk.ts'

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC']
const DAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT']

/** A six-field expression, asked about one wall time after the other. */
export interface Matcher {
  /** Minute or hour field starts with a star. */
  wild: boolean
  seconds: number[]
  /** Does the minute of this wall time match, seconds aside? */
  minuteMatches(wall: Pick<Tick, 'year' | 'month' | 'day' | 'hour' | 'minute'>): boolean
}

/** Understands whatever `random-expression.ts` writes: always six fields, second first. */
export function matcher(expression: string): Matcher {
  const [second, minute, hour, dom, month, dow] = expression.split(' ') as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const allowed = (text: string, low: number, high: number) =>
    Array.from({ length: high + 1 }, (_, value) => value >= low && plain(text, value, low, high, []))
  const minutes = allowed(minute, 0, 59)
  const hours = allowed(hour, 0, 23)
  const days = new Map<number, boolean>()
  const dayMatches = (year: number, monthNumber: number, day: number) => {
    if (!plain(month, monthNumber, 1, 12, MONTHS)) return false
    const byDom = dom.split(',').some((item) => domItem(item, year, monthNumber, day))
    const byDow = dow.split(',').some((item) => dowItem(item, year, monthNumber, day))
    return dom[0] === '*' || dow[0] === '*' || dom[0] === '?' || dow[0] === '?' ? byDom && byDow : byDom || byDow
  }
  return {
    wild: minute[0] === '*' || hour[0] === '*',
    seconds: allowed(second, 0, 59).flatMap((yes, value) => (yes ? [value] : [])),
    minuteMatches(wall) {
      if (!minutes[wall.minute] || !hours[wall.hour]) return false
      const key = (wall.year * 16 + wall.month) * 32 + wall.day
      let yes = days.get(key)
      if (yes === undefined) {
        yes = dayMatches(wall.year, wall.month, wall.day)
        days.set(key, yes)
      }
      return yes
    },
  }
}

/** Lists, ranges, steps and names. */
function plain(text: string, value: number, low: number, high: number, names: string[]): boolean {
  return text.split(',').some((item) => {
    const [range, step] = item.split('/') as [string, string | undefined]
    let from = low
    let to = high
    if (range !== '*' && range !== '?') {
      const [a, b] = range.split('-') as [string, string | undefined]
      from = number(a, low, names)
      to = b === undefined ? (step === undefined ? from : high) : number(b, low, names)
    }
    for (let v = from; v <= to; v += step === undefined ? 1 : Number(step)) if (v === value) return true
    return false
  })
}

function number(text: string, low: number, names: string[]): number {
  const index = names.indexOf(text.toUpperCase())
  return index < 0 ? Number(text) : index + low
}

function weekdayOf(year: number, month: number, day: number): number {
  return new Date(Date.UTC(year, month - 1, day)).getUTCDay()
}

function lengthOf(year: number, month: number): number {
  return new Date(Date.UTC(year, month, 0)).getUTCDate()
}

function domItem(item: string, year: number, month: number, day: number): boolean {
  const length = lengthOf(year, month)
  if (item === 'L') return day === length
  if (item === 'LW') {
    let last = length
    while ([0, 6].includes(weekdayOf(year, month, last))) last--
    return day === last
  }
  if (item.startsWith('L-')) return day === length - Number(item.slice(2))
  if (item.endsWith('W')) {
    const wanted = Number(item.slice(0, -1))
    if (wanted > length) return false
    // The nearest Monday-to-Friday of the same month, tried in order of distance.
    for (const distance of [0, -1, 1, -2, 2]) {
      const candidate = wanted + distance
      if (candidate < 1 || candidate > length || [0, 6].includes(weekdayOf(year, month, candidate))) continue
      return day === candidate
    }
    return false
  }
  return plain(item, day, 1, 31, [])
}

function dowItem(item: string, year: number, month: number, day: number): boolean {
  const weekday = weekdayOf(year, month, day)
  if (item.includes('#')) {
    const [wanted, nth] = item.split('#') as [string, string]
    return number(wanted, 0, DAYS) % 7 === weekday && Math.ceil(day / 7) === Number(nth)
  }
  if (/L$/.test(item)) return number(item.slice(0, -1), 0, DAYS) % 7 === weekday && day > lengthOf(year, month) - 7
  // Sunday is 0 and 7; a range may end on it either way. A star stops at 6.
  const written = /^(0|SUN)-/i.test(item) ? item : item.replace(/-(0|SUN)(?=\/|$)/i, '-7')
  const high = /^[*?]/.test(item) || (!item.includes('-') && item.includes('/')) ? 6 : 7
  return plain(written, weekday, 0, high, DAYS) || (weekday === 0 && plain(written, 7, 0, high, DAYS))
}

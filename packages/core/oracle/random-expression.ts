import type { Random } from './random.ts'
import type { Tick } from './wall-walk.ts'

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat']

/**
 * A random six-field expression. Most are aimed: every field is made to contain the wall time `target`, so that the
 * comparison sees occurrences where they matter and not only agreement on silence.
 */
export function randomExpression(random: Random, target: Tick): string {
  const aimed = random.chance(0.8)
  const minute = field(random, aimed ? target.minute : random.int(0, 59), 0, 59)
  const hour = field(random, aimed ? target.hour : random.int(0, 23), 0, 23)
  const day = aimed ? target : { ...target, day: random.int(1, 28), month: random.int(1, 12) }
  const second = random.chance(0.75) ? '0' : random.chance(0.8) ? String(random.int(0, 59)) : field(random, 0, 0, 59)
  const month = random.chance(0.6) ? '*' : monthField(random, day.month)
  const style = random.next()
  const dom =
    style < 0.35 ? '*' : style < 0.4 ? '?' : style < 0.8 ? domField(random, day) : starStep(random, day.day - 1, 31)
  const dow = style > 0.25 && random.chance(0.55) ? '*' : dowField(random, day)
  return [second, minute, hour, dom, month, dow].join(' ')
}

/** A field over `[low, high]` that contains `value`. */
function field(random: Random, value: number, low: number, high: number): string {
  const r = random.next()
  if (r < 0.22) return '*'
  if (r < 0.4) return starStep(random, value - low, high - low + 1)
  if (r < 0.62) return String(value)
  if (r < 0.74) return `${random.int(low, value)}-${random.int(value, high)}`
  if (r < 0.84) {
    const step = random.int(1, Math.max(1, Math.min(12, value - low)))
    const start = value - step * random.int(0, Math.floor((value - low) / step))
    return random.chance(0.5) ? `${start}-${random.int(value, high)}/${step}` : `${start}/${step}`
  }
  return [...new Set([random.int(low, high), value, random.int(low, high)])].join(',')
}

/** Every nth value from the lowest on, that contains the `index`th value of a field with `span` values. */
function starStep(random: Random, index: number, span: number): string {
  const steps = Array.from({ length: span }, (_, i) => i + 1).filter((step) => index % step === 0)
  const step = random.pick(steps.slice(0, 12))
  return step === 1 ? '*' : `*/${step}`
}

function monthField(random: Random, month: number): string {
  if (random.chance(0.3)) return MONTHS[month - 1]!
  return field(random, month, 1, 12)
}

function domField(random: Random, { year, month, day }: Pick<Tick, 'year' | 'month' | 'day'>): string {
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const r = random.next()
  if (r < 0.35) return field(random, day, 1, 31)
  if (r < 0.5) return day === length ? 'L' : `L-${length - day}`
  if (r < 0.65) return `${Math.max(1, Math.min(31, day + random.int(-2, 2)))}W`
  if (r < 0.75) return 'LW'
  if (r < 0.85) return `${random.int(1, 31)},L,${day}`
  return `${day},${random.int(1, 31)}W,L-${random.int(1, 20)}`
}

function dowField(random: Random, { year, month, day }: Pick<Tick, 'year' | 'month' | 'day'>): string {
  const weekday = new Date(Date.UTC(year, month - 1, day)).getUTCDay()
  const length = new Date(Date.UTC(year, month, 0)).getUTCDate()
  const r = random.next()
  if (r < 0.2) return DAYS[weekday]!
  if (r < 0.3) return weekday === 0 ? '7' : String(weekday)
  if (r < 0.4) return `${random.int(0, weekday)}-${random.int(weekday, 7)}`
  if (r < 0.48) return `${random.pick(DAYS.slice(1))}-sun`
  if (r < 0.55) return starStep(random, weekday, 7)
  if (r < 0.75) return `${random.chance(0.5) ? weekday : DAYS[weekday]}#${Math.ceil(day / 7)}`
  if (r < 0.85) return day > length - 7 ? `${weekday}L` : `${random.int(0, 7)}L`
  return [random.int(0, 7), weekday, `${random.int(0, 6)}#${random.int(1, 5)}`].join(',')
}

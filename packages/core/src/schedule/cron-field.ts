import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'
import { type Complain, FIELD_SPECS, type FieldName, parseValue, readValue, WEEKDAY_NAMES } from './cron-value.ts'
import { hash32 } from './hash.ts'

/** One comma-separated part of a field, with `H` and `~` already settled. */
export type CronItem =
  /** `*`, `a`, `a-b`, each with an optional step. `all`: written with a star; `hashed`: derived from the hash key. */
  | { kind: 'range'; from: number; to: number; step: number; all: boolean; hashed: boolean }
  /** `L`, `L-n`. */
  | { kind: 'from-end'; offset: number }
  /** `LW`. */
  | { kind: 'last-weekday' }
  /** `L-nW`: the weekday nearest to the day n before the last. */
  | { kind: 'nearest-from-end'; offset: number }
  /** `nW`. */
  | { kind: 'nearest-weekday'; day: number }
  /** `n#k`. */
  | { kind: 'nth'; weekday: number; nth: number }
  /** `nL`. */
  | { kind: 'last'; weekday: number }

export interface CronField {
  name: FieldName
  text: string
  /** The field starts with `*` (or `?`): what cronie keeps as MIN_STAR, HR_STAR, DOM_STAR, DOW_STAR. */
  star: boolean
  items: CronItem[]
}

/** Jenkins keeps `H` of the day-of-month within 1–28, so that it exists in every month. */
const LAST_HASHED_DAY = 28

/**
 * Parses one field of a cron expression (crontab(5); `L`, `W`, `#`, `?` as in Quartz; `H` as in Jenkins; `a~b` as in
 * cronie, but with a stable choice instead of a random one). Mistakes are appended to `errors`.
 */
export function parseField(
  name: FieldName,
  text: string,
  hashKey: string,
  complain: (error: Omit<FieldError, 'path'>) => void,
): CronField {
  const field: CronField = { name, text, star: text.startsWith('*') || text.startsWith('?'), items: [] }
  let at = 0
  for (const part of text.split(',')) {
    const start = at
    const report: Complain = (message, offset, replacement, length = part.length - offset) => {
      const position = start + offset
      const suggestion =
        replacement === undefined
          ? {}
          : { suggestion: text.slice(0, position) + replacement + text.slice(position + length) }
      complain({ message, position, ...suggestion })
    }
    const item = parsePart(name, part, hashKey, report)
    if (item) field.items.push(item)
    at += part.length + 1
  }
  return field
}

function parsePart(name: FieldName, part: string, hashKey: string, report: Complain): CronItem | undefined {
  const spec = FIELD_SPECS[name]
  if (part === '') {
    report(say`The ${name} field has an empty entry; remove the extra comma.`, 0)
    return undefined
  }
  const slash = part.indexOf('/')
  const base = slash < 0 ? part : part.slice(0, slash)
  const special = slash < 0 ? parseSpecial(name, base, report) : undefined
  if (special !== undefined) return special === 'wrong' ? undefined : special
  const step = slash < 0 ? 1 : parseStep(name, part, slash, report)
  if (step === undefined) return undefined

  const hash = /^[Hh](?:\((\d+)-(\d+)\))?$/.exec(base)
  const tilde = /^(\w*)~(\w*)$/.exec(base)
  if (hash) return parseHash(name, { match: hash, step: slash < 0 ? undefined : step, hashKey }, report)
  if (tilde) {
    const from = tilde[1] === '' ? spec.min : parseValue(name, tilde[1]!, 0, report)
    const to = tilde[2] === '' ? spec.last : parseValue(name, tilde[2]!, base.indexOf('~') + 1, report)
    if (from === undefined || to === undefined) return undefined
    if (from > to) return void report(say`The range ${base} runs backwards in the ${name} field.`, 0, `${to}~${from}`)
    const value = from + (hash32(`${hashKey}\n${name}`) % (to - from + 1))
    return { kind: 'range', from: value, to: value, step: 1, all: false, hashed: true }
  }
  if (base === '*' || base === '?') {
    if (base === '?' && !name.startsWith('day')) {
      return void report(
        say`"?" is only allowed in the day fields; write "*" in the ${name} field.`,
        0,
        part.replace('?', '*'),
      )
    }
    return { kind: 'range', from: spec.min, to: spec.last, step, all: true, hashed: false }
  }
  return parseRange(name, base, slash < 0 ? undefined : step, report)
}

/** `L`, `L-n`, `LW`, `nW`, `n#k`, `nL`; undefined when the text is nothing of that sort. */
function parseSpecial(name: FieldName, text: string, report: Complain): CronItem | 'wrong' | undefined {
  const upper = text.toUpperCase()
  if (name === 'day-of-month') {
    if (upper === 'L') return { kind: 'from-end', offset: 0 }
    if (upper === 'LW' || upper === 'WL') return { kind: 'last-weekday' }
    const fromEnd = /^L-(\d+)(W)?$/.exec(upper)
    if (fromEnd) {
      const offset = Number(fromEnd[1])
      if (offset <= 30) return { kind: fromEnd[2] === undefined ? 'from-end' : 'nearest-from-end', offset }
      report(say`L-n counts back from the last day of the month; n may be 1–30.`, 2)
      return 'wrong'
    }
    const nearest = /^(\d+)W$/.exec(upper)
    if (nearest) {
      const day = Number(nearest[1])
      if (day >= 1 && day <= 31) return { kind: 'nearest-weekday', day }
      report(say`nW is the weekday nearest to day n; n may be 1–31.`, 0)
      return 'wrong'
    }
    return undefined
  }
  if (name !== 'day-of-week') return undefined
  const nth = /^(\w+)#(\w+)$/.exec(text)
  if (nth) {
    const weekday = parseValue(name, nth[1]!, 0, report)
    if (weekday === undefined) return 'wrong'
    if (nth[2]!.toUpperCase() === 'L') return { kind: 'last', weekday: weekday % 7 }
    if (/^[1-5]$/.test(nth[2]!)) return { kind: 'nth', weekday: weekday % 7, nth: Number(nth[2]) }
    report(say`After "#" comes which ${WEEKDAY_NAMES[weekday % 7]!} of the month, 1–5.`, nth[1]!.length + 1)
    return 'wrong'
  }
  if (upper === 'L') {
    report(say`"L" in the day-of-week field needs a weekday before it: 5L is the last Friday of the month.`, 0)
    return 'wrong'
  }
  const last = /^(\d|\w{3,})L$/i.exec(text)
  // "april" and the like end in L by nature; only what names a weekday counts.
  if (last && (/^\d$/.test(last[1]!) || readValue(name, last[1]!) !== undefined)) {
    const weekday = parseValue(name, last[1]!, 0, report)
    return weekday === undefined ? 'wrong' : { kind: 'last', weekday: weekday % 7 }
  }
  return undefined
}

function parseStep(name: FieldName, part: string, slash: number, report: Complain): number | undefined {
  const text = part.slice(slash + 1)
  const { min, last } = FIELD_SPECS[name]
  if (!/^\d+$/.test(text)) {
    report(say`After "/" comes a step, a whole number of at least 1, in the ${name} field.`, slash + 1)
    return undefined
  }
  const step = Number(text)
  const span = last - min + 1
  if (step >= 1 && step <= span) return step
  const reason = step === 0 ? say`A step of 0 never advances` : say`A step of ${text} is longer than the whole field`
  report(say`${reason}; the ${name} field allows steps of 1–${span}.`, slash + 1)
  return undefined
}

interface HashedPart {
  /** `H` or `H(a-b)`. */
  match: RegExpExecArray
  step: number | undefined
  hashKey: string
}

function parseHash(name: FieldName, { match, step, hashKey }: HashedPart, report: Complain): CronItem | undefined {
  const spec = FIELD_SPECS[name]
  const from = match[1] === undefined ? spec.min : parseValue(name, match[1], 2, report)
  const widest = name === 'day-of-month' ? LAST_HASHED_DAY : spec.last
  const to = match[2] === undefined ? widest : parseValue(name, match[2], 3 + match[1]!.length, report)
  if (from === undefined || to === undefined) return undefined
  if (from > to) {
    return void report(
      say`The range in ${match[0]} runs backwards.`,
      2,
      `${to}-${from}`,
      match[1]!.length + match[2]!.length + 1,
    )
  }
  const hash = hash32(`${hashKey}\n${name}`)
  if (step === undefined) {
    const value = from + (hash % (to - from + 1))
    return { kind: 'range', from: value, to: value, step: 1, all: false, hashed: true }
  }
  // As in Jenkins: the step's phase is hashed, and the last stretch of the field may be shorter.
  const first = from + (hash % Math.min(step, to - from + 1))
  return { kind: 'range', from: first, to, step, all: false, hashed: true }
}

function parseRange(name: FieldName, base: string, step: number | undefined, report: Complain): CronItem | undefined {
  const spec = FIELD_SPECS[name]
  const range = /^([^-]+)-([^-]+)$/.exec(base)
  const from = parseValue(name, range ? range[1]! : base, 0, report)
  if (from === undefined) return undefined
  if (!range) {
    // "5/15" is not in crontab(5), but everybody reads it as "from 5 on, every 15".
    const to = step === undefined ? from : Math.max(from, spec.last)
    return { kind: 'range', from, to, step: step ?? 1, all: false, hashed: false }
  }
  let to = parseValue(name, range[2]!, range[1]!.length + 1, report)
  if (to === undefined) return undefined
  // cronie src/entry.c, R_RANGE_NUM2: a range that ends on Sunday may write it 0 ("fri-sun").
  if (name === 'day-of-week' && to === 0 && from > 0) to = 7
  if (from <= to) return { kind: 'range', from, to, step: step ?? 1, all: false, hashed: false }
  const wrapped = wrappedRange(spec, from, to, step)
  report(say`The range ${base} runs backwards in the ${name} field; write ${wrapped} to go round the end.`, 0, wrapped)
  return undefined
}

/** What somebody who writes `22-2` means, in a form that cron accepts. */
function wrappedRange(spec: { min: number; last: number }, from: number, to: number, step: number | undefined): string {
  if (step === undefined) {
    const piece = (a: number, b: number) => (a === b ? String(a) : `${a}-${b}`)
    return `${piece(from, spec.last)},${piece(spec.min, to)}`
  }
  const values: number[] = []
  const span = spec.last - spec.min + 1
  for (let value = from; value <= to + span; value += step) values.push(((value - spec.min) % span) + spec.min)
  return values.join(',')
}

import { DAY_SECONDS, daysFromCivil, daysInMonth } from './civil-date.ts'

const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*([Zz]|[+-]\d\d(?::?\d\d)?)?)?$/

/** Reads an ISO 8601 instant. `zoned` false: the text has no offset, and `ms` is wall clock. Null: not an instant. */
export function parseInstant(text: string): { ms: number; zoned: boolean } | null {
  const match = ISO.exec(text.trim())
  if (!match) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', offset] = match
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (mo < 1 || mo > 12 || d < 1 || d > daysInMonth(y, mo) || h > 23 || mi > 59 || s > 59) return null
  const milliseconds = Math.floor(Number(fraction.padEnd(3, '0').slice(0, 3)))
  const wall = (daysFromCivil(y, mo, d) * DAY_SECONDS + h * 3600 + mi * 60 + s) * 1000 + milliseconds
  if (offset === undefined) return { ms: wall, zoned: false }
  if (offset === 'Z' || offset === 'z') return { ms: wall, zoned: true }
  const digits = offset.slice(1).replace(':', '').padEnd(4, '0')
  const [offsetHours, offsetMinutes] = [Number(digits.slice(0, 2)), Number(digits.slice(2))]
  if (offsetHours > 23 || offsetMinutes > 59) return null
  const offsetMs = (offsetHours * 60 + offsetMinutes) * 60_000
  return { ms: offset[0] === '-' ? wall + offsetMs : wall - offsetMs, zoned: true }
}

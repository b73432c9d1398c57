import type { FieldError, Json } from '@rota/core'
import { say } from '@rota/core'
import { kindOf } from './payload-checks.ts'

const CLASS = /^([1-5])xx$/i
const RANGE = /^([1-5]\d\d)\s*-\s*([1-5]\d\d)$/
const CODE = /^[1-5]\d\d$/

/** The lowest and highest status one expectation accepts, or null when it is malformed. */
function bounds(expected: Json): [number, number] | null {
  const text = typeof expected === 'number' ? String(expected) : expected
  if (typeof text !== 'string') return null
  const hundred = CLASS.exec(text)?.[1]
  if (hundred) return [Number(hundred) * 100, Number(hundred) * 100 + 99]
  const range = RANGE.exec(text)
  if (range) return Number(range[1]) <= Number(range[2]) ? [Number(range[1]), Number(range[2])] : null
  return CODE.test(text) ? [Number(text), Number(text)] : null
}

/** Checks `expect_status`: `"2xx"`, `204`, `"200-204"`, or a list of such. */
export function checkExpectedStatus(path: string, value: Json | undefined): FieldError[] {
  if (value === undefined) return []
  const all = Array.isArray(value) ? value : [value]
  if (all.length === 0) return [{ path, message: say`Must not be an empty list.` }]
  return all.flatMap((item, index) => {
    if (bounds(item)) return []
    const where = Array.isArray(value) ? `${path}.${index}` : path
    const given = typeof item === 'string' || typeof item === 'number' ? JSON.stringify(item) : kindOf(item)
    const message = say`${given} is not a status (204), a class (2xx) or a range (200-204).`
    const suggestion = statusMeant(String(item))
    return [{ path: where, message, ...(suggestion !== undefined && { suggestion }) }]
  })
}

/** `2x`, `2**` and `200..204` in the form that is understood; undefined where nobody can tell. */
function statusMeant(text: string): string | undefined {
  const hundred = /^([1-5])[x*]{1,2}$/i.exec(text)?.[1]
  if (hundred) return `${hundred}xx`
  const [, from, to] = /^([1-5]\d\d) ?(?:\.\.|–|:|to) ?([1-5]\d\d)$/.exec(text) ?? []
  if (from && to && from <= to) return `${from}-${to}`
  return /^(ok|success)$/i.test(text) ? '2xx' : undefined
}

/** True when a response's status is among the expected ones; without any, 200 to 299. */
export function isExpectedStatus(status: number, expected: Json | undefined): boolean {
  const all = Array.isArray(expected) ? expected : [expected ?? '2xx']
  return all.some((item) => {
    const range = bounds(item)
    return range !== null && status >= range[0] && status <= range[1]
  })
}

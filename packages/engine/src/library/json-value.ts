import { invalid, type Json } from '@rota/core'

/**
 * Checks that a value is what it will be when it comes back from the store. Throws `invalid` with the place of the first
 * part that is not JSON, such as a Date, a Map, `undefined` or NaN.
 */
export function jsonValue(value: unknown, path: string): Json {
  const problem = defect(value, path, 0)
  if (problem !== null) throw invalid([problem])
  return value as Json
}

const DEEPEST = 100

function defect(value: unknown, path: string, depth: number): { path: string; message: string } | null {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return null
  if (typeof value === 'number' && Number.isFinite(value)) return null
  if (typeof value !== 'object') return { path, message: `is ${describe(value)}, which JSON cannot hold.` }
  if (depth > DEEPEST) return { path, message: `is nested deeper than ${DEEPEST} levels, or contains itself.` }
  if (Array.isArray(value)) return firstDefect(value.entries(), path, depth)
  const prototype = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return firstDefect(Object.entries(value), path, depth)
  const name = prototype.constructor?.name ?? 'object of a class'
  return { path, message: `is a ${name}, which JSON cannot hold. Pass its data as plain values.` }
}

function firstDefect(entries: Iterable<[string | number, unknown]>, path: string, depth: number) {
  for (const [key, inner] of entries) {
    const found = defect(inner, typeof key === 'number' ? `${path}[${key}]` : `${path}.${key}`, depth + 1)
    if (found !== null) return found
  }
  return null
}

function describe(value: unknown): string {
  return typeof value === 'number' || value === undefined ? String(value) : `a ${typeof value}`
}

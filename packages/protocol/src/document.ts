import { type FieldError, say } from '@rota/core'
import { joinPath } from './issues.ts'
import { LIMITS } from './limits.ts'

/** Keys that could reach an object's prototype. Refused wherever they stand, also in maps that people name freely. */
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype'])

/**
 * Finds what no schema may have to deal with: text that cannot be stored (NUL, lone surrogates), keys that pollute
 * prototypes, nesting and counts beyond {@link LIMITS}. Works without recursion, so depth cannot exhaust the stack.
 */
export function documentErrors(value: unknown): FieldError[] {
  const errors: FieldError[] = []
  const open: { value: unknown; path: PropertyKey[] }[] = [{ value, path: [] }]
  let seen = 0
  while (open.length > 0 && errors.length < LIMITS.errors) {
    const { value: current, path } = open.pop()!
    if (++seen > LIMITS.values) return [{ path: '', message: say`must have at most ${LIMITS.values} values.` }]
    if (typeof current === 'string') pushTextError(errors, current, path)
    if (typeof current !== 'object' || current === null) continue
    if (path.length >= LIMITS.depth) {
      errors.push({ path: joinPath('', path), message: say`must not be nested deeper than ${LIMITS.depth} levels.` })
      continue
    }
    if (Array.isArray(current)) {
      if (current.length > LIMITS.values) return [{ path: joinPath('', path), message: say`has too many entries.` }]
      for (let at = current.length - 1; at >= 0; at--) open.push({ value: current[at], path: [...path, at] })
      continue
    }
    for (const [key, inner] of Object.entries(current)) {
      seen++
      const message = keyError(key)
      if (message !== undefined) errors.push({ path: joinPath('', [...path, printable(key)]), message })
      else open.push({ value: inner, path: [...path, key] })
    }
  }
  return errors
}

/** What makes `text` impossible to store, with its position; undefined when nothing does. */
export function textError(text: string): { message: string; position: number } | undefined {
  const nul = text.indexOf('\u0000')
  if (nul >= 0) return { message: say`must not contain a NUL character.`, position: nul }
  if (text.isWellFormed()) return undefined
  const position = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text)?.index ?? 0
  return { message: say`must not contain half a surrogate pair.`, position }
}

function pushTextError(errors: FieldError[], text: string, path: PropertyKey[]): void {
  const error = textError(text)
  if (error !== undefined) errors.push({ path: joinPath('', path), ...error })
}

function keyError(key: string): string | undefined {
  if (FORBIDDEN_KEYS.has(key)) return say`is not allowed as a key.`
  return textError(key)?.message
}

function printable(key: string): string {
  return key.toWellFormed().replaceAll('\u0000', '\ufffd')
}

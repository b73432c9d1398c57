import type { FieldError, Json } from '@rota/core'
import { say, suggestName } from '@rota/core'

/** The first lone surrogate or NUL of a text, as a field error; neither can be passed to a program or stored. */
function unusableCharacter(path: string, text: string): FieldError | null {
  const nul = text.indexOf('\0')
  if (nul !== -1) {
    return { path, message: say`Contains a NUL byte at position ${nul}, which no program can receive.`, position: nul }
  }
  if (text.isWellFormed()) return null
  const position = text.search(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/)
  return {
    path,
    message: say`Contains half of a surrogate pair at position ${position}; it is not valid text.`,
    position,
  }
}

/** Checks a text that must be there: a string, not blank, usable, at most `maxBytes` bytes of UTF-8. */
export function checkText(path: string, value: Json | undefined, maxBytes: number): FieldError[] {
  if (value === undefined || value === null) return [{ path, message: say`Is required.` }]
  if (typeof value !== 'string') return [{ path, message: say`Must be a string, not ${kindOf(value)}.` }]
  if (value.trim() === '') return [{ path, message: say`Must not be empty.` }]
  const bytes = Buffer.byteLength(value)
  if (bytes > maxBytes) return [{ path, message: say`Is ${bytes} bytes long; at most ${maxBytes} are allowed.` }]
  const bad = unusableCharacter(path, value)
  return bad ? [bad] : []
}

/** Reports fields that are not known, each with the known one that was probably meant. */
export function checkUnknown(path: string, value: Record<string, Json>, known: readonly string[]): FieldError[] {
  const errors: FieldError[] = []
  for (const key of Object.keys(value)) {
    if (known.includes(key)) continue
    const suggestion = suggestName(key, known, value)
    const message = suggestion
      ? say`Unknown field; did you mean ${suggestion}?`
      : say`Unknown field; known are ${known.join(', ')}.`
    const error: FieldError = { path: path ? `${path}.${key}` : key, message }
    errors.push(suggestion ? { ...error, suggestion } : error)
  }
  return errors
}

/** The kind of a JSON value in words a person uses. */
export function kindOf(value: Json): string {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

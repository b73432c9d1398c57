import { type FieldError, invalid, say, suggest, suggestName } from '@rota/core'
import type { z } from 'zod'
import { LIMITS } from './limits.ts'
import { knownKeysFor } from './strict.ts'

type Issue = z.core.$ZodIssue

/**
 * Checks `value` against `schema` and answers what the schema makes of it. `at` is put before the paths of errors.
 *
 * Throws `invalid` with one entry per wrong field.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown, at = ''): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw invalid(fieldErrors(result.error.issues, at))
}

/** Turns a schema's issues into the field errors of a reply, at most {@link LIMITS.errors}. */
export function fieldErrors(issues: readonly Issue[], at = ''): FieldError[] {
  const errors: FieldError[] = []
  for (const issue of issues) {
    if (errors.length >= LIMITS.errors) break
    errors.push(...fromIssue(issue, at))
  }
  return errors.slice(0, LIMITS.errors)
}

/** `['env', 'PATH', 0]` as `env.PATH[0]`. */
export function joinPath(at: string, path: readonly PropertyKey[]): string {
  let text = at
  for (const part of path) {
    if (typeof part === 'number') text += `[${part}]`
    else text += text === '' ? String(part) : `.${String(part)}`
  }
  return text
}

function fromIssue(issue: Issue, at: string): FieldError[] {
  const path = joinPath(at, issue.path)
  if (issue.code === 'unrecognized_keys') {
    // More are not told, and each would be compared with every known one.
    const given = (issue.input ?? {}) as object
    return issue.keys.slice(0, LIMITS.errors).map((key) => unknownKey(key, issue.keys, { given, path }))
  }
  if (issue.code === 'invalid_union') return fromUnion(issue, path)
  if (issue.code === 'invalid_value') return [wrongValue(issue.values, issue.input, path)]
  return [{ path, message: sentence(issue) }]
}

function unknownKey(key: string, keys: readonly string[], at: { given: object; path: string }): FieldError {
  const { given, path } = at
  const { known, readOnly } = knownKeysFor(keys)
  if (readOnly.includes(key)) return { path: joinPath(path, [key]), message: say`is set by the server; leave it out.` }
  const nearest = suggestName(key, known, given)
  const message = nearest ? say`is not a known field; did you mean "${nearest}"?` : say`is not a known field.`
  return { path: joinPath(path, [key]), message, ...(nearest && { suggestion: nearest }) }
}

/** Reports the branch that the caller meant: the one that fails deepest, not at the value's own type. */
function fromUnion(issue: Issue & { code: 'invalid_union' }, path: string): FieldError[] {
  if (issue.discriminator !== undefined) {
    const given = (issue.input as Record<string, unknown> | undefined)?.[issue.discriminator]
    return [wrongValue((issue as { options?: unknown[] }).options ?? [], given, path)]
  }
  const meant = issue.errors
    .filter((branch) => !branch.some((inner) => inner.path.length === 0 && inner.code === 'invalid_type'))
    .toSorted((a, b) => a.length - b.length)[0]
  if (meant !== undefined) return fieldErrors(meant, path)
  const expected = issue.errors.flat().flatMap((inner) => (inner.code === 'invalid_type' ? [inner.expected] : []))
  const kinds = [...new Set(expected)].map(article)
  if (kinds.length === 0) return [{ path, message: required(issue.input) ?? say`is not valid.` }]
  const anyOf = kinds.reduce((some, next) => say`${some} or ${next}`)
  return [{ path, message: required(issue.input) ?? say`must be ${anyOf}, not ${kindOf(issue.input)}.` }]
}

function wrongValue(values: readonly unknown[], input: unknown, path: string): FieldError {
  const missing = required(input)
  if (missing !== undefined) return { path, message: missing }
  const nearest = typeof input === 'string' ? suggest(input, values.map(String)) : undefined
  const list = values.map((value) => JSON.stringify(value)).join(', ')
  const only = values.length === 1
  const message = nearest
    ? only
      ? say`must be ${list}; did you mean "${nearest}"?`
      : say`must be one of ${list}; did you mean "${nearest}"?`
    : only
      ? say`must be ${list}.`
      : say`must be one of ${list}.`
  return { path, message, ...(nearest && { suggestion: nearest }) }
}

/** Never a pattern of ours: a check that has one says in words what it wants. */
function sentence(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return required(issue.input) ?? say`must be ${article(issue.expected)}, not ${kindOf(issue.input)}.`
    case 'too_small':
      return issue.inclusive === false
        ? say`must be more than ${size(issue.minimum, issue.origin)}.`
        : say`must be at least ${size(issue.minimum, issue.origin)}.`
    case 'too_big':
      return issue.inclusive === false
        ? say`must be less than ${size(issue.maximum, issue.origin)}.`
        : say`must be at most ${size(issue.maximum, issue.origin)}.`
    case 'invalid_format':
      return FORMATS[issue.format]?.() ?? own(issue) ?? say`is not in the form it must have.`
    case 'invalid_key':
      return say`is not allowed as a key.`
    case 'not_multiple_of':
      return say`must be a multiple of ${String(issue.divisor)}.`
    default:
      return own(issue) ?? say`is not valid.`
  }
}

/** What a check of ours says of itself; undefined where only the library would speak. */
function own({ message }: Issue): string | undefined {
  return /^(Invalid|Too |Unrecognized)/.test(message) ? undefined : message
}

const FORMATS: Record<string, () => string> = {
  datetime: () => say`must be an ISO 8601 instant with Z or an offset, for example 2026-12-01T02:00:00Z.`,
  date: () => say`must be a date, for example 2026-12-01.`,
  uuid: () => say`must be an id (UUID).`,
}

function size(amount: number | bigint, origin: string): string {
  if (origin === 'string') return amount === 1 ? say`1 character long` : say`${String(amount)} characters long`
  if (origin === 'array' || origin === 'record') {
    return amount === 1 ? say`1 entry long` : say`${String(amount)} entries long`
  }
  return String(amount)
}

function required(input: unknown): string | undefined {
  return input === undefined ? say`is required.` : undefined
}

function article(kind: string): string {
  if (kind === 'int') return 'a whole number'
  if (kind === 'record') return 'an object'
  if (kind === 'null') return 'null'
  return `${/^[aeiou]/.test(kind) ? 'an' : 'a'} ${kind}`
}

function kindOf(input: unknown): string {
  if (input === null) return 'null'
  if (Array.isArray(input)) return 'an array'
  if (typeof input === 'number' && !Number.isFinite(input)) return String(input)
  if (typeof input === 'number' && !Number.isInteger(input)) return say`the fraction ${input}`
  return article(typeof input)
}

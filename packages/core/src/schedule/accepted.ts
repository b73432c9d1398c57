import type { FieldError } from '../errors.ts'

/** Corrections that are laid one over the other before somebody is left to mend the text alone. */
const MOST_CORRECTIONS = 10

/**
 * The text after mending one mistake after the other, until nothing is wrong with it; undefined when that cannot be
 * told. `check` answers what is wrong, each with the whole text as it would be without that one mistake.
 */
export function mended(text: string, check: (text: string) => readonly FieldError[]): string | undefined {
  let candidate = text
  for (let i = 0; i <= MOST_CORRECTIONS; i++) {
    const [first] = check(candidate)
    if (first === undefined) return candidate === text ? undefined : candidate
    if (first.suggestion === undefined || first.suggestion === candidate) return undefined
    candidate = first.suggestion
  }
  return undefined
}

/**
 * The errors with only such suggestions as are accepted: each is put in its place and `check` asked again. What is
 * wrong elsewhere does not count.
 */
export function withAccepted(
  input: object,
  errors: readonly FieldError[],
  check: (input: object) => readonly FieldError[],
): FieldError[] {
  return errors.map((error) => {
    const { suggestion, ...rest } = error
    if (suggestion === undefined || isAccepted(input, error, check)) return error
    return rest
  })
}

function isAccepted(input: object, error: FieldError, check: (input: object) => readonly FieldError[]): boolean {
  const isFree = (corrected: object) => !check(corrected).some(({ path }) => path === error.path)
  if (replacements(input, error).some(isFree)) return true
  const renamed = rename(input, error)
  // A key under its right name may still be one too many.
  return renamed !== null && check(renamed).length < check(input).length
}

/** The input with the suggestion as the value of the field: as text, and as a number where it is one. */
function replacements(input: object, { path, suggestion }: FieldError): object[] {
  const source = input as Record<string, unknown>
  const item = /^(\w+)\[(\d+)\]$/.exec(path)
  if (item) {
    const list = source[item[1]!]
    return Array.isArray(list) ? [{ ...source, [item[1]!]: list.with(Number(item[2]), suggestion) }] : []
  }
  const asNumber = /^\d+$/.test(suggestion!) ? [{ ...source, [path]: Number(suggestion) }] : []
  return [...asNumber, { ...source, [path]: suggestion }]
}

/** The input with the suggestion as the name of a key that does not exist; null where there is one of that name. */
function rename(input: object, { path, suggestion }: FieldError): object | null {
  const { [path]: value, ...others } = input as Record<string, unknown>
  return value === undefined || Object.hasOwn(others, suggestion!) ? null : { ...others, [suggestion!]: value }
}

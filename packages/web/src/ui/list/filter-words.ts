import type { FilterKey } from './filter-key.ts'

/** What is typed, as filters by key; what belongs to no key is text. */
export type Typed =
  | { isGood: true; filter: Record<string, string> }
  | { isGood: false; key: string | null; why?: string }

const TOKEN = /^([a-z_]+):(.*)$/i

/**
 * Reads one or several filters as they are typed: `status:failed group:backup late:>5s disk full`. A value goes on to
 * the next filter, as names have spaces, unless its key says that it is whole. `key` of a refusal is the one that is not
 * there, or that takes no such value; null where text is refused.
 */
export function readTyped(typed: string, keys: readonly FilterKey[], hasText: boolean): Typed {
  const filter: Record<string, string> = {}
  let open: string | null = null
  for (const word of typed.split(/\s+/)) {
    const [, key, value = ''] = TOKEN.exec(word) ?? []
    const known = keys.find((each) => each.key === key)
    if (known !== undefined) {
      filter[known.key] = value
      open = known.check === undefined ? known.key : null
    } else if (open !== null) filter[open] = `${filter[open]} ${word}`
    else if (key !== undefined) return { isGood: false, key }
    else if (!hasText) return { isGood: false, key: null }
    else filter.q = filter.q === undefined ? word : `${filter.q} ${word}`
  }
  for (const { key, check } of keys) {
    const value = filter[key]
    if (value === '') delete filter[key]
    const why = value && check?.(value)
    if (why) return { isGood: false, key, why }
  }
  return { isGood: true, filter }
}

/** A time with a comparison before it, as the API takes it. */
export function isLateness(value: string): boolean {
  return /^[<>]=?\d{1,9}(?:ms|s|m|h)$/.test(value)
}

/** A day, or an instant with its zone, as the API takes it. */
export function isDayOrInstant(value: string): boolean {
  const isWritten = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d))?$/.test(value)
  return isWritten && !Number.isNaN(Date.parse(value))
}

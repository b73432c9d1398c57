import { z } from 'zod'

/** What a failed object would have taken, by the identity of the issue's `keys` array, so that errors can suggest. */
const KNOWN_KEYS = new WeakMap<object, KnownKeys>()

export interface KnownKeys {
  /** May be written. */
  known: readonly string[]
  /** Appear in replies only. */
  readOnly: readonly string[]
}

/** An object schema that refuses unknown keys and remembers the known ones for a "did you mean". */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape, readOnly: readonly string[] = []) {
  const keys = { known: Object.keys(shape), readOnly }
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') KNOWN_KEYS.set(issue.keys, keys)
      return undefined
    },
  })
}

/** The keys that were allowed where `keys` were not recognised. */
export function knownKeysFor(keys: object): KnownKeys {
  return KNOWN_KEYS.get(keys) ?? { known: [], readOnly: [] }
}

import { z } from 'zod'

/** The keys that each failed object knows, by the identity of the issue's `keys` array, so that errors can suggest. */
const KNOWN_KEYS = new WeakMap<object, readonly string[]>()

/** An object schema that refuses unknown keys and remembers the known ones for a "did you mean". */
export function strict<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  const known = Object.keys(shape)
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code === 'unrecognized_keys') KNOWN_KEYS.set(issue.keys, known)
      return undefined
    },
  })
}

/** The keys that were allowed where `keys` were not recognised. */
export function knownKeysFor(keys: object): readonly string[] {
  return KNOWN_KEYS.get(keys) ?? []
}

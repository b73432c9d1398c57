import { invalid, suggestName } from '@rota/core'

/** Throws `invalid` when an object has a field that is not among `known`, naming the one that was probably meant. */
export function refuseUnknown(given: object, known: readonly string[]): void {
  const errors = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((path) => {
      const suggestion = suggestName(path, known, given)
      if (suggestion === undefined) return { path, message: `is no option. There are ${known.join(', ')}.` }
      return { path, message: `is no option. Did you mean ${suggestion}?`, suggestion }
    })
  if (errors.length > 0) throw invalid(errors)
}

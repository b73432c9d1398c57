import type { FieldError } from '@rota/core'
import { say, suggestName } from '@rota/core'

/** Reports options that do not exist, each with the one that was probably meant. */
export function checkOptionNames(prefix: string, given: object, known: Record<string, true>): FieldError[] {
  const errors: FieldError[] = []
  for (const key of Object.keys(given)) {
    if (Object.hasOwn(known, key)) continue
    const suggestion = suggestName(key, Object.keys(known), given)
    const error = {
      path: `${prefix}${key}`,
      message: suggestion ? say`Unknown option; did you mean ${suggestion}?` : say`Unknown option.`,
    }
    errors.push(suggestion ? { ...error, suggestion } : error)
  }
  return errors
}

import type { FieldError, Json } from '@rota/core'
import { say, suggest } from '@rota/core'
import { checkText, checkUnknown } from './payload-checks.ts'

/** The failure for a name nobody registered. */
export function unknownHandler(name: string, known: readonly string[]): { message: string; suggestion?: string } {
  const suggestion = suggest(name, known)
  const some = [...known.slice(0, 20), ...(known.length > 20 ? ['…'] : [])].join(', ')
  const message = suggestion
    ? say`There is no handler ${name}. Did you mean ${suggestion}?`
    : known.length > 0
      ? say`There is no handler ${name}. Known handlers: ${some}.`
      : say`There is no handler ${name}. No handler is registered.`
  return suggestion === undefined ? { message } : { message, suggestion }
}

/** Checks the payload `{ handler }` but for the name: others have functions of their own. */
export function checkHandlerShape(payload: Record<string, Json>): FieldError[] {
  return [...checkUnknown('', payload, ['handler']), ...checkText('handler', payload.handler, 200)]
}

/** Checks the payload `{ handler }` against the names that exist. */
export function checkHandlerPayload(payload: Record<string, Json>, known: readonly string[]): FieldError[] {
  const errors = checkHandlerShape(payload)
  if (errors.length > 0 || known.includes(payload.handler as string)) return errors
  return [{ path: 'handler', ...unknownHandler(payload.handler as string, known) }]
}

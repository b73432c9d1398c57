import type { FieldError } from '../errors.ts'
import { say } from '../language/say.ts'

/** How other schedulers name a secret that is kept apart; here it would reach the program as it is written. */
const REFERENCE = '${secret:'

/** Text whose own language may mean something else by it, and text that only people read. */
const PLAIN = new Set(['command', 'source', 'description', 'name'])

/** Whether a text names a secret that another scheduler would put in its place. */
export function refersToSecret(text: string): boolean {
  return text.includes(REFERENCE)
}

/** References to secrets, which do not exist here. Paths are those of the document. */
export function findSecretReferences(document: object): FieldError[] {
  const errors: FieldError[] = []
  const look = (value: unknown, path: string): void => {
    if (typeof value === 'string' && refersToSecret(value)) errors.push({ path, message: message() })
    if (typeof value !== 'object' || value === null) return
    for (const [key, inner] of Object.entries(value)) {
      if (path === 'payload' && PLAIN.has(key)) continue
      look(inner, pathOf(path, key, Array.isArray(value)))
    }
  }
  for (const [field, value] of Object.entries(document)) if (!PLAIN.has(field)) look(value, field)
  return errors
}

function pathOf(path: string, key: string, isList: boolean): string {
  return isList ? `${path}[${key}]` : `${path}.${key}`
}

function message(): string {
  return say`refers to a secret, but this version keeps none: the program would get the text as it stands. Write the value, or let the program read it from a file.`
}

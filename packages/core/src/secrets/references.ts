import type { FieldError } from '../errors.ts'
import type { Json } from '../json.ts'
import { say } from '../language/say.ts'

const OPENING = '${secret:'
/** Names of secrets. */
const NAME = /^[A-Za-z_][A-Za-z0-9_.-]{0,127}$/

/** Fields of a document in which a secret may stand; of `payload`, those that {@link PLAIN} does not name. */
const HOLDERS = new Set(['env', 'params', 'http', 'payload'])
/** Text whose own language may mean something else by it, and text that only people read. */
const PLAIN = new Set(['command', 'source', 'description', 'name'])

/** What of a task or a job may hold secrets. */
export interface SecretHolder {
  env: Record<string, string>
  params: { args: Json[]; kwargs: Record<string, Json> }
  payload: Record<string, Json>
}

/** A secret's name where it stands in a document. */
export interface SecretReference {
  name: string
  path: string
}

export function canNameSecret(name: string): boolean {
  return NAME.test(name)
}

/** Whether a text names a secret, or tries to; `$${secret:NAME}` is only text. */
export function refersToSecret(text: string): boolean {
  return text.includes(OPENING) && piecesOf(text).some((piece) => typeof piece !== 'string')
}

/** A text without its escapes, and between them the names that stand there, valid or not. */
function piecesOf(text: string): (string | { name: string })[] {
  const pieces: (string | { name: string })[] = []
  let from = 0
  for (let at = text.indexOf(OPENING); at !== -1; at = text.indexOf(OPENING, from)) {
    if (text[at - 1] === '$' && at > from) {
      pieces.push(text.slice(from, at - 1) + OPENING)
      from = at + OPENING.length
      continue
    }
    const end = text.indexOf('}', at)
    const name = text.slice(at + OPENING.length, end === -1 ? undefined : end)
    pieces.push(text.slice(from, at), { name: end === -1 ? '' : name })
    from = end === -1 ? text.length : end + 1
  }
  pieces.push(text.slice(from))
  return pieces
}

/** Calls `found` for every text of a value, with its path. */
function eachText(value: unknown, path: string, found: (text: string, path: string) => void): void {
  if (typeof value === 'string') {
    if (value.includes(OPENING)) found(value, path)
  } else if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) eachText(item, `${path}[${i}]`, found)
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) {
      if (path !== 'payload' || !PLAIN.has(key)) eachText(item, path === '' ? key : `${path}.${key}`, found)
    }
  }
}

/** The secrets that a document names, in the order in which they stand there. Paths are those of the document. */
export function secretReferences(document: object): SecretReference[] {
  const references: SecretReference[] = []
  for (const [field, value] of Object.entries(document)) {
    if (!HOLDERS.has(field)) continue
    eachText(value, field, (text, path) => {
      for (const piece of piecesOf(text)) {
        if (typeof piece !== 'string' && NAME.test(piece.name)) references.push({ name: piece.name, path })
      }
    })
  }
  return references
}

/** References to secrets that can mean none, and those that stand where no secret can. Paths are those of the document. */
export function secretProblems(document: object): FieldError[] {
  const errors: FieldError[] = []
  for (const [field, value] of Object.entries(document)) {
    if (field === 'command') errors.push(...commandProblems(value))
    if (PLAIN.has(field)) continue
    if (field === 'payload')
      errors.push(...commandProblems((value as { command?: unknown } | null)?.command, 'payload.'))
    eachText(value, field, (text, path) => {
      for (const piece of piecesOf(text)) {
        if (typeof piece === 'string') continue
        if (!HOLDERS.has(field)) errors.push({ path, message: misplaced() })
        else if (!NAME.test(piece.name)) errors.push({ path, message: misnamed(piece.name) })
      }
    })
  }
  return errors
}

/** A shell means something else by `${secret:0:3}`; by the name of a secret it hardly ever does. */
function commandProblems(command: unknown, before = ''): FieldError[] {
  if (typeof command !== 'string' || !command.includes(OPENING)) return []
  return piecesOf(command).flatMap((piece) =>
    typeof piece === 'string' || !NAME.test(piece.name)
      ? []
      : [{ path: `${before}command`, message: exposed(piece.name) }],
  )
}

function exposed(name: string): string {
  const variable = name.toUpperCase().replace(/\W/g, '_')
  return say`A secret cannot stand in a command, where every process list shows it: set env.${variable} to ${`\${secret:${name}}`} and write ${`"$${variable}"`} here.`
}

function misplaced(): string {
  return say`A secret can stand in env, args, kwargs and the parts of an HTTP request, not here.`
}

function misnamed(name: string): string {
  const shown = JSON.stringify(name.slice(0, 40))
  return say`${shown} is no name of a secret: it has letters, digits and . _ -, begins with a letter or _, and has 128 characters at most. Write ${'$${secret:…}'} for the text itself.`
}

/** The names of all secrets that something to be run refers to; empty for most. */
export function secretsIn({ env, params, payload }: SecretHolder): string[] {
  return [...new Set(secretReferences({ env, params, payload }).map(({ name }) => name))]
}

/** A text with values in the place of references. */
export function textWithSecrets(text: string, secretOf: (name: string) => string): string {
  return piecesOf(text)
    .map((piece) => (typeof piece === 'string' ? piece : NAME.test(piece.name) ? secretOf(piece.name) : ''))
    .join('')
}

/** What is to be run, with values in the place of references. `secretOf` knows every name of {@link secretsIn}. */
export function withSecrets<T extends SecretHolder>(work: T, secretOf: (name: string) => string): T {
  const inText = (text: string) => textWithSecrets(text, secretOf)
  const replaced = (value: Json, isPayload = false): Json => {
    if (typeof value === 'string') return value.includes(OPENING) ? inText(value) : value
    if (typeof value !== 'object' || value === null) return value
    if (Array.isArray(value)) return value.map((item) => replaced(item))
    const entries = Object.entries(value).map(([key, item]) => {
      return [key, isPayload && PLAIN.has(key) ? item : replaced(item)] as const
    })
    return Object.fromEntries(entries)
  }
  return {
    ...work,
    env: replaced(work.env),
    params: replaced(work.params),
    payload: replaced(work.payload, true),
  }
}

/** Whether anything to be run has a reference, or an escaped one, in it: `false` for nearly all, and quickly. */
export function mentionsSecret({ env, params, payload }: SecretHolder): boolean {
  let isMentioned = false
  const note = () => {
    isMentioned = true
  }
  eachText(env, 'env', note)
  eachText(params, 'params', note)
  eachText(payload, 'payload', note)
  return isMentioned
}

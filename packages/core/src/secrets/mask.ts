import type { FieldError } from '../errors.ts'
import type { Json } from '../json.ts'
import { say } from '../language/say.ts'
import type { TaskInput } from '../task.ts'
import type { HttpPayload } from '../task-fields/http-payload.ts'
import { isSecretName } from './secret-name.ts'

/** What stands in the place of a value that the reader may not know. */
export const MASK = '***'

/** The parts of a task, or of anything shown of one, that hold secrets. */
type Masked = Pick<TaskInput, 'env' | 'http' | 'payload' | 'params'>
type Entries = Record<string, Json>

/** Objects all of whose values are secret, whatever the names: those of plug-in types too. */
const ALL_SECRET = new Set(['env', 'headers', 'auth', 'query'])
/** Of an `auth`, what says how it is done, not with what. */
const OPEN_IN_AUTH = new Set(['type', 'name'])

/**
 * A task as those may see it who may not change it: values of `env`, HTTP headers, `auth`, queries and bodies, and what
 * has a secret's name in keyword arguments and payloads, are {@link MASK}. Names stay. Shares what it does not change.
 */
export function maskTask<T extends Masked>(task: T, mask = MASK): T {
  const masked: Masked = {}
  if (task.env) masked.env = maskAll(task.env, mask) as Record<string, string>
  if (task.http) masked.http = maskHttp(task.http, mask)
  if (task.payload) masked.payload = maskNamed(task.payload, mask)
  if (task.params) masked.params = maskParams(task.params, mask)
  return { ...task, ...masked }
}

/** Parameters as those may see them who may not change what runs. */
export function maskParams<P extends NonNullable<TaskInput['params']>>(params: P, mask = MASK): P {
  return params.kwargs ? { ...params, kwargs: maskNamed(params.kwargs, mask) } : params
}

function maskHttp(http: HttpPayload, mask: string): HttpPayload {
  const masked: HttpPayload = { ...http, url: maskUrl(http.url, mask) }
  if (http.headers) masked.headers = maskAll(http.headers, mask) as Record<string, string>
  if (http.query) masked.query = maskAll(http.query, mask) as Record<string, string>
  if (http.auth) masked.auth = maskAuth(http.auth, mask) as NonNullable<HttpPayload['auth']>
  if ((http.body ?? null) !== null) masked.body = mask
  return masked
}

function maskAll(entries: Entries, mask: string): Entries {
  return Object.fromEntries(Object.keys(entries).map((name) => [name, mask]))
}

function maskAuth(auth: Entries, mask: string): Entries {
  return Object.fromEntries(Object.entries(auth).map(([name, value]) => [name, OPEN_IN_AUTH.has(name) ? value : mask]))
}

function maskNamed(entries: Entries, mask: string): Entries {
  return Object.fromEntries(Object.entries(entries).map(([name, value]) => [name, maskValue(name, value, mask)]))
}

function maskValue(name: string, value: Json, mask: string): Json {
  if (value === null) return null
  if (isSecretName(name) && !ALL_SECRET.has(name)) return mask
  if (typeof value === 'string') return name.toLowerCase().endsWith('url') ? maskUrl(value, mask) : value
  if (typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item) => maskValue('', item, mask))
  if (name === 'auth') return maskAuth(value, mask)
  return ALL_SECRET.has(name) ? maskAll(value, mask) : maskNamed(value, mask)
}

/** A URL without the values of its query, without the user it names, and without a fragment. */
function maskUrl(url: string, mask: string): string {
  const [beforeFragment = ''] = url.split('#', 1)
  const mark = beforeFragment.indexOf('?')
  const address = mark === -1 ? beforeFragment : beforeFragment.slice(0, mark)
  const bare = withoutUser(address, mask)
  if (mark === -1) return bare
  const hide = (pair: string) => (pair.includes('=') ? `${pair.slice(0, pair.indexOf('='))}=${mask}` : mask)
  return `${bare}?${beforeFragment
    .slice(mark + 1)
    .split('&')
    .map(hide)
    .join('&')}`
}

function withoutUser(address: string, mask: string): string {
  const start = address.indexOf('//') + 2
  if (start === 1) return address
  const slash = address.indexOf('/', start)
  const at = address.lastIndexOf('@', slash === -1 ? address.length : slash)
  return at < start ? address : `${address.slice(0, start)}${mask}${address.slice(at)}`
}

/**
 * Changes as they were meant: a masked value that comes back, as in a document that was exported by somebody who sees
 * masks, stands for the value that is there. What has no such value keeps its mask, and is refused by
 * {@link findMasks}.
 */
export function unmask<T extends Partial<TaskInput>>(changes: T, current: Masked): T {
  const meant: Masked = {}
  const masked = maskTask(current)
  for (const field of ['env', 'http', 'payload', 'params'] as const) {
    if (changes[field] === undefined) continue
    Object.assign(meant, { [field]: restore(changes[field] as Json, masked[field] as Json, current[field] as Json) })
  }
  return { ...changes, ...meant }
}

/** Puts the true values in the place of those that are the same as in the masked original. */
function restore(given: Json, masked: Json | undefined, real: Json | undefined): Json {
  if (real === undefined) return given
  if (typeof given === 'string') return given === masked ? real : given
  const isObject = (value: Json | undefined): value is Entries => typeof value === 'object' && value !== null
  if (!isObject(given) || !isObject(masked) || !isObject(real)) return given
  if (Array.isArray(given)) {
    const at = (values: Json | undefined, i: number) => (Array.isArray(values) ? values[i] : undefined)
    return given.map((item, i) => restore(item, at(masked, i), at(real, i)))
  }
  const own = (entries: Entries, name: string) => (Object.hasOwn(entries, name) ? entries[name] : undefined)
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [name, restore(value, own(masked, name), own(real, name))]),
  )
}

/** A text that no task holds: what is hidden shows by it. */
const PROBE = '\ue000'

/** Finds masks where a secret belongs: whoever wrote them did not know the secret. */
export function findMasks(task: Masked): FieldError[] {
  const errors: FieldError[] = []
  const look = (value: unknown, probed: unknown, path: string): void => {
    if (typeof probed === 'string' && probed.includes(PROBE)) {
      if (value === probed.replaceAll(PROBE, MASK)) errors.push({ path, message: maskMessage() })
      return
    }
    if (typeof value !== 'object' || value === null || typeof probed !== 'object' || probed === null) return
    for (const [key, inner] of Object.entries(value)) {
      look(inner, (probed as Record<string, unknown>)[key], Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`)
    }
  }
  const probed = maskTask(task, PROBE)
  for (const field of ['env', 'http', 'payload', 'params'] as const) look(task[field], probed[field], field)
  return errors
}

function maskMessage(): string {
  return say`is ${MASK}, which hides a value from those who may not edit. Write the value, or leave the field out.`
}

import type { FieldError, Json } from '@rota/core'
import { say, textWithSecrets } from '@rota/core'
import { checkAssertions } from './http-assertions.ts'
import { checkExpectedStatus } from './http-expected-status.ts'
import { checkText, checkUnknown, kindOf } from './payload-checks.ts'

/** The `http` object of a task, as it is saved. */
export interface HttpPayload {
  url: string
  method?: string
  headers?: Record<string, string>
  query?: Record<string, Json>
  body?: Json
  auth?: HttpAuth
  expect_status?: Json
  assert?: Json
  follow_redirects?: boolean
  max_redirects?: number
  tls?: { verify?: boolean; ca?: string }
}

/** How a request says who asks. */
export type HttpAuth =
  | { type: 'basic'; username: string; password: string }
  | { type: 'bearer'; token: string }
  | { type: 'header'; name: string; value: string }

const FIELDS = [
  'url',
  'method',
  'headers',
  'query',
  'body',
  'auth',
  'expect_status',
  'assert',
  'follow_redirects',
  'max_redirects',
  'tls',
]
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']
const AUTH_FIELDS: Record<string, string[]> = {
  basic: ['username', 'password'],
  bearer: ['token'],
  header: ['name', 'value'],
}

/** RFC 9110, 5.6.2: a token. */
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** RFC 9110, 5.5, without control characters and without what latin1 cannot carry. */
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/

/** Headers that frame the message or name the host; a task that set them could smuggle a request. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** {@link urlProblem} of a URL that may hold secrets. One that begins with a secret is judged when that is known. */
function writtenUrlProblem(text: string): string | null {
  return text.startsWith('${secret:') ? null : urlProblem(textWithSecrets(text, () => 'secret'))
}

/** Why a text cannot be the URL of a request, or null. */
export function urlProblem(text: string): string | null {
  let url: URL
  try {
    url = new URL(text)
  } catch {
    return say`Is not a URL; it needs a scheme and a host, like https://example.com/path.`
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    return say`The scheme ${url.protocol.slice(0, -1)} is not supported; use http or https.`
  }
  if (url.username || url.password) return say`Must not contain credentials; put them into auth.`
  return null
}

function checkHeader(path: string, name: string, value: Json | undefined): FieldError[] {
  if (!HEADER_NAME.test(name)) return [{ path, message: say`${JSON.stringify(name)} is not a header name.` }]
  if (RESERVED_HEADERS.has(name.toLowerCase())) return [{ path, message: say`The header ${name} is set by Rota.` }]
  if (typeof value !== 'string') return [{ path, message: say`Must be a string.` }]
  return HEADER_VALUE.test(value) ? [] : [{ path, message: say`Contains a character that a header cannot carry.` }]
}

function checkMap(
  path: string,
  value: Json | undefined,
  check: (path: string, key: string, item: Json) => FieldError[],
) {
  if (value === undefined) return []
  if (!isObject(value)) return [{ path, message: say`Must be an object, not ${kindOf(value)}.` }]
  return Object.entries(value).flatMap(([key, item]) => check(`${path}.${key}`, key, item))
}

function checkQueryValue(path: string, _key: string, item: Json): FieldError[] {
  const isScalar = (value: Json) => ['string', 'number', 'boolean'].includes(typeof value)
  const isFine = Array.isArray(item) ? item.every(isScalar) : isScalar(item)
  return isFine ? [] : [{ path, message: say`Must be a string, number, boolean, or a list of them.` }]
}

function checkAuth(path: string, auth: Json | undefined): FieldError[] {
  if (auth === undefined || auth === null) return []
  if (!isObject(auth)) return [{ path, message: say`Must be an object, not ${kindOf(auth)}.` }]
  const fields = Object.hasOwn(AUTH_FIELDS, String(auth.type)) ? AUTH_FIELDS[String(auth.type)] : undefined
  if (!fields) return [{ path: `${path}.type`, message: say`Must be basic, bearer or header.` }]
  const errors = checkUnknown(path, auth, ['type', ...fields])
  for (const field of fields) {
    if (typeof auth[field] !== 'string') errors.push({ path: `${path}.${field}`, message: say`Must be a string.` })
  }
  if (errors.length > 0) return errors
  if (auth.type === 'header') return checkHeader(`${path}.name`, auth.name as string, auth.value)
  if (auth.type === 'bearer') return checkHeader(`${path}.token`, 'authorization', auth.token)
  return (auth.username as string).includes(':')
    ? [{ path: `${path}.username`, message: say`Must not contain a colon (RFC 7617).` }]
    : []
}

function checkTls(path: string, tls: Json | undefined): FieldError[] {
  if (tls === undefined) return []
  if (!isObject(tls)) return [{ path, message: say`Must be an object, not ${kindOf(tls)}.` }]
  const errors = checkUnknown(path, tls, ['verify', 'ca'])
  if (tls.verify !== undefined && typeof tls.verify !== 'boolean') {
    errors.push({ path: `${path}.verify`, message: say`Must be true or false.` })
  }
  if (tls.ca !== undefined && !(typeof tls.ca === 'string' && tls.ca.includes('-----BEGIN CERTIFICATE-----'))) {
    errors.push({ path: `${path}.ca`, message: say`Must be a certificate in PEM form.` })
  }
  return errors
}

/** Checks `{ http: { method, url, … } }`. */
export function checkHttpPayload(payload: Record<string, Json>, maxBytes: number): FieldError[] {
  const errors = checkUnknown('', payload, ['http'])
  const { http } = payload
  if (!isObject(http)) {
    return [...errors, { path: 'http', message: http === undefined ? say`Is required.` : say`Must be an object.` }]
  }
  errors.push(...checkUnknown('http', http, FIELDS))
  const urlErrors = checkText('http.url', http.url, 8192)
  const problem = urlErrors.length === 0 ? writtenUrlProblem(http.url as string) : null
  errors.push(...urlErrors, ...(problem ? [{ path: 'http.url', message: problem }] : []))
  const method = http.method ?? 'GET'
  if (typeof method !== 'string' || !METHODS.includes(method.toUpperCase())) {
    errors.push({ path: 'http.method', message: say`Must be one of ${METHODS.join(', ')}.` })
  } else if (['GET', 'HEAD'].includes(method.toUpperCase()) && (http.body ?? null) !== null) {
    errors.push({ path: 'http.body', message: say`A ${method.toUpperCase()} request has no body.` })
  }
  if (Buffer.byteLength(JSON.stringify(http.body ?? null)) > maxBytes) {
    errors.push({ path: 'http.body', message: say`Is longer than ${maxBytes} bytes.` })
  }
  for (const name of ['follow_redirects'] as const) {
    if (http[name] !== undefined && typeof http[name] !== 'boolean') {
      errors.push({ path: `http.${name}`, message: say`Must be true or false.` })
    }
  }
  const { max_redirects: most = 0 } = http
  if (!Number.isInteger(most) || (most as number) < 0 || (most as number) > 5) {
    errors.push({ path: 'http.max_redirects', message: say`Must be a whole number from 0 to 5.` })
  }
  return [
    ...errors,
    ...checkMap('http.headers', http.headers, checkHeader),
    ...checkMap('http.query', http.query, checkQueryValue),
    ...checkAuth('http.auth', http.auth),
    ...checkExpectedStatus('http.expect_status', http.expect_status),
    ...checkAssertions('http.assert', http.assert),
    ...checkTls('http.tls', http.tls),
  ]
}

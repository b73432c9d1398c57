import { withoutTrailing } from '@rota/core'
import { ApiError, type Problem, UnreachableError } from './api-error.ts'
import type { Session } from './session.ts'

/** Values of a query string; null and undefined are left out, lists are joined by commas. */
export type Query = { [name: string]: string | number | boolean | readonly string[] | null | undefined }

export interface RequestOptions {
  query?: Query | undefined
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string> | undefined
  /** The version the caller saw; the server refuses with 412 when it is no longer the newest. */
  ifVersion?: number | null | undefined
  /** A repeated request with the same key answers the first result. */
  idempotencyKey?: string | undefined
  signal?: AbortSignal | undefined
  accept?: string
}

/** Sends requests, adds credentials, turns error replies into {@link ApiError}. */
export interface Transport {
  readonly url: string
  json<T>(method: string, path: string, options?: RequestOptions): Promise<T>
  /** The reply as it comes, once its status is known to be good. */
  raw(method: string, path: string, options?: RequestOptions): Promise<Response>
}

export interface TransportOptions {
  url: string
  session: Session
  fetch: typeof fetch
  signal: AbortSignal | undefined
  headers: Record<string, string>
}

export function createTransport(options: TransportOptions): Transport {
  const base = withoutTrailing(options.url, '/')

  async function once(method: string, path: string, request: RequestOptions, token: string | null): Promise<Response> {
    const signals = [options.signal, request.signal].filter((signal) => signal !== undefined)
    const body = request.body === undefined ? undefined : JSON.stringify(request.body)
    try {
      return await options.fetch(base + path + queryString(request.query), {
        method,
        headers: headersOf(options.headers, request, token, body !== undefined),
        ...(body === undefined ? {} : { body }),
        ...(signals.length > 0 ? { signal: signals.length > 1 ? AbortSignal.any(signals) : signals[0]! } : {}),
        redirect: 'error',
      })
    } catch (error) {
      if (signals.some((signal) => signal.aborted)) throw error
      throw new UnreachableError(base, error)
    }
  }

  async function raw(method: string, path: string, request: RequestOptions = {}): Promise<Response> {
    const token = await options.session.token(base)
    let response = await once(method, path, request, token)
    if (response.status === 401 && token !== null) {
      const renewed = await options.session.renew(base, token)
      if (renewed !== null) {
        await response.body?.cancel()
        response = await once(method, path, request, renewed)
      }
    }
    if (!response.ok || waitsForApproval(response)) throw await errorFrom(response)
    return response
  }

  return {
    url: base,
    raw,
    async json<T>(method: string, path: string, request: RequestOptions = {}): Promise<T> {
      const response = await raw(method, path, request)
      if (response.status === 204) return undefined as T
      const text = await readText(response, base)
      if (text === '') return undefined as T
      return parseReply<T>(text, base)
    },
  }
}

/** What was asked for is not done: a problem says what it waits for, although the status is no error. */
function waitsForApproval({ status, headers }: Response): boolean {
  return status === 202 && (headers.get('content-type') ?? '').startsWith('application/problem+json')
}

/** Reads an error reply; a proxy's HTML page becomes a short problem instead of a parse error. */
async function errorFrom(response: Response): Promise<ApiError> {
  const text = await response.text().catch(() => '')
  let problem: Problem = {}
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value === 'object' && value !== null) problem = value as Problem
  } catch {
    problem = { title: response.statusText || `HTTP ${response.status}` }
  }
  return new ApiError(response.status, problem, response.headers)
}

async function readText(response: Response, base: string): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw new UnreachableError(base, error)
  }
}

function parseReply<T>(text: string, base: string): T {
  try {
    return JSON.parse(text) as T
  } catch {
    throw new ApiError(502, {
      title: 'Not a Rota server',
      detail: `${base} answered something that is not JSON; is this the address of a Rota server?`,
    })
  }
}

function headersOf(
  fixed: Record<string, string>,
  request: RequestOptions,
  token: string | null,
  hasBody: boolean,
): Record<string, string> {
  const headers: Record<string, string> = { ...fixed, accept: request.accept ?? 'application/json' }
  if (hasBody) headers['content-type'] = 'application/json'
  if (token !== null) headers.authorization = `Bearer ${token}`
  if (request.ifVersion !== undefined && request.ifVersion !== null) headers['if-match'] = `"${request.ifVersion}"`
  if (request.idempotencyKey !== undefined) headers['idempotency-key'] = request.idempotencyKey
  return { ...headers, ...request.headers }
}

function queryString(query: Query | undefined): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value === undefined || value === null) continue
    const text = Array.isArray(value) ? value.join(',') : String(value)
    if (text !== '') params.set(name, text)
  }
  const text = params.toString()
  return text === '' ? '' : `?${text}`
}

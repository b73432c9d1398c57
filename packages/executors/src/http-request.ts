import type { Json } from '@rota/core'
import { say } from '@rota/core'
import type { RunRequest } from './executor.ts'
import { ForbiddenTargetError, type Hop, type HopResponse, sendHop } from './http-hop.ts'
import type { CompiledHttpOptions } from './http-options.ts'
import { type HttpAuth, type HttpPayload, urlProblem } from './http-payload.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])

/** A chain of redirects that cannot be followed to its end. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError'
}

function authHeader(auth: HttpAuth | null | undefined): [string, string] | null {
  if (!auth) return null
  if (auth.type === 'header') return [auth.name.toLowerCase(), auth.value]
  if (auth.type === 'bearer') return ['authorization', `Bearer ${auth.token}`]
  return ['authorization', `Basic ${Buffer.from(`${auth.username}:${auth.password}`).toString('base64')}`]
}

/** What every request says, whatever its task adds. */
function usualHeaders(request: RunRequest): Record<string, string> {
  return {
    'user-agent': 'rota',
    accept: '*/*',
    // A compressed answer could be a bomb; the size we count is the size there is.
    'accept-encoding': 'identity',
    'x-rota-execution-id': request.executionId,
    'x-rota-attempt': String(request.attempt),
  }
}

function firstHop(payload: HttpPayload, request: RunRequest, signal: AbortSignal): Hop {
  // It was checked when it was saved, but for its secrets.
  const problem = request.secrets === undefined ? null : urlProblem(payload.url)
  if (problem !== null) throw new ForbiddenTargetError(problem)
  const url = new URL(payload.url)
  url.hash = ''
  for (const [name, value] of Object.entries(payload.query ?? {})) {
    for (const item of Array.isArray(value) ? value : [value]) url.searchParams.append(name, String(item))
  }
  const headers = usualHeaders(request)
  for (const [name, value] of Object.entries(payload.headers ?? {})) headers[name.toLowerCase()] = value
  const body = bodyText(payload.body)
  if (body !== null && typeof payload.body !== 'string') headers['content-type'] ??= 'application/json'
  const auth = authHeader(payload.auth)
  if (auth) headers[auth[0]] = auth[1]
  const method = (payload.method ?? 'GET').toUpperCase()
  return { url, method, headers, body, tls: payload.tls ?? {}, signal, network: request.network ?? [] }
}

function bodyText(body: Json | undefined): string | null {
  if (body === undefined || body === null) return null
  return typeof body === 'string' ? body : JSON.stringify(body)
}

/** Where a redirect leads, without what may be a secret there: the user and what follows the path. */
function addressOf(location: string, from: URL): string {
  const url = URL.parse(location, from.href)
  return url === null ? location.split(/[?#]/, 1)[0]! : `${url.protocol}//${url.host}${url.pathname}`
}

/**
 * The request a redirect asks for (RFC 9110, 15.4). To another origin go none of the task's own headers: any of them may
 * be a credential (`X-Api-Key`); only a body keeps the type it has. Throws {@link RedirectError} when it leads nowhere
 * we go.
 */
function nextHop(hop: Hop, status: number, location: string, usual: Record<string, string>): Hop {
  if (!URL.canParse(location, hop.url)) {
    throw new RedirectError(say`The redirect to ${addressOf(location, hop.url)} is not a URL.`)
  }
  const url = new URL(location, hop.url)
  const problem = urlProblem(url.href)
  if (problem) {
    throw new RedirectError(say`The redirect to ${addressOf(location, hop.url)} cannot be followed. ${problem}`)
  }
  const isSameOrigin = url.origin === hop.url.origin
  const type = hop.body === null ? undefined : hop.headers['content-type']
  const headers: Record<string, string> = isSameOrigin
    ? { ...hop.headers }
    : { ...usual, ...(type !== undefined && { 'content-type': type }) }
  let { method, body } = hop
  if ((status === 303 && method !== 'HEAD') || ((status === 301 || status === 302) && method === 'POST')) {
    method = 'GET'
    body = null
    for (const name of Object.keys(headers)) if (name.startsWith('content-')) delete headers[name]
  }
  return { ...hop, url, method, headers, body }
}

/** Sends a task's request and follows its redirects, each checked like the first. `onHop` hears of every answer. */
export async function sendRequest(
  request: RunRequest,
  signal: AbortSignal,
  options: CompiledHttpOptions,
  onHop: (hop: Hop, response: HopResponse) => void,
): Promise<{ url: URL; response: HopResponse }> {
  const payload = request.payload.http as unknown as HttpPayload
  const most = payload.max_redirects ?? options.maxRedirects
  let hop = firstHop(payload, request, signal)
  for (let redirects = 0; ; redirects++) {
    const response = await sendHop(hop, options)
    onHop(hop, response)
    const { location } = response.headers
    if (payload.follow_redirects === false || !REDIRECTS.has(response.status) || typeof location !== 'string') {
      return { url: hop.url, response }
    }
    if (redirects >= most) {
      throw new RedirectError(say`More than ${most} redirects; the last led to ${addressOf(location, hop.url)}.`)
    }
    hop = nextHop(hop, response.status, location, usualHeaders(request))
  }
}

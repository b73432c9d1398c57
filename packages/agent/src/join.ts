import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { type NodeFacts, say } from '@rota/core'
import { AgentFailure, EXIT } from './failure.ts'
import type { AgentSettings } from './settings.ts'

/** What a server says to a node that has joined. */
export interface Joined {
  node_id: string
  key: string
  heartbeat_seconds: number
}

const WITHIN_MS = 15_000
const MOST_BYTES = 65_536

/**
 * Joins a server by a join token. Throws AgentFailure when the server says no, and an Error when it could not be asked:
 * that may pass.
 */
export async function join(settings: AgentSettings, facts: NodeFacts, token: string): Promise<Joined> {
  const url = new URL(`${settings.server}/api/scheduler/nodes/join`)
  const { status, text } = await post(url, JSON.stringify({ token, node: inSnakeCase(facts) }), settings.tls)
  const body = parsed(text)
  if (status === 200 || status === 201) {
    const { node_id, key } = body as Partial<Joined>
    if (typeof node_id === 'string' && typeof key === 'string') return body as Joined
    throw new AgentFailure(EXIT.config, say`${settings.server} does not answer as a Rota server does.`)
  }
  if (status >= 500 || status === 429) throw new Error(say`The server answered with HTTP ${status}.`)
  const detail = (body as { detail?: unknown }).detail
  const why = typeof detail === 'string' ? detail : say`HTTP ${status}`
  throw new AgentFailure(EXIT.config, say`The server does not let this node join: ${why}`)
}

/** As the API spells it. */
function inSnakeCase({ callbackUrl, tenantId, ...facts }: NodeFacts): object {
  return { ...facts, callback_url: callbackUrl, tenant_id: tenantId }
}

function parsed(text: string): object {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}

function post(url: URL, body: string, tls: AgentSettings['tls']): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const options = { method: 'POST', headers, timeout: WITHIN_MS }
  const isTls = url.protocol === 'https:'
  const request: ClientRequest = isTls ? requestHttps(url, { ...options, ...tls }) : requestHttp(url, options)
  request.on('timeout', () => request.destroy(new Error(say`The server did not answer.`)))
  request.on('error', reject)
  request.on('response', (response) => {
    let text = ''
    response.setEncoding('utf8')
    response.on('data', (chunk: string) => {
      if (text.length < MOST_BYTES) text += chunk
    })
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
  })
  request.end(body)
  return promise
}

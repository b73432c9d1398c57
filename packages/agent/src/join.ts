import { type NodeFacts, say } from '@rota/core'
import { AgentFailure, EXIT } from './failure.ts'
import { postJson } from './post-json.ts'
import type { AgentSettings } from './settings.ts'

/** What a server says to a node that has joined. */
export interface Joined {
  node_id: string
  key: string
  heartbeat_seconds: number
}

/**
 * Joins a server by a join token. Throws AgentFailure when the server says no, and an Error when it could not be asked:
 * that may pass.
 */
export async function join(settings: AgentSettings, facts: NodeFacts, token: string): Promise<Joined> {
  const url = new URL(`${settings.server}/api/scheduler/nodes/join`)
  const body = JSON.stringify({ token, node: inSnakeCase(facts) })
  const { status, text } = await postJson(url, { body, tls: settings.tls })
  const reply = parsed(text)
  if (status === 200 || status === 201) {
    const { node_id, key } = reply as Partial<Joined>
    if (typeof node_id === 'string' && typeof key === 'string') return reply as Joined
    throw new AgentFailure(EXIT.config, say`${settings.server} does not answer as a Rota server does.`)
  }
  if (status >= 500 || status === 429) throw new Error(say`The server answered with HTTP ${status}.`)
  const detail = (reply as { detail?: unknown }).detail
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

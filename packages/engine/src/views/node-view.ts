import type { NodeEventView, NodeView } from '../api/nodes.ts'
import type { NodeEvent } from '../ports/nodes.ts'
import type { KnownNode } from '../ports/registry.ts'
import type { NodeLoad } from '../ports/reservations.ts'

/** What of a node only its load and the memory of this instance tell. */
export interface NodeAspects {
  load: NodeLoad | null
  clockAheadMs: number | null
  isQuarantined: boolean
  warmth: number
}

export function nodeView(node: KnownNode, { load, clockAheadMs, isQuarantined, warmth }: NodeAspects): NodeView {
  const { id, name, address, labels, weight, capacity, languages, capabilities, types, handlers, gpu } = node
  const usage = load?.usage
  return {
    ...{ id, name },
    tenant_id: node.tenantId,
    status: node.state,
    status_reason: node.stateReason,
    status_since: iso(node.stateAt),
    ...{ address, labels, weight, capacity },
    running: load?.running ?? null,
    reserved: load?.reserved ?? null,
    ...{ languages, capabilities, types, handlers, gpu },
    callback_url: node.callbackUrl,
    version: node.version,
    pools: node.inPools,
    platform: node.platform,
    epoch: node.epoch,
    draining: node.isDraining,
    quarantined: isQuarantined,
    warmth: Math.round(warmth * 100) / 100,
    cpu_usage: percent(usage?.cpu),
    memory_usage: percent(usage?.memory),
    disk_usage: percent(usage?.disk),
    gpu_usage: percent(usage?.gpu),
    clock_ahead_seconds: clockAheadMs === null ? null : clockAheadMs / 1_000,
    last_heartbeat: heardAt(node, load),
    registered_at: iso(node.registeredAt),
    has_key: node.keyHash !== null,
  }
}

/** From the hot state, which knows better, or as it was written last. */
function heardAt(node: KnownNode, load: NodeLoad | null): string | null {
  if (node.epoch === 0) return null
  return iso(load?.beatAt ?? node.lastSeenAt)
}

export function nodeEventView({ id, at, from, to, reason, actor }: NodeEvent): NodeEventView {
  return { id, at: iso(at), from, to, reason, actor }
}

const iso = (at: number) => new Date(at).toISOString()
const percent = (share: number | null | undefined) => (share == null ? null : Math.round(share * 1_000) / 10)

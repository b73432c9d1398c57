import type { JoinTokenView, PoolView } from '../api/nodes.ts'
import type { JoinToken, PoolRow } from '../ports/nodes.ts'
import type { KnownNode } from '../ports/registry.ts'

const MOST_SAMPLED = 10

export function poolView(pool: PoolRow, members: readonly KnownNode[]): PoolView {
  const { name, origin, description, selector } = pool
  const ready = members.filter(({ state }) => state === 'ready' || state === 'degraded').length
  return {
    name,
    tenant_id: pool.tenantId,
    ...{ origin, description, selector },
    members: pool.members,
    requires_gpu: pool.requiresGpu,
    size: members.length,
    ready,
    sample: members.slice(0, MOST_SAMPLED).map(({ id }) => id),
    created_at: iso(pool.createdAt),
    updated_at: iso(pool.updatedAt),
    empty_since: pool.emptySince === null ? null : iso(pool.emptySince),
  }
}

export function joinTokenView(token: JoinToken): JoinTokenView {
  const { id, name, pools, labels } = token
  return {
    ...{ id, name },
    tenant_id: token.tenantId,
    ...{ pools, labels },
    uses_left: token.usesLeft,
    expires_at: iso(token.expiresAt),
    created_at: iso(token.createdAt),
    created_by: token.createdBy,
  }
}

const iso = (at: number) => new Date(at).toISOString()

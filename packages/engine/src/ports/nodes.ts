import type { AuditDraft, NodeFacts, NodeState, Scope } from '@rota/core'

/** A node as it is kept. What changes by the second is hot state. Instants are epoch ms. */
export interface NodeRow extends NodeFacts {
  epoch: number
  /** Somebody wants it to take nothing new. */
  isDraining: boolean
  /** Its state when it last changed, and why. */
  state: NodeState
  stateReason: string
  stateAt: number
  /** Digest of the key it signs in with, and of the one before while that still holds. */
  keyHash: string | null
  earlierKeyHash: string | null
  keyAt: number | null
  registeredAt: number
  lastSeenAt: number
}

/** A transition of a node, with its reason. */
export interface NodeEvent {
  node: string
  at: number
  from: NodeState | null
  to: NodeState | 'removed'
  reason: string
}

/** How much a node had to do, once every so often, for charts. */
export interface LoadSample {
  at: number
  cpu: number | null
  memory: number | null
  disk: number | null
  gpu: number | null
  running: number
}

/** How a pool came to be: by the languages of nodes, by a label selector, or by hand. */
export type PoolOrigin = 'auto' | 'selector' | 'manual'

export interface PoolRow {
  name: string
  tenantId: string | null
  origin: PoolOrigin
  description: string
  /** Of origin `selector`. */
  selector: string | null
  /** Ids of nodes, of origin `manual`. */
  members: readonly string[]
  requiresGpu: boolean
  createdAt: number
  updatedAt: number
  /** Since when nobody is in it; null while somebody is. */
  emptySince: number | null
}

/** A credential with which nodes join, kept as its digest. */
export interface JoinToken {
  id: string
  hash: string
  name: string
  tenantId: string | null
  /** Pools and labels that whoever joins with it gets. */
  pools: readonly string[]
  labels: Readonly<Record<string, string>>
  usesLeft: number | null
  expiresAt: number
  createdAt: number
  createdBy: string | null
}

/** What is known of nodes for good. */
export interface NodeStore {
  list(scope: Scope): Promise<NodeRow[]>
  get(id: string): Promise<NodeRow | null>
  /** Adds or replaces what a node says of itself, and raises its epoch. */
  save(row: Omit<NodeRow, 'epoch'>, epoch: number, event: NodeEvent | null): Promise<void>
  /** Notes a transition; false when the row has gone. */
  note(event: NodeEvent, audit: readonly AuditDraft[]): Promise<boolean>
  drain(id: string, isDraining: boolean, event: NodeEvent | null, audit: readonly AuditDraft[]): Promise<boolean>
  setKey(id: string, keyHash: string, at: number): Promise<void>
  seen(ids: readonly string[], at: number): Promise<void>
  remove(id: string, event: NodeEvent, audit: readonly AuditDraft[]): Promise<boolean>
  events(node: string, page: { before: number | null; limit: number }): Promise<NodeEvent[]>
}

import type { Caller, Capability, FromNode, Json, NodeFacts, NodeLease, NodeState } from '@rota/core'
import type { NodeConnection, NodeLink } from '../ports/node-link.ts'
import type { LoadSample, NodeRow, PoolOrigin } from '../ports/nodes.ts'
import type { Joined, Registry } from '../ports/registry.ts'

/** A node as people see it. Shares are percentages, 0 to 100. */
export interface NodeView {
  id: string
  name: string
  tenant_id: string | null
  status: NodeState
  status_reason: string
  status_since: string
  address: string | null
  labels: Readonly<Record<string, string>>
  weight: number
  capacity: number
  /** Null while the hot state is away. */
  running: number | null
  reserved: number | null
  languages: readonly string[]
  capabilities: Readonly<Record<string, Capability>>
  types: readonly string[]
  handlers: readonly string[]
  gpu: { count: number; model: string | null } | null
  callback_url: string | null
  version: string
  pools: readonly string[]
  platform: Readonly<Record<string, Json>>
  epoch: number
  draining: boolean
  quarantined: boolean
  /** 0 to 1: how far its slow start has come. */
  warmth: number
  cpu_usage: number | null
  memory_usage: number | null
  disk_usage: number | null
  gpu_usage: number | null
  /** By how much its clock is ahead of this server's, in seconds; null where this server has not heard it say so. */
  clock_ahead_seconds: number | null
  last_heartbeat: string | null
  registered_at: string
  has_key: boolean
}

export interface NodeEventView {
  id: string
  at: string
  from: NodeState | null
  to: NodeState | 'removed'
  reason: string
  actor: string | null
}

export interface NodeFilter {
  status?: NodeState | undefined
  pool?: string | undefined
  /** A label selector. */
  selector?: string | undefined
  /** Found in id, name or address. */
  q?: string | undefined
}

export interface PoolView {
  name: string
  tenant_id: string | null
  origin: PoolOrigin
  description: string
  selector: string | null
  /** Ids of nodes that were put in by hand. */
  members: readonly string[]
  requires_gpu: boolean
  /** Nodes in it, and those of them that take work. */
  size: number
  ready: number
  /** Some of the nodes in it. */
  sample: readonly string[]
  created_at: string
  updated_at: string
  empty_since: string | null
}

/** A pool as somebody makes or changes it by hand. */
export interface PoolInput {
  name: string
  description?: string | undefined
  selector?: string | null | undefined
  members?: readonly string[] | undefined
  requires_gpu?: boolean | undefined
}

export interface PoolsStatus {
  /** The version that this server goes by; 0 for none. */
  version: number
  term: number
  /** Which version each server goes by. */
  applied: { instance: string; version: number; at: string }[]
}

export interface Pools {
  list(caller: Caller): Promise<PoolView[]>
  get(caller: Caller, name: string): Promise<PoolView>
  /** Throws `not_found`. */
  members(
    caller: Caller,
    name: string,
    page: { offset: number; most: number },
  ): Promise<{ total: number; nodes: NodeView[] }>
  /** Throws `invalid`, and `conflict` when there is one of that name. */
  create(caller: Caller, input: PoolInput): Promise<PoolView>
  /** What is not given stays; an automatic pool becomes one by hand or by its selector. Throws as {@link create}. */
  change(caller: Caller, name: string, input: Omit<PoolInput, 'name'>): Promise<PoolView>
  remove(caller: Caller, name: string): Promise<void>
  /** Names of all pools that this server goes by. */
  names(): string[]
  status(): Promise<PoolsStatus>
}

export interface JoinTokenView {
  id: string
  name: string
  tenant_id: string | null
  pools: readonly string[]
  labels: Readonly<Record<string, string>>
  uses_left: number | null
  expires_at: string
  created_at: string
  created_by: string | null
}

export interface JoinTokenInput {
  name: string
  /** Digest of its text. */
  hash: string
  pools: readonly string[]
  labels: Readonly<Record<string, string>>
  uses: number | null
  expiresAt: number
}

export interface JoinTokens {
  list(caller: Caller): Promise<JoinTokenView[]>
  create(caller: Caller, input: JoinTokenInput): Promise<JoinTokenView>
  remove(caller: Caller, id: string): Promise<void>
}

/** What a node that has joined by a token signs in with from then on. */
export interface JoinRequest {
  /** Digests of the token and of the key that the node gets. */
  tokenHash: string
  keyHash: string
  /** Where it comes from, for the audit. */
  address: string | null
  requestId: string | null
}

/** Nodes: which there are, how they do, and what people do to them. */
export interface Nodes {
  readonly registry: Registry
  readonly pools: Pools
  readonly joinTokens: JoinTokens
  list(caller: Caller, filter: NodeFilter): Promise<NodeView[]>
  /** Throws `not_found`. */
  get(caller: Caller, id: string): Promise<NodeView>
  /** For who speaks for a node; null when there is none. */
  view(id: string): Promise<NodeView | null>
  events(caller: Caller, id: string, page: { before: string | null; most: number }): Promise<NodeEventView[]>
  /** Samples from an instant on, oldest first. */
  load(caller: Caller, id: string, range: { from: number; most: number }): Promise<LoadSample[]>
  /** What the hot state knows of what it offers; null when it has forgotten it. */
  offered(caller: Caller, id: string): Promise<Record<string, Capability> | null>
  /** Those over a threshold, silent or draining, with their reasons. */
  unhealthy(caller: Caller): Promise<NodeView[]>
  drain(caller: Caller, id: string, reason: string | null): Promise<NodeView>
  undrain(caller: Caller, id: string): Promise<NodeView>
  remove(caller: Caller, id: string): Promise<void>
  /** Somebody registers a node, also one that was removed. Throws `invalid` with the reason when it may not join. */
  register(
    caller: Caller,
    facts: NodeFacts,
    running: readonly NodeLease[],
  ): Promise<Extract<Joined, { outcome: 'joined' }>>
  /** A node, known by its key, registers or says how it does in requests. */
  registerItself(node: NodeRow, facts: NodeFacts, running: readonly NodeLease[]): Promise<Joined>
  /** Throws `forbidden` for a token that is not in force, `conflict` for an id that another key has. */
  join(facts: NodeFacts, request: JoinRequest): Promise<NodeRow>
  /** The node that a key of this digest belongs to; null for none. */
  byKey(keyHash: string): Promise<NodeRow | null>
  /** The key from now on; the one before holds until the next, or until {@link endEarlierKey}. */
  setKey(id: string, keyHash: string): Promise<void>
  endEarlierKey(id: string): Promise<void>
  /** A connection of a node whose key was found to be right. It is told what follows from its greeting, and by the link. */
  connect(link: NodeLink, hello: Extract<FromNode, { kind: 'hello' }>): Promise<NodeConnection>
}

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
  /** What it was given by whoever let it join: pools and labels beside its own. */
  granted: { pools: readonly string[]; labels: Readonly<Record<string, string>> }
  /** Since when it is no node any more; its row stays, so that its key is known to be over. */
  removedAt: number | null
}

/** A transition of a node, with its reason. */
export interface NodeEvent {
  /** Time-ordered. */
  id: string
  node: string
  tenantId: string | null
  at: number
  from: NodeState | null
  to: NodeState | 'removed'
  reason: string
  /** Who did it; null for the scheduler itself. */
  actor: string | null
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

/** What is known of nodes for good. Nothing of it is for one tenant alone: whoever asks for people looks at the tenant. */
export interface NodeStore {
  /** All but those that were removed. */
  list(): Promise<NodeRow[]>
  /** Those that have changed since an instant, removed ones with them. */
  changed(since: number): Promise<NodeRow[]>
  /** Also one that was removed. */
  get(id: string): Promise<NodeRow | null>
  /** The node that signs in with a key of this digest, or has until a while ago. */
  byKey(hash: string): Promise<NodeRow | null>
  /** Adds or replaces what a node says of itself. */
  save(row: NodeRow, event: NodeEvent | null, audit: readonly AuditDraft[]): Promise<void>
  /**
   * Notes a transition; false when the node is gone or in another state than it leaves, or when a leader of a later term
   * has judged it (`term` null: nobody need lead).
   */
  note(event: NodeEvent, term: number | null): Promise<boolean>
  /** False when the node is gone, or is so already. */
  drain(id: string, isDraining: boolean, event: NodeEvent, audit: readonly AuditDraft[]): Promise<boolean>
  /** The one before holds until the next. */
  setKey(id: string, keyHash: string, at: number): Promise<void>
  /** Drops the key before this one. */
  endEarlierKey(id: string): Promise<void>
  seen(ids: readonly string[], at: number): Promise<void>
  remove(id: string, event: NodeEvent, audit: readonly AuditDraft[]): Promise<boolean>
}

/** What nodes went through. */
export interface NodeHistory {
  /** Latest first, behind the event `before`. */
  events(node: string, page: { before: string | null; most: number }): Promise<NodeEvent[]>
  addLoad(samples: readonly (LoadSample & { node: string; tenantId: string | null })[]): Promise<void>
  /** From an instant on, oldest first. */
  load(node: string, from: number, most: number): Promise<LoadSample[]>
  /** Removes load and events from before these instants, as many as given at once; answers how many. */
  prune(before: { load: number; events: number }, most: number): Promise<number>
}

/** What one leader has published of all pools. */
export interface PoolVersion {
  version: number
  term: number
  /** JSON. */
  body: string
  at: number
  instance: string
}

export type PoolsPublished = { outcome: 'published'; version: number } | { outcome: 'fenced'; term: number }

/** Which pools there are. */
export interface PoolStore {
  list(): Promise<PoolRow[]>
  get(name: string): Promise<PoolRow | null>
  /** False when there is one of that name, whoever's it is. */
  add(row: PoolRow, audit: readonly AuditDraft[]): Promise<boolean>
  /** False when there is none of that name any more. */
  change(row: PoolRow, audit: readonly AuditDraft[]): Promise<boolean>
  /** Notes since when nobody is in it. */
  noteEmpty(name: string, since: number | null): Promise<void>
  /** `onlyAuto`: not where somebody has made it theirs meanwhile. */
  remove(name: string, audit: readonly AuditDraft[], onlyAuto?: boolean): Promise<boolean>
  /** Keeps a version behind the last, and the 50 last ones, unless a leader of a later term has published. */
  publish(version: Omit<PoolVersion, 'version'>): Promise<PoolsPublished>
  /** The last versions, latest first. */
  versions(most: number): Promise<PoolVersion[]>
}

/** With what nodes may join. */
export interface JoinTokenStore {
  list(scope: Scope): Promise<JoinToken[]>
  add(token: JoinToken, audit: readonly AuditDraft[]): Promise<void>
  /** The one of this digest that is in force; null when there is none. */
  find(hash: string, now: number): Promise<JoinToken | null>
  /** Uses it once; null when there is none of this digest in force. */
  use(hash: string, now: number): Promise<JoinToken | null>
  get(id: string): Promise<JoinToken | null>
  remove(id: string, audit: readonly AuditDraft[]): Promise<boolean>
}

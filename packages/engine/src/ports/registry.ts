import type { NodeFacts, NodeLease, NodeRefusal, NodeState, Usage } from '@rota/core'
import type { NodeRow } from './nodes.ts'

export type Joined =
  | { outcome: 'joined'; epoch: number; heartbeatMs: number; silenceMs: number; keep: NodeLease[]; drop: NodeLease[] }
  | { outcome: 'refused'; code: NodeRefusal; why: string }

export type Heard =
  | { outcome: 'ok'; state: NodeState; reason: string; drop: NodeLease[] }
  /** It has to register again: it is not known here, or another incarnation of it is. */
  | { outcome: 'unknown' }
  /** It was removed: no trying again mends it. */
  | { outcome: 'removed' }

/** How a node's word comes: over a connection of its own, or in requests. */
export type Via = 'connection' | 'request'

/** A node as everybody here knows it: what it said, and the pools it is in. */
export type KnownNode = NodeRow & { inPools: readonly string[] }

/** Which nodes there are and how they do. Whoever calls has seen to it that the node is who it says. */
export interface Registry {
  join(facts: NodeFacts, running: readonly NodeLease[], via: Via): Promise<Joined>
  /** `epoch`: of the incarnation that speaks, where it says so; another than the last one is `unknown`. */
  beat(
    node: string,
    beat: { usage: Usage; running: readonly NodeLease[]; clock: number | null; epoch?: number },
  ): Promise<Heard>
  /** The node takes nothing any more until it joins again: it is going. */
  leaving(node: string, reason: string): Promise<void>
  /** All that are known, brought up to date every second or so, and at once by what happens here. */
  readonly nodes: ReadonlyMap<string, KnownNode>
  hasPool(name: string, tenantId: string | null): boolean
  /**
   * Attempts that a node has lost: it is gone, or has begun anew without them. `leases` is null for all that it had. That
   * it is gone every instance tells; of single leases the one that hears the node.
   */
  onLost(listener: (lost: { node: string; leases: readonly string[] | null; why: string }) => void): void
  /** Something about these nodes is different now: told by every instance, of what happens anywhere. */
  onChange(listener: (nodes: readonly string[]) => void): void
  /** Told by the dispatcher: an order found no answer, or was turned away, so that others think twice. */
  failed(node: string): void
  isQuarantined(node: string): boolean
  /** 0 to 1: how far the slow start of a node has come. */
  warmth(node: string): number
  /** Whether the hot state has forgotten the nodes and waits for them to tell again what they do. */
  readonly isRecovering: boolean
}

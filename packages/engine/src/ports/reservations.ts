import type { NodeLease, NodeState, Usage } from '@rota/core'

/** Who holds a slot. */
export interface Holder {
  tenantId: string | null
  executionId: string
  attempt: number
  /** The instance that has the execution in hand. */
  instance: string
}

export interface ReserveRequest {
  node: string
  /** Made by the caller, and the same when it asks again. */
  lease: string
  slots: number
  ttlMs: number
  /** Null where the caller does not mind which incarnation it is. */
  epoch: number | null
  holder: Holder
}

/** `free`: slots left after it, which everybody's view takes in. */
export type Reserved =
  | { outcome: 'ok'; fence: string; free: number }
  | { outcome: 'full'; free: number }
  | { outcome: 'not_ready'; state: NodeState }
  | { outcome: 'epoch'; epoch: number }
  | { outcome: 'no_node' }
  /** A lease of this name has ended before. */
  | { outcome: 'gone' }

export interface LeaseRef {
  node: string
  lease: string
  fence: string
}

export type Committed =
  | { outcome: 'ok'; isNew: boolean }
  | { outcome: 'fenced' }
  | { outcome: 'gone'; how: 'EXPIRED' | 'RELEASED' | 'LOST' }
  | { outcome: 'epoch' }
  | { outcome: 'unknown' }

export type Released = { outcome: 'ok'; isNew: boolean } | { outcome: 'fenced' } | { outcome: 'unknown' }

/** What a node registers with. The state is what it begins in. */
export interface NodeJoin {
  node: string
  capacity: number
  state: NodeState
  stateReason: string
  /** What it says it has in hand. */
  running: readonly NodeLease[]
  /** The same in every verb: what is left of it says when a lease was last heard of. */
  runTtlMs: number
  /** High part of fences: raised when the hot state was lost. */
  era: number
  /** What is not known of what it runs is taken up instead of dropped: the hot state has forgotten. */
  isRecovering: boolean
  /** Its last incarnation as the store remembers it: the new one is above, also where the hot state has forgotten. */
  lastEpoch?: number
}

export interface NodeBeat {
  node: string
  epoch: number
  usage: Usage
  running: readonly NodeLease[]
  runTtlMs: number
  /** A running lease that is missing in two beats and older than this is lost. */
  ackTimeoutMs: number
}

export type Beaten =
  | { outcome: 'ok'; drop: NodeLease[]; lost: string[] }
  | { outcome: 'epoch'; epoch: number }
  | { outcome: 'no_node' }

/** A node's load as the hot state has it. */
export interface NodeLoad {
  node: string
  epoch: number
  state: NodeState
  stateReason: string
  capacity: number
  running: number
  reserved: number
  usage: Usage
  /** By the clock of the hot state, epoch ms; null when it never beat. */
  beatAt: number | null
  /** Raised by each change. */
  version: number
}

/** A change of a node's room, for everybody's view. */
export interface NodeDelta {
  node: string
  epoch: number
  version: number
  running: number
  reserved: number
  capacity: number
  state: NodeState
}

/**
 * Room on nodes, held for executions. Every verb is one atomic step in the node's own slot, safe to repeat after a lost
 * answer, with the hot state's clock. Calls reject with `unavailable` while the hot state is away.
 */
export interface Reservations {
  /**
   * Begins an incarnation. What was reserved on the one before is void, unless the node says that it has it in hand.
   * Leases are known by their names. `lost`: what ran there and does not any more.
   */
  register(join: NodeJoin): Promise<{ epoch: number; keep: NodeLease[]; drop: NodeLease[]; lost: string[] }>
  beat(beat: NodeBeat): Promise<Beaten>
  reserve(request: ReserveRequest): Promise<Reserved>
  /** The node has the work: what was reserved runs. */
  commit(lease: LeaseRef, runTtlMs: number): Promise<Committed>
  /** Gives the slots back, whether they were reserved or running. */
  release(lease: LeaseRef): Promise<Released>
  /** Ends holds whose time is over; answers the leases of those that ran. */
  sweep(node: string, most: number): Promise<{ holds: number; runs: string[] }>
  /** `term`: of the leader that says so; a lower one than seen is refused (`false`). Null where nobody need lead. */
  setState(node: string, state: NodeState, reason: string, term: number | null): Promise<boolean>
  /** Compares the counters with what they count; answers by how much they differed, after mending them. */
  verify(node: string): Promise<number>
  loads(nodes: readonly string[]): Promise<(NodeLoad | null)[]>
  remove(node: string): Promise<void>
  /** The era that the hot state knows; null when it has forgotten everything. */
  era(): Promise<number | null>
  setEra(era: number): Promise<void>
  /** A turn of a pool: the same count on every instance. */
  ticket(pool: string): Promise<number>
  /** Hears of changes of room made anywhere; at most once each. */
  onDelta(listener: (delta: NodeDelta) => void): () => void
}

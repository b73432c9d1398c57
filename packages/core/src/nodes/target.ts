/** How one of the nodes that fit is picked. */
export const STRATEGIES = [
  'random',
  'round_robin',
  'least_loaded',
  'weighted_round_robin',
  'power_of_two',
  'resource_based',
  'pinned',
  'affinity',
] as const
export type Strategy = (typeof STRATEGIES)[number]

/** What becomes of an attempt whose node is lost: another node, an end as lost, or waiting for the node to come back. */
export const ON_LOST = ['restart', 'fail', 'wait'] as const
export type OnLost = (typeof ON_LOST)[number]

/** A service that a node must offer, with the languages (all of them) and the model that the work needs. */
export interface NeededCapability {
  service: string
  languages: readonly string[]
  model: string | null
}

/** Work that runs on a node: which ones may have it, and how one is picked. What is not said restricts nothing. */
export interface NodeTarget {
  kind: 'node'
  /** Name of a pool. */
  pool: string | null
  node_id: string | null
  /** A label selector: `zone=a, disk in (ssd, nvme), !spot`. */
  selector: string | null
  capability: NeededCapability | null
  strategy: Strategy
  /** Seconds that it waits for a node with room before it fails; null for ever. */
  queue_timeout_seconds: number | null
  on_lost: OnLost
}

/** Where an attempt is to run. */
export type Target = { kind: 'local' } | NodeTarget

/** Runs on every node that fits: so many at once, until so many have failed. */
export interface Broadcast {
  kind: 'broadcast'
  atOnce: number
  /** Null for never. */
  stopAfter: number | null
}

/** Parts of one execution that run on nodes of their own. */
export type Spread = Broadcast | { kind: 'shards'; count: number }

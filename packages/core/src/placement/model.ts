import type { Capability, NodeState, Usage } from '../nodes/facts.ts'
import type { NodeTarget, Strategy } from '../nodes/target.ts'

/** A node, or a device, as placement sees it. */
export interface Candidate {
  id: string
  /** Whose it is; null for everybody's. */
  tenantId: string | null
  /** Its incarnation: raised by each registration. */
  epoch: number
  state: NodeState
  stateReason: string
  /** Slots in all, and those taken. */
  capacity: number
  running: number
  reserved: number
  usage: Usage
  /** How old the usage is, in ms. */
  usageAgeMs: number
  labels: Readonly<Record<string, string>>
  capabilities: Readonly<Record<string, Capability>>
  types: readonly string[]
  handlers: readonly string[]
  weight: number
  pools: readonly string[]
  /** 0 to 1: how far its slow start has come. */
  warmth: number
  /** It has failed placements lately. */
  isQuarantined: boolean
  /** Somebody can reach it now. */
  isConnected: boolean
}

/** What is to be placed. */
export interface PlacementRequest {
  executionId: string
  tenantId: string | null
  /** Task type, and the function it calls where the type is `handler`. */
  type: string
  handler: string | null
  target: NodeTarget
  /** Where it, or the last execution of its task, ran last. */
  lastNode: string | null
  /** Nodes that have turned it away just now. */
  avoid: readonly string[]
}

/** Everything impure of a decision, as data: with the request and the seed it decides again the same. */
export interface Snapshot {
  /** Epoch ms. */
  at: number
  /** How old the view of the nodes is, in ms. */
  ageMs: number
  candidates: readonly Candidate[]
  /** False where the request names a pool that there is not. */
  hasPool: boolean
  /** Which turn of the pool it is. */
  ticket: number
  /** Current weights of smooth weighted round robin, by node. */
  weights: Readonly<Record<string, number>>
}

/** Why a node does not fit, or why nothing could be placed. */
export const REASON_CODES = [
  'NO_POOL',
  'POOL_EMPTY',
  'NO_NODE',
  'OTHER_NODE',
  'OTHER_POOL',
  'NO_CAPABILITY',
  'NO_LANGUAGE',
  'NO_MODEL',
  'NO_TYPE',
  'NO_HANDLER',
  'LABELS',
  'TENANT',
  'DRAINING',
  'OFFLINE',
  'UNREACHABLE',
  'FULL',
  'NODE_BUSY',
  'QUARANTINED',
  'AFFINITY_REQUIRED_BUSY',
  'EPOCH_CHANGED',
  'ACK_TIMEOUT',
  'BOOKED_UNTIL',
  'QUOTA',
  'STORE_UNAVAILABLE',
  'INVENTORY_STALE',
  'GANG_SHORT',
  'PREEMPTED',
  'DEADLINE',
] as const
export type ReasonCode = (typeof REASON_CODES)[number]

/** Who has to do something about it: nobody (it passes), whoever asked, or whoever runs the nodes. */
export type ReasonAction = 'wait' | 'change request' | 'operator'

/** What became of one candidate. */
export interface Judged {
  id: string
  /** Null: it fits. */
  reason: ReasonCode | null
  /** For people: what exactly is lacking. */
  detail: string | null
  /** Of those that fit: parts of its score by name, and their sum. */
  scores: Readonly<Record<string, number>> | null
  score: number | null
}

/** What was decided, and why. */
export interface Decision {
  /** Nodes to ask for room, in this order; empty when nothing fits. */
  chosen: readonly string[]
  /** Null when something fits; else the reason that concerns most. */
  reason: ReasonCode | null
  strategy: Strategy
  seed: number
  /** State of smooth weighted round robin after this pick; null where the strategy has none. */
  weights: Readonly<Record<string, number>> | null
  explanation: Explanation
}

export interface Explanation {
  candidates: number
  fitting: number
  viewAgeMs: number
  /** How many were turned away for each reason. */
  turnedAway: Readonly<Partial<Record<ReasonCode, number>>>
  /** The best and the nearest, at most 50. */
  judged: readonly Judged[]
  /** What would make it fit: `without languages zh-bo: 4 nodes`; empty when it fits. */
  counterfactuals: readonly Counterfactual[]
}

/** Nodes that would fit if one wish of the request were dropped. */
export interface Counterfactual {
  dropped: 'pool' | 'node_id' | 'selector' | 'capability' | 'languages' | 'model' | 'type' | 'handler' | 'capacity'
  nodes: number
}

import type { Json } from '../json.ts'

/** How a node does. `ready` and `degraded` take work, the latter less gladly; `draining` and `offline` take none. */
export const NODE_STATES = ['ready', 'degraded', 'draining', 'offline'] as const
export type NodeState = (typeof NODE_STATES)[number]

/** Shares of what a node has, 0 to 1; null where it is not known. */
export interface Usage {
  cpu: number | null
  memory: number | null
  disk: number | null
  gpu: number | null
}

/** What a node offers of one service. */
export interface Capability {
  languages: readonly string[]
  models: readonly string[]
}

/** What a node says of itself when it registers. */
export interface NodeFacts {
  /** Chosen by whoever set the node up; it stands in keys and addresses. */
  id: string
  name: string
  address: string | null
  labels: Readonly<Record<string, string>>
  /** Share of the work that it takes among others, relative to theirs. */
  weight: number
  /** Attempts that it runs at once. */
  capacity: number
  languages: readonly string[]
  /** By service: `asr`, `nmt`, … or any name. */
  capabilities: Readonly<Record<string, Capability>>
  /** Task types that it runs. */
  types: readonly string[]
  /** Functions that it has for tasks of type `handler`. */
  handlers: readonly string[]
  gpu: { count: number; model: string | null } | null
  /** Where orders are sent to when the node keeps no connection. */
  callbackUrl: string | null
  /** Of the program on the node. */
  version: string
  /** Pools that it asks to be in. */
  pools: readonly string[]
  /** For people: operating system, kernel, number of processors. */
  platform: Readonly<Record<string, Json>>
  tenantId: string | null
}

/** An attempt that a node has in its hands. */
export interface NodeLease {
  executionId: string
  fence: number
  /** Of its reservation. */
  lease: string
}

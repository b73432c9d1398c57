import type { NodeWork } from './placer.ts'

/** One part of an execution that runs on several nodes. */
export interface Part {
  /** The node's id, or the number of the shard. */
  name: string
  /** From 0. */
  index: number
  work: NodeWork
}

/** By what a node knows a part, which no execution is called. */
export const partId = (executionId: string, index: number) => `${executionId}#${index}`

/** The execution that somebody's order belongs to, as a whole or as a part of it. */
export function executionOf(id: string): string {
  const at = id.indexOf('#')
  return at < 0 ? id : id.slice(0, at)
}

/** What is spread, and how. */
export interface SpreadPlan {
  parts: readonly Part[]
  /** How many parts there are in all, those that are not to run again included. */
  count: number
  /** How many parts run at once. */
  atOnce: number
  /** Failures after which no further part begins; null for never. */
  stopAfter: number | null
  /** How long a part may wait for room, in ms; null for ever. */
  waitMs: number | null
}

import type { Decision, Json, NodeTarget, ReasonCode } from '@rota/core'
import type { Channel } from './channel.ts'

/** What of a place concerns it: the type of the work says which executor runs it. */
export interface Placed {
  type: string
}

/** Room for one attempt, taken until it is released. */
export interface Place {
  readonly channel: Channel
  /** On which node, and under what; absent on this server. */
  readonly onNode?: OnNode
  release(): void
}

/** An attempt's room on a node, as it is kept beside the execution: plain data. */
export interface OnNode {
  node: string
  lease: string
  /** Fence of the lease. */
  leaseFence: string
  /** Fence that the order names. */
  fence: number
  /** Whether it is waited for when the node is away. */
  waits: boolean
  /** Lines that earlier attempts have left in the log. */
  linesBefore: number
  /** How the node was found, for whoever asks why. */
  why: Json
  /** When the node said that it runs there, epoch ms; kept with the end. */
  ackedAt?: number
}

/** What became of one node that was asked for room. */
export interface Tried {
  node: string
  code: ReasonCode | 'OK'
  /** Epoch ms. */
  at: number
}

/** What is lacking for now. */
export interface Shortage {
  /** Whoever waits for the same stands in one line. */
  line: string
  /** How many places there are in all. */
  max: number
  /** Why no node can have it now. */
  decision?: Decision
}

/** Says where attempts run, and takes the room for them. */
export interface Placer {
  reserve(work: Placed): Place | { waitsFor: Shortage }
  /** Whether there is nothing to be had for those that stand in a line. */
  isFull(line: string): boolean
  /** Places that whatever comes will find. */
  readonly free: number
}

/** An attempt that is to run on a node. */
export interface NodeWork {
  executionId: string
  attempt: number
  fence: number
  tenantId: string | null
  type: string
  /** The function it calls, where the type is `handler`. */
  handler: string | null
  target: NodeTarget
  /** Where the last execution of its task ran. */
  taskId: string | null
}

/** Finds places on nodes. It has to ask around, so that its answer takes a while. */
export interface NodePlacer {
  /** The line in which such work would wait. */
  lineOf(work: Pick<NodeWork, 'type' | 'handler' | 'target'>): string
  /** Takes room on a node, or says what is lacking. Rejects with `invalid` for a target that cannot be read. */
  find(work: NodeWork): Promise<Place | { waitsFor: Shortage }>
  /** Nodes that the work fits, whether they have room or not. */
  fitting(work: NodeWork): string[]
  /** The room that an attempt has which another instance began. */
  adopted(executionId: string, onNode: OnNode): Place
  /** Hears of lines for which there may be room now; null: for any. */
  onRoom(listener: (lines: readonly string[] | null) => void): void
}

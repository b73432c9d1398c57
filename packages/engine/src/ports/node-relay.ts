import type { FromNode, NodeLease, ToNode } from '@rota/core'

/** A node has connected to some instance. */
export interface Connected {
  node: string
  /** What it had in hand when it did. */
  running: readonly NodeLease[]
  /** The instance at the other end, and which of its connections it is. */
  instance: string
  connection: string
}

/** Attempts that a node has lost, though it is there. */
export interface LostLeases {
  node: string
  leases: readonly string[]
  why: string
}

export type News = Extract<FromNode, { kind: 'news' }>

/**
 * Frames between instances: one has the execution in hand, another the connection of its node. At most once, in order
 * for each sender: whoever must not miss one asks again.
 */
export interface NodeRelay {
  /** To whichever other instance has the node's connection. */
  toNode(node: string, frame: ToNode): void
  /** Takes frames for a node that is connected here, until the answer is called. */
  serve(node: string, take: (frame: ToNode) => void): () => void
  /** Hands on what a node says to the instance that owns the attempt. */
  toOwner(node: string, news: News): void
  /** Takes what nodes elsewhere say to this instance. */
  own(instance: string, take: (node: string, news: News) => void): () => void
  announce(connected: Connected): void
  /** Tells of attempts that a node has lost whoever owns them. */
  tellLost(lost: LostLeases): void
  onLost(listener: (lost: LostLeases) => void): () => void
  onConnected(listener: (connected: Connected) => void): () => void
}

/** Who has applied which version of the pools. */
export interface Applied {
  instance: string
  version: number
  /** Epoch ms. */
  at: number
}

/**
 * What of nodes and pools others look up beside their load. Made anew from the store whenever it is lost, and never
 * what a decision stands on: whoever places work asks the node's own room.
 */
export interface NodeIndex {
  /** What a node offers, by service as JSON; forgotten after `ttlMs` unless it is said again. */
  setCapabilities(node: string, services: Readonly<Record<string, string>>, ttlMs: number): Promise<void>
  /** Null when nothing is known of the node. */
  capabilities(node: string): Promise<Record<string, string> | null>
  /** Replaces the members of a pool, each with its capacity as a hint; none removes the pool. */
  setMembers(pool: string, members: readonly { node: string; capacity: number }[]): Promise<void>
  /** Those with the most room first. */
  members(pool: string, page: { offset: number; most: number }): Promise<{ size: number; nodes: string[] }>
  /** Says which version of the pools an instance goes by. */
  noteApplied(applied: Applied): Promise<void>
  applied(): Promise<Applied[]>
}

/** What an instance says of itself every few seconds. Instants are epoch ms. */
export interface InstanceCard {
  id: string
  hostname: string
  pid: number
  version: string
  startedAt: number
  /** Attempts under way, and executions in hand that have not started. */
  running: number
  waiting: number
}

/** Which instances are alive now, as far as the hot state knows; the leases in the store decide about work. */
export interface Presence {
  /** Says that this instance lives, for `ttlMs`, and answers all that live, the longest running first. */
  announce(card: InstanceCard, ttlMs: number): Promise<InstanceCard[]>
  /** Says that it goes. */
  leave(instanceId: string): Promise<void>
}

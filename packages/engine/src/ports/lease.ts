import type { InstanceRecord } from './executions.ts'

/** How a lease is kept. Durations in ms. */
export interface LeaseTerms {
  /** How long others wait after the last renewal before they take over. */
  leaseMs: number
  /** For so long after it asked for a renewal the instance trusts it: shorter than the lease. */
  trustMs: number
  /** From one renewal to the next. */
  everyMs: number
  /** Whoever renews on behalf of a loop that has not turned for so long stops: the loop is taken for dead. */
  loopDeadMs: number
}

/**
 * Renews an instance's lease. An adapter may do so from a thread of its own, so that a loop that is busy for a while
 * does not lose it. Instants are the engine's monotonic clock.
 */
export interface Lease {
  /** Renews it now, with what the instance says of itself; `heartbeatAt` is now. Rejects when the store refused. */
  renew(record: InstanceRecord): Promise<void>
  /** When the last renewal was asked for that the store took; never later than that. -Infinity before the first. */
  readonly askedAt: number
  /** How often it was renewed after others may have thought that it had ended. */
  readonly lapses: number
  /** Renews no more. */
  stop(): Promise<void>
}

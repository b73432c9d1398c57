import type { Happened } from './happenings.ts'

/** A wish to stop an execution that an instance has in hand. */
export interface Cancellation {
  seq: number
  reason: string
  /** Only where it has not started. */
  ifUnstarted: boolean
}

/**
 * Wishes to stop executions that other instances have in hand. The store notes them in the transaction that finds an
 * execution in somebody's hands (a cancellation, a newer execution that replaces it, a change of its task) and keeps
 * them until the execution has ended: nobody takes over what nobody shall start.
 */
export interface Cancellations {
  /** What is wished of the executions that this instance has in hand; ends those that nobody has. */
  of(instanceId: string, now: number): Promise<{ wishes: Cancellation[] } & Happened>
}

/** What happened on one instance, as live pages are told. */
export interface RelayedChanges {
  /** JSON values, oldest first. What they say is the affair of those who send and receive. */
  changes: readonly unknown[]
  /** Some that happened before these are missing. */
  hasGap: boolean
}

/**
 * Changes for live pages, from each instance to those where somebody looks. Messages may be lost but come in order, and
 * their numbers show what is missing. Nothing is kept: what nobody wants costs nothing.
 */
export interface ChangeRelay {
  /** Whether another instance wants to hear; found out within moments, forgotten within {@link FORGOTTEN_AFTER_MS}. */
  readonly isWanted: boolean
  /**
   * Sends to those who want to hear; never waits, never throws, and drops what cannot go out now. `no` is how many
   * changes this instance had before the first of these, sent or not.
   */
  send(no: number, message: RelayedChanges): void
  /** Calls the listener with what other instances send, until the returned function is called. */
  want(listener: (message: RelayedChanges) => void): () => void
}

/** Who wants to hear says so this often, in ms. */
export const WANT_MS = 5_000
/** Who has not said so for this long wants nothing more, in ms. */
export const FORGOTTEN_AFTER_MS = 3 * WANT_MS

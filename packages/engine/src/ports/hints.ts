/** What an instance tells all others. A hint only saves time: whoever misses one finds the same by looking. */
export type Hint =
  /** There is work to be started at `runAt` that the sender does not take itself. */
  | { kind: 'work'; runAt: number }
  /** The store has been told to stop something that others have in hand. */
  | { kind: 'cancel' }

/** Hints between instances. They may be lost, doubled or late; none is needed for anything to be right. */
export interface Hints {
  /** Sends to all other instances; never waits, never throws, and drops the hint when it cannot go out now. */
  send(hint: Hint): void
  /** Calls the listener for hints of others, and with work due since 0 whenever hints may have been missed before. */
  receive(listener: (hint: Hint) => void): () => void
}

import type { AttemptKey, NodeLease, RunOutcome } from '@rota/core'

/** What an earlier start of the program had in hand. */
export interface Restored extends NodeLease {
  owner: string
  /** How it ended; null: it ran when the program ended, so it is lost. */
  outcome: RunOutcome | null
  /** Starts of the program since it was accepted, this one included. */
  restarts: number
}

/** Keeps what the node has in hand over a new start of its program. Never throws. */
export interface Journal {
  accepted(lease: NodeLease, owner: string): void
  ended(key: AttemptKey, outcome: RunOutcome): void
  forgotten(key: AttemptKey): void
}

/** For programs of which nothing is to outlive them. */
export const NO_JOURNAL: Journal = { accepted() {}, ended() {}, forgotten() {} }

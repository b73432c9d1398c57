import type { ChangeRelay } from './change-relay.ts'
import type { Hints } from './hints.ts'
import type { LeaderTerms } from './leader-terms.ts'
import type { NodeIndex } from './node-index.ts'
import type { NodeRelay } from './node-relay.ts'
import type { Presence } from './presence.ts'
import type { Publications } from './publications.ts'
import type { RateLimits } from './rate-limits.ts'
import type { Reservations } from './reservations.ts'
import type { TailRelay } from './tail-relay.ts'

/** How the hot state does. The numbers count since the start. */
export interface HotStatus {
  kind: 'memory' | 'redis'
  /** For people; without credentials. */
  location: string
  /** Why it cannot be used now; null while it can. */
  trouble: string | null
  /** Connections made after the first. */
  reconnects: number
  /** Calls that failed or came too late. */
  failures: number
  /** Messages that were not sent, because the connection was away or too slow. */
  dropped: number
}

/**
 * What instances share beside the store: rebuildable at any instant, never a lock that keeps anything safe. Calls that
 * answer reject with `unavailable` within about a second while the hot state is away; nothing of the engine waits for
 * them.
 */
export interface HotParts {
  readonly hints: Hints
  readonly tailRelay: TailRelay
  readonly changeRelay: ChangeRelay
  readonly nodeRelay: NodeRelay
  readonly presence: Presence
  readonly rateLimits: RateLimits
  readonly leaderTerms: LeaderTerms
  readonly publications: Publications
  readonly nodeIndex: NodeIndex
  readonly reservations: Reservations
  status(): HotStatus
  /** Calls the listener when trouble begins (with its reason) and ends (with null). */
  onTrouble(listener: (trouble: string | null) => void): void
  close(): Promise<void>
}

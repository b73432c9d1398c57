/** Why a live execution has not started. */
export interface Waiting {
  state: 'waiting' | 'ready' | 'blocked' | 'claimed' | 'started'
  runAt: number
  /** The limit it waits for: `task:SEQ` or a concurrency key. */
  blockedBy: string | null
  /** Slots of that limit, and who holds them. */
  limit: { max: number; held: number; holders: string[] } | null
  /** Ready or blocked rows that come before it. */
  ahead: number
  claimedBy: string | null
}

/** Single executions, looked at closely. */
export interface ExecutionDetails {
  waiting(id: string): Promise<Waiting | null>
  /** What an execution ran, for running it again. `job` is its stored definition or overrides. */
  source(id: string): Promise<{ taskId: string | null; job: string | null } | null>
  /** How it was placed, where it ran on a node: JSON of OnNode. */
  placement(id: string): Promise<string | null>
  /** The attempt that is under way of an execution; null for none. `placement`: as above. */
  attemptUnderWay(id: string): Promise<{ claimSeq: number; placement: string | null } | null>
  /** Deletes a finished execution; false when there is none. */
  forget(id: string): Promise<boolean>
}

export interface TermRequest {
  /** What is led, e.g. `planner`. */
  role: string
  instanceId: string
  /** How long the term lasts unless it is prolonged, in ms. */
  ttlMs: number
  /** The highest term the caller has heard of: a new one is above it, should the hot state have forgotten its own. */
  floor: number
}

export interface TermAnswer {
  /** True when the caller leads. */
  leads: boolean
  /** The current term, whoever's it is. */
  term: number
}

/**
 * Terms of leadership. A term is a fence, no lock: for a moment two may believe to lead, so whatever a leader writes
 * names its term, and the destination refuses a lower one than it has seen.
 */
export interface LeaderTerms {
  /** Begins or prolongs a term unless somebody else has one. Terms of a role only grow. */
  claim(request: TermRequest): Promise<TermAnswer>
  /** Ends a term before its time; false when it had ended. */
  resign(role: string, instanceId: string): Promise<boolean>
}

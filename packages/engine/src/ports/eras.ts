/**
 * Of the hot state's memory of nodes. When that is lost, a new era begins: its fences are above all that were given
 * before, and nobody is judged until the nodes have told again what they do.
 */
export interface Era {
  era: number
  /** Epoch ms. */
  beganAt: number
  /** When it is over, however many nodes have come back; null when there is nothing to recover any more. */
  recoveringUntil: number | null
}

export interface Eras {
  current(): Promise<Era | null>
  /** Begins the era after `known`, or the first; false when somebody else has begun one. */
  begin(era: Era, known: Era | null): Promise<boolean>
  /** Nobody need be waited for any more. */
  recovered(era: number): Promise<void>
  /** The highest term of leadership that was heard of. */
  term(): Promise<number>
  raiseTerm(term: number): Promise<void>
}

import type { Channel } from './channel.ts'

/** What of a place concerns it: the type of the work says which executor runs it. */
export interface Placed {
  type: string
}

/** Room for one attempt, taken until it is released. */
export interface Place {
  readonly channel: Channel
  release(): void
}

/** What is lacking for now. */
export interface Shortage {
  /** Whoever waits for the same stands in one line. */
  line: string
  /** How many places there are in all. */
  max: number
}

/** Says where attempts run, and takes the room for them. */
export interface Placer {
  reserve(work: Placed): Place | { waitsFor: Shortage }
  /** Whether there is nothing to be had for those that stand in a line. */
  isFull(line: string): boolean
  /** Places that whatever comes will find. */
  readonly free: number
}

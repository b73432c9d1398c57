import type { Favours } from '../favour.ts'
import type { Candidate, PlacementRequest, Snapshot } from '../model.ts'

/** Nodes that are asked for room, one after the other, before the view of them is renewed. */
export const MOST_ASKED = 5

/** What a strategy picks from. */
export interface Choice {
  request: PlacementRequest
  snapshot: Snapshot
  /** Those that fit; never none. */
  fitting: readonly Candidate[]
  favours: Favours
  /** In [0, 1), from the seed of the decision. */
  random: () => number
}

/** What a strategy picked. Positions are those of `fitting`. */
export interface Pick {
  /** The one to be asked first, and those after it, at most {@link MOST_ASKED}. */
  order: readonly number[]
  /** How it judged each, the higher the better; null where it judges nobody. */
  scores: Float64Array | null
  /** What a score is made of. */
  parts(position: number): Record<string, number>
  /** State of smooth weighted round robin after this pick; null for the others. */
  weights: Readonly<Record<string, number>> | null
}

export type PickBy = (choice: Choice) => Pick

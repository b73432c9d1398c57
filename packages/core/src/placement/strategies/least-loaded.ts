import { loadOf } from '../favour.ts'
import { best } from './drawing.ts'
import type { Choice, PickBy } from './strategy.ts'

/** The largest free share of slots; among equals chance decides, else all instances would take the first. */
export const leastLoaded: PickBy = (choice) => {
  const scores = freeShares(choice)
  return {
    order: best(scores, choice.random),
    scores,
    parts: (position) => choice.favours.parts(position, 'free', 1 - loadOf(choice.fitting[position]!)),
    weights: null,
  }
}

/** Free share of slots of each, less where it is taken less gladly. */
export function freeShares({ fitting, favours }: Choice): Float64Array {
  const shares = new Float64Array(fitting.length)
  for (let i = 0; i < shares.length; i++) shares[i] = (1 - loadOf(fitting[i]!)) * favours.of[i]!
  return shares
}

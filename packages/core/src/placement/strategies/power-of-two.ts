import { loadOf } from '../favour.ts'
import { draw } from './drawing.ts'
import { freeShares } from './least-loaded.ts'
import type { PickBy } from './strategy.ts'

/**
 * Of two drawn the one with more free slots (Mitzenmacher 2001): nearly as even as the best, and instances with an old
 * view do not all run to the same node.
 */
export const powerOfTwo: PickBy = (choice) => {
  const scores = freeShares(choice)
  const [one, two, ...others] = draw(choice.favours.of, choice.random)
  const pair = two === undefined ? [one!] : scores[two]! > scores[one!]! ? [two, one!] : [one!, two]
  return {
    order: [...pair, ...others],
    scores,
    parts: (position) => choice.favours.parts(position, 'free', 1 - loadOf(choice.fitting[position]!)),
    weights: null,
  }
}

import { draw } from './drawing.ts'
import type { PickBy } from './strategy.ts'

/** Each as likely as the other, but for those that are taken less gladly. */
export const random: PickBy = ({ favours, random }) => ({
  order: draw(favours.of, random),
  scores: favours.of,
  parts: (position) => favours.parts(position, 'chance', 1),
  weights: null,
})

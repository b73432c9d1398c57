import { loadOf } from '../favour.ts'
import { powerOfTwo } from './power-of-two.ts'
import { type Choice, MOST_ASKED, type PickBy } from './strategy.ts'

/** How much fuller than the others the last node may be and still be taken again (Ray's rule). */
export const AFFINITY_SLACK = 0.2

/** Where it ran last, unless that node is fuller than the others by more than the slack; else the better of two. */
export const affinity: PickBy = (choice) => {
  const picked = powerOfTwo(choice)
  const last = choice.fitting.findIndex(({ id }) => id === choice.request.lastNode)
  if (last < 0 || loadOf(choice.fitting[last]!) > meanLoad(choice) + AFFINITY_SLACK) return picked
  const others = picked.order.filter((position) => position !== last)
  return { ...picked, order: [last, ...others].slice(0, MOST_ASKED) }
}

function meanLoad({ fitting }: Choice): number {
  let sum = 0
  for (const candidate of fitting) sum += loadOf(candidate)
  return sum / fitting.length
}

import { random } from './random.ts'
import type { PickBy } from './strategy.ts'

/** The node that is named, else the one where it ran last, and no other. One that never ran is pinned by its first run. */
export const pinned: PickBy = (choice) => {
  const { request, snapshot, fitting } = choice
  const picked = random(choice)
  const home = request.target.node_id ?? request.lastNode
  // A node that has gone for good binds nobody.
  if (home === null || !snapshot.candidates.some(({ id }) => id === home)) return picked
  return { ...picked, order: [...fitting.keys()].filter((position) => fitting[position]!.id === home) }
}

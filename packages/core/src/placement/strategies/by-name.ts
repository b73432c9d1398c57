import type { Strategy } from '../../nodes/target.ts'
import { affinity } from './affinity.ts'
import { leastLoaded } from './least-loaded.ts'
import { pinned } from './pinned.ts'
import { powerOfTwo } from './power-of-two.ts'
import { random } from './random.ts'
import { resourceBased } from './resource-based.ts'
import { roundRobin } from './round-robin.ts'
import type { PickBy } from './strategy.ts'
import { weightedRoundRobin } from './weighted-round-robin.ts'

export const PICK_BY: Readonly<Record<Strategy, PickBy>> = {
  random,
  round_robin: roundRobin,
  least_loaded: leastLoaded,
  weighted_round_robin: weightedRoundRobin,
  power_of_two: powerOfTwo,
  resource_based: resourceBased,
  pinned,
  affinity,
}

import type { ClusterScenario } from './scenario.ts'
import { type ClusterRun, playCluster } from './simulate-cluster.ts'

/** The lists of a scenario that can be shortened; instances keep their numbers, so they stay. */
const LISTS = ['mishaps', 'definitions'] as const

/**
 * Leaves out of a scenario that fails whatever it fails without: halves of what happens first, then smaller parts (after
 * Zeller's "delta debugging", 2002). Answers what is left; it fails, though perhaps with other complaints.
 */
export async function shrink(scenario: ClusterScenario, run: ClusterRun, mostTries = 80): Promise<ClusterScenario> {
  let least = scenario
  let tries = 0
  const fails = async (candidate: ClusterScenario) => {
    tries++
    return (await playCluster(candidate, run)).complaints.length > 0
  }
  for (const list of LISTS) {
    for (let size = Math.ceil(least[list].length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let from = 0; from < least[list].length && tries < mostTries; ) {
        const candidate = { ...least, [list]: least[list].toSpliced(from, size) }
        if (await fails(candidate)) least = candidate
        else from += size
      }
    }
  }
  return least
}

import { healthOf, warmthOf } from '../favour.ts'
import type { Candidate, Snapshot } from '../model.ts'
import { MOST_ASKED, type PickBy } from './strategy.ts'

/**
 * Smooth weighted round robin (nginx, `ngx_http_upstream_get_peer`): each gains its weight, the highest is picked and
 * pays the sum of all. Weights 5, 1, 1 give a a b a c a a. The weight that counts is less while a node warms up or does
 * badly, and what it had stays with a node that does not fit just now.
 */
export const weightedRoundRobin: PickBy = ({ fitting, snapshot }) => {
  const gains = new Float64Array(fitting.length)
  const current = new Float64Array(fitting.length)
  let total = 0
  for (let i = 0; i < fitting.length; i++) {
    gains[i] = Math.max(fitting[i]!.weight, 0) * warmthOf(fitting[i]!) * healthOf(fitting[i]!)
    current[i] = weightIn(snapshot, fitting[i]!.id) + gains[i]!
    total += gains[i]!
  }
  const order = highest(current, fitting)
  const scores = Float64Array.from(current)
  current[order[0]!]! -= total
  return {
    order,
    scores,
    parts: (position) => ({ before: scores[position]! - gains[position]!, weight: gains[position]! }),
    weights: stateAfter(snapshot, fitting, current),
  }
}

function weightIn({ weights }: Snapshot, id: string): number {
  return Object.hasOwn(weights, id) ? weights[id]! : 0
}

/** The state knows the nodes of the snapshot and no others, so that it does not grow with those that have gone. */
function stateAfter(snapshot: Snapshot, fitting: readonly Candidate[], current: Float64Array): Record<string, number> {
  const state: Record<string, number> = Object.create(null)
  for (const { id } of snapshot.candidates) {
    const weight = weightIn(snapshot, id)
    if (weight !== 0) state[id] = weight
  }
  for (let i = 0; i < fitting.length; i++) state[fitting[i]!.id] = current[i]!
  return state
}

/** Positions of the highest; among equals the lower id, on every instance alike. */
function highest(current: Float64Array, fitting: readonly Candidate[]): number[] {
  const isBefore = (a: number, b: number) =>
    current[a]! > current[b]! || (current[a] === current[b] && fitting[a]!.id < fitting[b]!.id)
  const kept: number[] = []
  for (let i = 0; i < current.length; i++) {
    if (kept.length === MOST_ASKED && !isBefore(i, kept[MOST_ASKED - 1]!)) continue
    let at = kept.length
    while (at > 0 && isBefore(i, kept[at - 1]!)) at--
    kept.splice(at, 0, i)
    if (kept.length > MOST_ASKED) kept.pop()
  }
  return kept
}

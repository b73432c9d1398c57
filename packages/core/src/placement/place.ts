import { explanationOf, type Findings, reasonOf } from './explaining.ts'
import { faultsOf, isOfOthers, wishesOf } from './faults.ts'
import { favoursOf } from './favour.ts'
import type { Candidate, Decision, PlacementRequest, Snapshot } from './model.ts'
import { randomOf } from './random.ts'
import { PICK_BY } from './strategies/by-name.ts'

/**
 * Decides which nodes are asked for room, in which order. Pure: with the same request, snapshot and seed it decides the
 * same, so a stored decision can be replayed. Time grows with the number of candidates (n log n for `round_robin`).
 *
 * `pinned` may pick nobody although somebody fits; the reason is then `AFFINITY_REQUIRED_BUSY`. Throws RotaError
 * `invalid` for a selector that cannot be read.
 */
export function place(request: PlacementRequest, snapshot: Snapshot, seed: number): Decision {
  const findings = findingsOf(request, snapshot)
  const { fitting } = findings
  const { strategy } = request.target
  const common = { strategy, seed }
  if (fitting.length === 0) {
    const explanation = explanationOf(findings, null)
    return { ...common, chosen: [], reason: reasonOf(findings), weights: null, explanation }
  }
  const choice = { request, snapshot, fitting, favours: favoursOf(fitting), random: randomOf(seed) }
  const pick = PICK_BY[strategy](choice)
  return {
    ...common,
    chosen: pick.order.map((position) => fitting[position]!.id),
    reason: pick.order.length === 0 ? 'AFFINITY_REQUIRED_BUSY' : null,
    weights: pick.weights,
    explanation: explanationOf(findings, pick),
  }
}

function findingsOf(request: PlacementRequest, snapshot: Snapshot): Findings {
  const wishes = wishesOf(request, snapshot.hasPool)
  const { candidates, ageMs } = snapshot
  const visible: Candidate[] = []
  const fitting: Candidate[] = []
  const faults = new Int32Array(candidates.length)
  for (const candidate of candidates) {
    const found = faultsOf(candidate, wishes)
    if (isOfOthers(found)) continue
    faults[visible.length] = found
    visible.push(candidate)
    if (found === 0) fitting.push(candidate)
  }
  return { wishes, visible, faults, fitting, viewAgeMs: ageMs }
}

import { DROPPABLE, detailOf, FAULTS, firstFault, type Wishes } from './faults.ts'
import type { Candidate, Counterfactual, Explanation, Judged, ReasonCode } from './model.ts'
import type { Pick } from './strategies/strategy.ts'

const MOST_JUDGED = 50
/** Places among the judged for those that fit, as long as others are there to be named. */
const PLACES_OF_FITTING = 25

/** All that the candidates were found to be, by position. */
export interface Findings {
  wishes: Wishes
  /** Those that the request may know of: nodes of other tenants are not told of. */
  visible: readonly Candidate[]
  faults: Int32Array
  fitting: readonly Candidate[]
  viewAgeMs: number
}

/** What was decided about whom, for whoever asks why. `pick` is null where nothing fits. */
export function explanationOf(findings: Findings, pick: Pick | null): Explanation {
  const counts = countFaults(findings)
  const unfit = findings.visible.length - findings.fitting.length
  const room = Math.max(PLACES_OF_FITTING, MOST_JUDGED - unfit)
  const judged = pick === null ? [] : judgedFitting(findings.fitting, pick, room)
  for (const entry of judgedUnfit(findings, counts, MOST_JUDGED - judged.length)) judged.push(entry)
  return {
    candidates: findings.visible.length,
    fitting: findings.fitting.length,
    viewAgeMs: findings.viewAgeMs,
    turnedAway: turnedAway(counts),
    judged,
    counterfactuals: findings.fitting.length > 0 ? [] : counterfactualsOf(findings),
  }
}

/** Why nothing fits: the reason of those that came furthest. */
export function reasonOf({ wishes, visible, faults }: Findings): ReasonCode {
  const { target } = wishes.request
  if (target.pool !== null && !wishes.hasPool) return 'NO_POOL'
  if (visible.length === 0) return target.pool === null ? 'NO_NODE' : 'POOL_EMPTY'
  let furthest = 0
  for (let i = 0; i < visible.length; i++) furthest = Math.max(furthest, FAULTS.indexOf(firstFault(faults[i]!)))
  const reason = FAULTS[furthest]!
  if (reason === 'OTHER_NODE') return 'NO_NODE'
  return reason === 'OTHER_POOL' && target.node_id === null ? 'POOL_EMPTY' : reason
}

/** By position in {@link FAULTS}, how many were turned away for it. */
function countFaults({ visible, faults }: Findings): Int32Array {
  const counts = new Int32Array(FAULTS.length)
  for (let i = 0; i < visible.length; i++) if (faults[i] !== 0) counts[FAULTS.indexOf(firstFault(faults[i]!))]!++
  return counts
}

function turnedAway(counts: Int32Array): Partial<Record<ReasonCode, number>> {
  const named: Partial<Record<ReasonCode, number>> = {}
  for (const [i, fault] of FAULTS.entries()) if (counts[i]! > 0) named[fault] = counts[i]!
  return named
}

/** Those that are asked, in that order, then the next best. */
function judgedFitting(fitting: readonly Candidate[], { order, scores, parts }: Pick, most: number): Judged[] {
  const isAsked = new Set(order)
  const others: number[] = []
  for (let i = 0; i < fitting.length; i++) {
    if (isAsked.has(i)) continue
    if (others.length < most) others.push(i)
    else if (scores !== null && scores[i]! > scores[others[most - 1]!]!) others[most - 1] = i
    else continue
    if (scores === null) continue
    for (let at = others.length - 1; at > 0 && scores[others[at]!]! > scores[others[at - 1]!]!; at--) {
      const better = others[at]!
      others[at] = others[at - 1]!
      others[at - 1] = better
    }
  }
  return [...order, ...others].slice(0, most).map((position) => ({
    id: fitting[position]!.id,
    reason: null,
    detail: null,
    scores: parts(position),
    score: scores === null ? null : scores[position]!,
  }))
}

/** Those that came furthest. */
function judgedUnfit({ visible, faults, wishes }: Findings, counts: Int32Array, most: number): Judged[] {
  let lowest = FAULTS.length
  for (let room = most; lowest > 0 && room > 0; ) room -= counts[--lowest]!
  const nearest: { candidate: Candidate; stage: number }[] = []
  for (let i = 0; i < visible.length; i++) {
    const stage = faults[i] === 0 ? -1 : FAULTS.indexOf(firstFault(faults[i]!))
    if (stage >= lowest) nearest.push({ candidate: visible[i]!, stage })
  }
  return nearest
    .sort((a, b) => b.stage - a.stage)
    .slice(0, most)
    .map(({ candidate, stage }) => {
      const reason = FAULTS[stage]!
      return { id: candidate.id, reason, detail: detailOf(candidate, reason, wishes), scores: null, score: null }
    })
}

/** The wish that most nodes would fit without comes first. */
function counterfactualsOf({ visible, faults }: Findings): Counterfactual[] {
  const found: Counterfactual[] = []
  for (const [dropped, bits] of DROPPABLE) {
    let nodes = 0
    for (let i = 0; i < visible.length; i++) if ((faults[i]! & ~bits) === 0) nodes++
    if (nodes > 0) found.push({ dropped, nodes })
  }
  return found.sort((a, b) => b.nodes - a.nodes)
}

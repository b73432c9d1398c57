import { isRecord } from '../../subjects/task/task-document.ts'

interface Judged {
  id: string
  /** Null: it fits. */
  reason: string | null
  detail: string | null
  score: number | null
  scores: Readonly<Record<string, number>> | null
}

/** How a node was found, or why none was, as far as the API tells it. */
export interface Placement {
  strategy: string | null
  reason: string | null
  chosen: string | null
  candidates: number
  fitting: number
  viewAgeMs: number | null
  turnedAway: readonly (readonly [code: string, nodes: number])[]
  judged: readonly Judged[]
  counterfactuals: readonly { dropped: string; nodes: number }[]
  attempts: readonly { node: string; code: string; at: number }[]
  steps: readonly { step: string; at: number }[]
}

/** The facts of an explanation are free in form; null where they say nothing of nodes. */
export function placementOf({ placement }: Readonly<Record<string, unknown>>): Placement | null {
  if (!isRecord(placement)) return null
  const { strategy, reason, chosen, candidates, fitting, view_age_ms, node } = placement
  return {
    strategy: textOf(strategy),
    reason: textOf(reason),
    chosen: textOf(node) ?? textOf(chosen),
    candidates: numberOf(candidates) ?? 0,
    fitting: numberOf(fitting) ?? 0,
    viewAgeMs: numberOf(view_age_ms),
    turnedAway: Object.entries(isRecord(placement.turned_away) ? placement.turned_away : {})
      .map(([code, nodes]) => [code, numberOf(nodes) ?? 0] as const)
      .sort(([, a], [, b]) => b - a),
    judged: recordsOf(placement.judged).map((each) => ({
      id: textOf(each.id) ?? '',
      reason: textOf(each.reason),
      detail: textOf(each.detail),
      score: numberOf(each.score),
      scores: isRecord(each.scores) ? (each.scores as Record<string, number>) : null,
    })),
    counterfactuals: recordsOf(placement.counterfactuals).map(({ dropped, nodes }) => ({
      dropped: textOf(dropped) ?? '',
      nodes: numberOf(nodes) ?? 0,
    })),
    attempts: recordsOf(placement.attempts).map(({ node: tried, code, at }) => ({
      node: textOf(tried) ?? '',
      code: textOf(code) ?? '',
      at: instantOf(at),
    })),
    steps: recordsOf(placement.steps).map(({ step, at }) => ({ step: textOf(step) ?? '', at: instantOf(at) })),
  }
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : null)
const numberOf = (value: unknown) => (typeof value === 'number' ? value : null)
const instantOf = (value: unknown) => (typeof value === 'number' ? value : Date.parse(String(value)))
const recordsOf = (value: unknown) => (Array.isArray(value) ? value.filter(isRecord) : [])

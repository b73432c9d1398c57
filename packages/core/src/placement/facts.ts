import type { Json } from '../json.ts'
import type { Decision, Judged } from './model.ts'

/** Of the candidates so many are named. */
const MOST_JUDGED = 10

/** What a decision says, in the words of the API. */
export function placementFacts({ explanation, strategy, seed, reason, chosen }: Decision): Record<string, Json> {
  const { candidates, fitting, viewAgeMs, turnedAway, judged, counterfactuals } = explanation
  return {
    ...{ strategy, seed, reason, chosen: chosen[0] ?? null, candidates, fitting },
    view_age_ms: Number.isFinite(viewAgeMs) ? Math.round(viewAgeMs) : null,
    turned_away: { ...turnedAway } as Record<string, number>,
    judged: judged.slice(0, MOST_JUDGED).map(judgedFacts),
    counterfactuals: counterfactuals.map(({ dropped, nodes }) => ({ dropped, nodes })),
  }
}

function judgedFacts({ id, reason, detail, score, scores }: Judged): Json {
  return { id, reason, detail, score, scores: scores === null ? null : { ...scores } }
}

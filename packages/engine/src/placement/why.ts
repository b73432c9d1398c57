import { type Decision, type Json, type PlacementRequest, placementFacts, type Snapshot } from '@rota/core'
import type { Tried } from '../ports/placer.ts'

/** Candidates that are kept with a decision, so that it can be decided again; of more, only what was said of them. */
const MOST_REPLAYED = 16
interface Way {
  chosen: string
  tried: readonly Tried[]
  selectedAt: number
  reservedAt: number
}

/** How a node was found, as it is kept with the execution and read by people: plain data of a few KB at most. */
export function whyOf(decision: Decision, asked: { request: PlacementRequest; snapshot: Snapshot }, way: Way): Json {
  const { explanation, seed } = decision
  const { snapshot, request } = asked
  return {
    ...placementFacts(decision),
    chosen: way.chosen,
    attempts: way.tried.map(({ node, code, at }) => ({ node, code, at: new Date(at).toISOString() })),
    steps: [
      { step: 'SELECTING', at: new Date(way.selectedAt).toISOString() },
      { step: 'RESERVED', at: new Date(way.reservedAt).toISOString() },
    ],
    replay:
      explanation.candidates > MOST_REPLAYED ? null : (JSON.parse(JSON.stringify({ request, snapshot, seed })) as Json),
  }
}

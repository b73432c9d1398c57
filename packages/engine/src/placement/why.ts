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

/** What a decision was made from, to decide it again; null where that is too much to keep. The view of nodes goes on. */
export function replayOf(request: PlacementRequest, snapshot: Snapshot, seed: number): Json {
  if (snapshot.candidates.length > MOST_REPLAYED) return null
  // The view changes its candidates in place, but never what they consist of.
  const candidates = snapshot.candidates.map((candidate) => ({ ...candidate }))
  const ageMs = Number.isFinite(snapshot.ageMs) ? snapshot.ageMs : null
  return { request, snapshot: { ...snapshot, ageMs, candidates }, seed } as unknown as Json
}

/** How a node was found, as it is kept with the execution and read by people: plain data of a few KB at most. */
export function whyOf(decision: Decision, replay: Json, way: Way): Json {
  return {
    ...placementFacts(decision),
    chosen: way.chosen,
    attempts: way.tried.map(({ node, code, at }) => ({ node, code, at: new Date(at).toISOString() })),
    steps: [
      { step: 'SELECTING', at: new Date(way.selectedAt).toISOString() },
      { step: 'RESERVED', at: new Date(way.reservedAt).toISOString() },
    ],
    replay,
  }
}

import type { NodeTarget } from '../../nodes/target.ts'
import type { Candidate, PlacementRequest, Snapshot } from '../model.ts'

/** A node that fits everything that {@link asking} asks for unless it is told otherwise. */
export function candidate(id: string, changed: Partial<Candidate> = {}): Candidate {
  return {
    ...{ id, tenantId: null, epoch: 1, state: 'ready', stateReason: '', capacity: 4, running: 0, reserved: 0 },
    ...{ usage: { cpu: 0, memory: 0, disk: 0, gpu: null }, usageAgeMs: 0, labels: {}, capabilities: {} },
    ...{ types: ['shell'], handlers: [], weight: 1, pools: [], warmth: 1, isQuarantined: false, isConnected: true },
    ...changed,
  }
}

export function asking(target: Partial<NodeTarget> = {}, changed: Partial<PlacementRequest> = {}): PlacementRequest {
  return {
    ...{ executionId: 'e', tenantId: null, type: 'shell', handler: null, lastNode: null, avoid: [] },
    target: {
      ...{ kind: 'node', pool: null, node_id: null, selector: null, capability: null, strategy: 'random' },
      ...{ queue_timeout_seconds: null, on_lost: 'restart' },
      ...target,
    },
    ...changed,
  }
}

export function among(candidates: readonly Candidate[], changed: Partial<Snapshot> = {}): Snapshot {
  return { at: 0, ageMs: 3, candidates, hasPool: true, ticket: 0, weights: {}, ...changed }
}

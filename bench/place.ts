/** Deciding where work runs, among 10, 100 and 1,000 nodes, by each strategy. */
import { type Candidate, type PlacementRequest, place, type Snapshot, STRATEGIES, type Strategy } from '@rota/core'
import type { BenchOptions } from './bench.ts'

const SIZES = [10, 100, 1_000]
const ROUNDS = 5
/** Candidates looked at in a round, in as many decisions as that takes. */
const LOOKED_AT = 500_000
const CAPACITY = 8

function candidate(i: number): Candidate {
  return {
    ...{ id: `node-${String(i).padStart(4, '0')}`, tenantId: null, epoch: 1, stateReason: '' },
    state: i % 17 === 0 ? 'degraded' : 'ready',
    ...{ capacity: CAPACITY, running: i % (CAPACITY + 1), reserved: 0, usageAgeMs: 500 },
    usage: { cpu: (i % 10) / 10, memory: (i % 7) / 10, disk: 0.2, gpu: null },
    labels: { zone: i % 2 === 0 ? 'a' : 'b', disk: 'ssd' },
    capabilities: {
      asr: { languages: i % 5 === 0 ? ['zh', 'en', 'bo'] : ['zh', 'en'], models: ['small'] },
      nmt: { languages: ['zh', 'en'], models: [] },
    },
    ...{ types: ['shell', 'python', 'http'], handlers: [], weight: 1 + (i % 3), pools: ['all', 'en-zh'] },
    ...{ warmth: i % 23 === 0 ? 0.5 : 1, isQuarantined: i % 101 === 0, isConnected: true },
  }
}

const requestBy = (strategy: Strategy): PlacementRequest => ({
  ...{ executionId: 'e', tenantId: null, type: 'shell', handler: null, lastNode: 'node-0004', avoid: [] },
  target: {
    ...{ kind: 'node', pool: 'en-zh', node_id: null, selector: 'zone=a, disk in (ssd, nvme)', strategy },
    capability: { service: 'asr', languages: ['zh', 'en'], model: null },
    ...{ queue_timeout_seconds: null, on_lost: 'restart' },
  },
})

/** Microseconds of one decision, of the best round: whatever else the machine does only adds to it. */
function decisionUs(request: PlacementRequest, snapshot: Snapshot): number {
  const decisions = Math.ceil(LOOKED_AT / snapshot.candidates.length)
  let bestMs = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const startedAt = performance.now()
    for (let seed = 0; seed < decisions; seed++) place(request, snapshot, seed)
    bestMs = Math.min(bestMs, performance.now() - startedAt)
  }
  return Number(((1_000 * bestMs) / decisions).toFixed(1))
}

/** Keys are `STRATEGY` and the number of nodes; half of them fit the labels. */
export async function run({ log }: BenchOptions): Promise<Record<string, unknown>> {
  const found: Record<string, number> = {}
  for (const size of SIZES) {
    const candidates = Array.from({ length: size }, (_, i) => candidate(i))
    const snapshot = { at: 0, ageMs: 5, candidates, hasPool: true, ticket: 3, weights: {} }
    for (const strategy of STRATEGIES) found[`${strategy}${size}Us`] = decisionUs(requestBy(strategy), snapshot)
    log(`${size} nodes: ${STRATEGIES.map((strategy) => `${strategy} ${found[`${strategy}${size}Us`]} µs`).join(', ')}`)
  }
  return found
}

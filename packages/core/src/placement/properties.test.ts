import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { NODE_STATES } from '../nodes/facts.ts'
import { STRATEGIES } from '../nodes/target.ts'
import { loadOf } from './favour.ts'
import type { Candidate, PlacementRequest, Snapshot } from './model.ts'
import { place } from './place.ts'
import { AFFINITY_SLACK } from './strategies/affinity.ts'
import { among, asking, candidate } from './testing/candidates.ts'

const LANGUAGES = ['zh', 'en', 'bo']
const share = fc.option(fc.double({ min: 0, max: 1, noNaN: true }))
const languages = fc.subarray(LANGUAGES)

/** Few values of each, so that they often fit and often do not. */
const node = fc
  .record({
    tenantId: fc.option(fc.constantFrom('t', 'u'), { freq: 3 }),
    state: fc.constantFrom('ready' as const, 'ready' as const, ...NODE_STATES),
    capacity: fc.integer({ min: 0, max: 6 }),
    running: fc.integer({ min: 0, max: 4 }),
    reserved: fc.integer({ min: 0, max: 2 }),
    usage: fc.record({ cpu: share, memory: share, disk: share, gpu: share }),
    usageAgeMs: fc.integer({ min: 0, max: 100_000 }),
    labels: fc.dictionary(fc.constantFrom('zone', 'spot'), fc.constantFrom('a', 'b')),
    capabilities: fc.dictionary(fc.constant('asr'), fc.record({ languages, models: fc.subarray(['small', 'large']) })),
    types: fc.subarray(['shell', 'handler']),
    handlers: fc.subarray(['resize']),
    weight: fc.integer({ min: 0, max: 5 }),
    pools: fc.subarray(['p', 'q']),
    warmth: fc.double({ min: 0, max: 1, noNaN: true }),
    isQuarantined: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    isConnected: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
  })
  .map((changed) => changed as Partial<Candidate>)
const nodes = fc.array(node, { maxLength: 12 }).map((all) => all.map((changed, i) => candidate(`n${i}`, changed)))

const request = fc
  .record({
    strategy: fc.constantFrom(...STRATEGIES),
    pool: fc.option(fc.constant('p'), { freq: 1 }),
    node_id: fc.option(fc.constantFrom('n0', 'n1', 'n2'), { freq: 1 }),
    selector: fc.option(fc.constantFrom('zone=a', '!spot', 'zone in (a, b)'), { freq: 1 }),
    capability: fc.option(
      fc.record({ service: fc.constant('asr'), languages, model: fc.option(fc.constant('small')) }),
      { freq: 1 },
    ),
    type: fc.constantFrom('shell', 'handler'),
    lastNode: fc.option(fc.constantFrom('n0', 'n3', 'n5')),
    avoid: fc.subarray(['n1', 'n4']),
    tenantId: fc.option(fc.constant('t')),
  })
  .map(({ strategy, pool, node_id, selector, capability, ...rest }) =>
    asking(
      { strategy, pool, node_id, selector, capability },
      { ...rest, handler: rest.type === 'handler' ? 'resize' : null },
    ),
  )
const snapshot = fc
  .record({
    candidates: nodes,
    ticket: fc.nat(),
    hasPool: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
    weights: fc.dictionary(fc.constantFrom('n0', 'n1', 'n9'), fc.integer({ min: -9, max: 9 })),
  })
  .map(({ candidates, ...changed }) => among(candidates, changed))
const seed = fc.maxSafeNat()

/** Whether a node may have it, said once more and otherwise. */
function mayHave(it: Candidate, { target, tenantId, type, handler, avoid }: PlacementRequest, hasPool: boolean) {
  const offered = target.capability && it.capabilities[target.capability.service]
  const selected = {
    'zone=a': it.labels.zone === 'a',
    '!spot': it.labels.spot === undefined,
    'zone in (a, b)': it.labels.zone !== undefined,
  }
  return [
    it.tenantId === null || it.tenantId === tenantId,
    target.pool === null || (hasPool && it.pools.includes(target.pool)),
    target.node_id === null || target.node_id === it.id,
    target.selector === null || selected[target.selector as keyof typeof selected],
    target.capability === null ||
      (offered &&
        target.capability.languages.every((language) => offered.languages.includes(language)) &&
        (target.capability.model === null || offered.models.includes(target.capability.model))),
    it.types.includes(type) && (handler === null || it.handlers.includes(handler)),
    it.state === 'ready' || it.state === 'degraded',
    it.isConnected && !it.isQuarantined && !avoid.includes(it.id),
    it.running + it.reserved < it.capacity,
  ].every(Boolean)
}

describe('a decision', () => {
  test('names nodes that fit, each once, at most five; and none only where none fits or the one it is bound to', () => {
    fc.assert(
      fc.property(request, snapshot, seed, (asked, seen, seed) => {
        const { chosen, reason, explanation } = place(asked, seen, seed)
        const fitting = seen.candidates.filter((it) => mayHave(it, asked, seen.hasPool)).map(({ id }) => id)
        expect(explanation.fitting).toBe(fitting.length)
        expect(chosen.every((id) => fitting.includes(id))).toBe(true)
        expect(new Set(chosen).size).toBe(chosen.length)
        const isPinned = asked.target.strategy === 'pinned'
        if (!isPinned) expect(chosen).toHaveLength(Math.min(fitting.length, 5))
        expect(reason === null).toBe(chosen.length > 0)
        if (reason === 'AFFINITY_REQUIRED_BUSY') expect(isPinned).toBe(true)
      }),
      { numRuns: 1_000 },
    )
  })

  test('made of a stored request, snapshot and seed is the same again', () => {
    fc.assert(
      fc.property(request, snapshot, seed, (asked, seen, seed) => {
        const decision = place(asked, seen, seed)
        const stored = JSON.parse(JSON.stringify({ asked, seen, seed })) as {
          asked: PlacementRequest
          seen: Snapshot
          seed: number
        }
        expect(JSON.stringify(place(stored.asked, stored.seen, stored.seed))).toBe(JSON.stringify(decision))
      }),
    )
  })

  test('changes nothing of what it was given', () => {
    fc.assert(
      fc.property(request, snapshot, seed, (asked, seen, seed) => {
        const before = JSON.stringify([asked, seen])
        place(asked, seen, seed)
        expect(JSON.stringify([asked, seen])).toBe(before)
      }),
    )
  })

  test('accounts for every node that may be known', () => {
    fc.assert(
      fc.property(request, snapshot, seed, (asked, seen, seed) => {
        const { candidates, fitting, turnedAway, judged } = place(asked, seen, seed).explanation
        expect(fitting + Object.values(turnedAway).reduce((sum, count) => sum + count, 0)).toBe(candidates)
        expect(judged).toHaveLength(candidates)
        for (const { score, scores } of judged) {
          if (score === null) continue
          expect(Object.values(scores!).reduce((sum, part) => sum + part, 0)).toBeCloseTo(score)
        }
      }),
    )
  })

  test('promises with a counterfactual what comes true once the wish is dropped', () => {
    fc.assert(
      fc.property(request, snapshot, seed, (asked, seen, seed) => {
        for (const { dropped, nodes } of place(asked, seen, seed).explanation.counterfactuals) {
          const [without, others] = dropping(dropped, asked, seen)
          if (without !== null) expect(place(without, others, seed).explanation.fitting, dropped).toBe(nodes)
        }
      }),
      { numRuns: 1_000 },
    )
  })
})

/** The request without a wish, or the nodes with more room; null for what every request has. */
function dropping(dropped: string, asked: PlacementRequest, seen: Snapshot): [PlacementRequest | null, Snapshot] {
  const { target } = asked
  const { capability } = target
  switch (dropped) {
    case 'type':
      return [null, seen]
    case 'handler':
      return [{ ...asked, handler: null }, seen]
    case 'languages':
      return [{ ...asked, target: { ...target, capability: { ...capability!, languages: [] } } }, seen]
    case 'model':
      return [{ ...asked, target: { ...target, capability: { ...capability!, model: null } } }, seen]
    case 'capacity':
      return [asked, { ...seen, candidates: seen.candidates.map((it) => ({ ...it, capacity: 99 })) }]
    default:
      return [{ ...asked, target: { ...target, [dropped]: null } }, seen]
  }
}

describe('a strategy', () => {
  const fit = fc
    .array(fc.tuple(fc.integer({ min: 0, max: 9 }), fc.integer({ min: 1, max: 9 })), { minLength: 1, maxLength: 8 })
    .map((all) => all.map(([running, weight], i) => candidate(`n${i}`, { capacity: 10, running, weight })))

  test('by affinity begins with the last node only where that is not fuller than the others by more than the slack', () => {
    fc.assert(
      fc.property(fit, seed, (candidates, seed) => {
        const asked = asking({ strategy: 'affinity' }, { lastNode: 'n0' })
        const [first] = place(asked, among(candidates), seed).chosen
        const mean = candidates.reduce((sum, it) => sum + loadOf(it), 0) / candidates.length
        const isFair = loadOf(candidates[0]!) <= mean + AFFINITY_SLACK
        if (isFair) expect(first).toBe('n0')
        else if (candidates.length === 2) expect(first).toBe('n1')
      }),
    )
  })

  test('by weights gives each exactly its share in every round', () => {
    fc.assert(
      fc.property(fit, (candidates) => {
        let weights: Readonly<Record<string, number>> = {}
        const counts = new Map<string, number>()
        const round = candidates.reduce((sum, { weight }) => sum + weight, 0)
        for (let turn = 0; turn < 2 * round; turn++) {
          const decision = place(asking({ strategy: 'weighted_round_robin' }), among(candidates, { weights }), turn)
          weights = decision.weights!
          counts.set(decision.chosen[0]!, (counts.get(decision.chosen[0]!) ?? 0) + 1)
        }
        for (const { id, weight } of candidates) expect(counts.get(id)).toBe(2 * weight)
      }),
    )
  })

  test('by turns gives each its turn, whatever the ticket begins with', () => {
    fc.assert(
      fc.property(fit, fc.nat({ max: 2 ** 40 }), (candidates, first) => {
        const asked = asking({ strategy: 'round_robin' })
        const picks = candidates.map((_, i) => place(asked, among(candidates, { ticket: first + i }), 1).chosen[0])
        expect(new Set(picks).size).toBe(candidates.length)
      }),
    )
  })

  test('at random is fair for seeds that follow one another', () => {
    const candidates = Array.from({ length: 10 }, (_, i) => candidate(`n${i}`))
    const asked = asking({ strategy: 'random' })
    const counts = new Map<string, number>()
    for (let seed = 1_000; seed < 11_000; seed++) {
      const [first] = place(asked, among(candidates), seed).chosen
      counts.set(first!, (counts.get(first!) ?? 0) + 1)
    }
    // Six standard deviations of a binomial distribution.
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(180)
  })
})

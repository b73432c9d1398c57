import { describe, expect, test } from 'vitest'
import type { NodeTarget } from '../nodes/target.ts'
import type { Candidate, PlacementRequest, ReasonCode } from './model.ts'
import { place } from './place.ts'
import { among, asking, candidate } from './testing/candidates.ts'

const ASR = { asr: { languages: ['zh', 'en'], models: ['small'] } }
const needs = (languages: string[], model: string | null = null, service = 'asr') => ({
  capability: { service, languages, model },
})

type Case = [
  reason: ReasonCode,
  node: Partial<Candidate>,
  target: Partial<NodeTarget>,
  request: Partial<PlacementRequest>,
  detail: string | null,
]

const UNFIT: Case[] = [
  ['OTHER_NODE', {}, { node_id: 'other' }, {}, null],
  ['OTHER_POOL', { pools: ['a'] }, { pool: 'b', node_id: 'n' }, {}, 'It is not in b.'],
  ['LABELS', { labels: { zone: 'a' } }, { selector: 'zone, zone!=a' }, {}, 'It does not meet zone!=a.'],
  ['NO_TYPE', {}, {}, { type: 'python' }, 'It does not run python.'],
  ['NO_HANDLER', { types: ['handler'], handlers: ['a'] }, {}, { type: 'handler', handler: 'b' }, 'It does not have b.'],
  ['NO_CAPABILITY', { capabilities: ASR }, needs([], null, 'nmt'), {}, 'It does not offer nmt.'],
  ['NO_CAPABILITY', { capabilities: ASR }, needs([], null, 'valueOf'), {}, 'It does not offer valueOf.'],
  ['NO_LANGUAGE', { capabilities: ASR }, needs(['zh', 'bo', 'ug']), {}, 'It does not offer asr in bo, ug.'],
  ['NO_MODEL', { capabilities: ASR }, needs(['zh'], 'large'), {}, 'It does not offer asr with large.'],
  ['OFFLINE', { state: 'offline', stateReason: 'No word for 30 s.' }, {}, {}, 'No word for 30 s.'],
  ['DRAINING', { state: 'draining' }, {}, {}, null],
  ['UNREACHABLE', { isConnected: false }, {}, {}, null],
  ['QUARANTINED', { isQuarantined: true }, {}, {}, null],
  ['FULL', { running: 3, reserved: 1 }, {}, {}, '4 of 4 slots are taken.'],
  ['FULL', { capacity: 0 }, {}, {}, '0 of 0 slots are taken.'],
  ['NODE_BUSY', {}, {}, { avoid: ['n'] }, null],
]

describe('a node is turned away', () => {
  test.each(UNFIT)('for %s: %j, asked for %j', (reason, node, target, request, detail) => {
    const decision = place(asking(target, request), among([candidate('n', node)]), 1)
    expect(decision.chosen).toEqual([])
    expect(decision.explanation.turnedAway).toEqual({ [reason]: 1 })
    expect(decision.explanation.judged).toEqual([{ id: 'n', reason, detail, scores: null, score: null }])
  })

  test('for none of these when it has what is asked for', () => {
    const node = candidate('n', {
      ...{ tenantId: 't', capabilities: ASR, pools: ['b', 'a'], labels: { zone: 'a' }, state: 'degraded' },
      ...{ types: ['handler'], handlers: ['resize'], running: 3 },
    })
    const target = { ...needs(['zh', 'en'], 'small'), pool: 'a', node_id: 'n', selector: 'zone=a' }
    const request = asking(target, { tenantId: 't', type: 'handler', handler: 'resize', avoid: ['other'] })
    const decision = place(request, among([node]), 1)
    expect(decision).toMatchObject({ chosen: ['n'], reason: null, weights: null, strategy: 'random', seed: 1 })
    expect(decision.explanation).toMatchObject({ candidates: 1, fitting: 1, turnedAway: {}, counterfactuals: [] })
  })
})

describe('the reason that concerns most', () => {
  const reasonOf = (target: Partial<NodeTarget>, nodes: Candidate[], hasPool = true) =>
    place(asking(target), among(nodes, { hasPool }), 1).reason

  test('is that of whoever came furthest', () => {
    const nodes = [
      candidate('a', { pools: [] }),
      candidate('b', { pools: ['p'], running: 4 }),
      candidate('c', { pools: ['p'], state: 'offline' }),
    ]
    expect(reasonOf({ pool: 'p' }, nodes)).toBe('FULL')
  })

  test('is that there is no such pool, no node in it, no such node, or none at all', () => {
    const node = candidate('a', { pools: ['p'] })
    expect(reasonOf({ pool: 'p' }, [node], false)).toBe('NO_POOL')
    expect(reasonOf({ pool: 'p' }, [candidate('a')])).toBe('POOL_EMPTY')
    expect(reasonOf({ pool: 'p' }, [])).toBe('POOL_EMPTY')
    expect(reasonOf({ node_id: 'b' }, [node])).toBe('NO_NODE')
    expect(reasonOf({}, [])).toBe('NO_NODE')
  })

  test('tells nothing of the nodes of another tenant', () => {
    const theirs = candidate('theirs', { tenantId: 'them', running: 4 })
    const decision = place(asking({ node_id: 'theirs' }, { tenantId: 'us' }), among([theirs]), 1)
    expect(decision.reason).toBe('NO_NODE')
    expect(JSON.stringify(decision)).not.toMatch(/theirs|TENANT/)
    expect(decision.explanation.candidates).toBe(0)
  })
})

describe('an explanation', () => {
  test('says what would make it fit, and how many nodes that would bring', () => {
    const nodes = [
      ...['a', 'b', 'c'].map((id) => candidate(id, { capabilities: ASR, pools: ['p'] })),
      candidate('d', { capabilities: { asr: { languages: ['bo'], models: [] } }, pools: ['p'], running: 4 }),
      candidate('e', { capabilities: { asr: { languages: ['bo'], models: [] } } }),
      candidate('f', { capabilities: ASR }),
    ]
    const { counterfactuals } = place(asking({ pool: 'p', ...needs(['bo']) }), among(nodes), 1).explanation
    expect(counterfactuals).toEqual([
      { dropped: 'capability', nodes: 3 },
      { dropped: 'languages', nodes: 3 },
      { dropped: 'pool', nodes: 1 },
      { dropped: 'capacity', nodes: 1 },
    ])
  })

  test('says how many nodes there would be without a pool that does not exist', () => {
    const nodes = [candidate('a'), candidate('b', { running: 4 })]
    const { explanation } = place(asking({ pool: 'p' }), among(nodes, { hasPool: false }), 1)
    expect(explanation.counterfactuals).toEqual([{ dropped: 'pool', nodes: 1 }])
  })

  test('counts all and names 50: those that are asked first, then the best, then the nearest', () => {
    const nodes = [
      ...Array.from({ length: 300 }, (_, i) => candidate(`far${i}`, { types: [] })),
      ...Array.from({ length: 10 }, (_, i) => candidate(`near${i}`, { running: 4 })),
      ...Array.from({ length: 200 }, (_, i) => candidate(`fit${i}`, { running: i % 4 })),
    ]
    const { chosen, explanation } = place(asking({ strategy: 'least_loaded' }), among(nodes), 7)
    expect(explanation).toMatchObject({ candidates: 510, fitting: 200, turnedAway: { NO_TYPE: 300, FULL: 10 } })
    expect(explanation.judged).toHaveLength(50)
    expect(explanation.judged.slice(0, 5).map(({ id }) => id)).toEqual(chosen)
    expect(explanation.judged.slice(0, 25).every(({ score }) => score === 1)).toBe(true)
    expect(explanation.judged.slice(25, 35).map(({ reason }) => reason)).toEqual(Array(10).fill('FULL'))
    expect(explanation.judged.slice(35).map(({ reason }) => reason)).toEqual(Array(15).fill('NO_TYPE'))
  })

  test('takes a score apart into what adds up to it', () => {
    const nodes = [
      candidate('a', { state: 'degraded', warmth: 0.5, running: 1, capabilities: ASR }),
      candidate('b', { running: 3 }),
    ]
    const { judged } = place(asking({ strategy: 'least_loaded' }), among(nodes), 1).explanation
    const { scores, score } = judged.find(({ id }) => id === 'a')!
    expect(Object.keys(scores!)).toEqual(['free', 'slow_start', 'health', 'scarcity'])
    expect(Object.values(scores!).reduce((sum, part) => sum + part)).toBeCloseTo(score!)
    expect(score).toBeCloseTo((0.75 * 0.5 * 0.5) / 1.3)
    expect(judged.find(({ id }) => id === 'b')!.scores).toEqual({ free: 0.25 })
  })
})

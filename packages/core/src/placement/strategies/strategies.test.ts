import { describe, expect, test } from 'vitest'
import type { Strategy } from '../../nodes/target.ts'
import type { Candidate, Snapshot } from '../model.ts'
import { place } from '../place.ts'
import { among, asking, candidate } from '../testing/candidates.ts'

const THREE = ['a', 'b', 'c'].map((id) => candidate(id))
const SEEDS = 3_000

const decide = (strategy: Strategy, nodes: readonly Candidate[], changed: Partial<Snapshot> = {}, seed = 1) =>
  place(asking({ strategy }), among(nodes, changed), seed)

/** How often each is asked first. */
function firsts(strategy: Strategy, nodes: readonly Candidate[]): Record<string, number> {
  const counts: Record<string, number> = Object.fromEntries(nodes.map(({ id }) => [id, 0]))
  for (let seed = 0; seed < SEEDS; seed++) counts[decide(strategy, nodes, {}, seed).chosen[0]!]!++
  return counts
}

/** Picks one after the other, each with the state that the last one left behind. */
function turns(nodes: readonly Candidate[], count: number): string {
  let weights: Readonly<Record<string, number>> = {}
  let picked = ''
  for (let turn = 0; turn < count; turn++) {
    const decision = decide('weighted_round_robin', nodes, { weights })
    picked += decision.chosen[0]
    weights = decision.weights!
  }
  return picked
}

describe('round robin', () => {
  test('takes one after the other by id, whatever order they come in, and then the next in line', () => {
    const nodes = [THREE[2]!, THREE[0]!, THREE[1]!]
    const chosen = [0, 1, 2, 3].map((ticket) => decide('round_robin', nodes, { ticket }).chosen.join(''))
    expect(chosen).toEqual(['abc', 'bca', 'cab', 'abc'])
  })

  test('asks five at most', () => {
    const nodes = Array.from({ length: 9 }, (_, i) => candidate(`n${i}`))
    expect(decide('round_robin', nodes, { ticket: 7 }).chosen).toEqual(['n7', 'n8', 'n0', 'n1', 'n2'])
  })
})

describe('weighted round robin', () => {
  const weighted = [candidate('a', { weight: 5 }), candidate('b'), candidate('c')]

  test('spreads the turns of the heavier ones: 5, 1, 1 is a a b a c a a', () => {
    expect(turns(weighted, 14)).toBe('aabacaaaabacaa')
  })

  test('takes less of a node that does badly or warms up', () => {
    const count = (nodes: Candidate[]) => turns(nodes, 30).split('a').length - 1
    expect(count([candidate('a'), candidate('b')])).toBe(15)
    expect(count([candidate('a', { state: 'degraded' }), candidate('b')])).toBe(10)
    expect(count([candidate('a', { warmth: 0 }), candidate('b')])).toBeLessThan(4)
  })

  test('lets a node that was full for a while go on where it stood, and forgets one that is gone', () => {
    const { weights } = decide('weighted_round_robin', weighted)
    expect(weights).toEqual({ a: -2, b: 1, c: 1 })
    const full = [weighted[0]!, candidate('b', { running: 4 })]
    expect(decide('weighted_round_robin', full, { weights: weights! }).weights).toEqual({ a: -2, b: 1 })
  })

  test('goes on without weights, and with ids that objects know by themselves', () => {
    const nodes = [candidate('constructor', { weight: 0 }), candidate('toString', { weight: 0 })]
    expect(decide('weighted_round_robin', nodes).chosen).toEqual(['constructor', 'toString'])
  })
})

describe('random', () => {
  test('is fair, and what does badly or warms up gets its share', () => {
    const counts = firsts('random', [...THREE, candidate('d', { state: 'degraded' }), candidate('e', { warmth: 0.5 })])
    for (const id of ['a', 'b', 'c']) expect(counts[id]! / SEEDS).toBeCloseTo(0.25, 1)
    for (const id of ['d', 'e']) expect(counts[id]! / SEEDS).toBeCloseTo(0.125, 1)
  })

  test('asks every node once before it gives up', () => {
    expect(decide('random', THREE).chosen.toSorted()).toEqual(['a', 'b', 'c'])
  })

  test('keeps free the node that could do what others cannot', () => {
    const rare = candidate('rare', { capabilities: { asr: { languages: ['zh', 'bo', 'ug', 'mn'], models: [] } } })
    const usual = candidate('usual', { capabilities: { asr: { languages: ['zh'], models: [] } } })
    const counts = firsts('random', [rare, usual])
    expect(counts.usual).toBeGreaterThan(counts.rare! * 1.15)
  })
})

describe('least loaded', () => {
  test('takes the largest free share, not the largest number', () => {
    const nodes = [candidate('a', { capacity: 100, running: 60 }), candidate('b', { capacity: 4, running: 1 })]
    expect(decide('least_loaded', nodes).chosen).toEqual(['b', 'a'])
  })

  test('counts what is reserved like what runs', () => {
    const nodes = [candidate('a', { reserved: 2 }), candidate('b', { running: 1 })]
    expect(decide('least_loaded', nodes).chosen).toEqual(['b', 'a'])
  })

  test('leaves it to chance among equals', () => {
    for (const count of Object.values(firsts('least_loaded', THREE))) expect(count / SEEDS).toBeCloseTo(1 / 3, 1)
  })
})

describe('power of two', () => {
  test('never begins with the fuller of the two it has drawn, and so hardly with the fullest', () => {
    const nodes = [0, 1, 2, 3].map((running) => candidate(`n${running}`, { running }))
    const counts = firsts('power_of_two', nodes)
    expect(counts.n3).toBe(0)
    expect(counts.n0).toBeGreaterThan(counts.n1!)
    expect(counts.n1).toBeGreaterThan(counts.n2!)
  })

  test('takes the one there is', () => {
    expect(decide('power_of_two', [candidate('a')]).chosen).toEqual(['a'])
  })
})

describe('resource based', () => {
  const usage = (cpu: number | null, memory = 0.5) => ({ usage: { cpu, memory, disk: 0.1, gpu: null } })

  test('takes the one with most to spare', () => {
    const nodes = [candidate('a', usage(0.9)), candidate('b', usage(0.2)), candidate('c', usage(0.5))]
    expect(decide('resource_based', nodes).chosen).toEqual(['b', 'c', 'a'])
  })

  test('never takes what is not known, or no longer, for free', () => {
    const stale = candidate('stale', { ...usage(0), usageAgeMs: 600_000 })
    const nodes = [stale, candidate('unknown', usage(null)), candidate('known', usage(0.3))]
    expect(decide('resource_based', nodes).chosen[0]).toBe('known')
  })

  test('minds the slots that were taken since a node last told of itself', () => {
    const nodes = [candidate('a', { ...usage(0.1), reserved: 3 }), candidate('b', usage(0.3))]
    expect(decide('resource_based', nodes).chosen[0]).toBe('b')
  })
})

describe('pinned', () => {
  const pinned = (nodes: Candidate[], changed: { node_id?: string; lastNode?: string }) =>
    place(
      asking({ strategy: 'pinned', node_id: changed.node_id ?? null }, { lastNode: changed.lastNode ?? null }),
      among(nodes),
      1,
    )

  test('takes the node that is named and no other', () => {
    expect(pinned(THREE, { node_id: 'b', lastNode: 'a' }).chosen).toEqual(['b'])
  })

  test('without a name it stays where it ran last, and waits for that node', () => {
    expect(pinned(THREE, { lastNode: 'c' }).chosen).toEqual(['c'])
    const full = [THREE[0]!, candidate('c', { running: 4 })]
    expect(pinned(full, { lastNode: 'c' })).toMatchObject({ chosen: [], reason: 'AFFINITY_REQUIRED_BUSY' })
  })

  test('begins anywhere, and anew when its node is gone for good', () => {
    expect(pinned(THREE, {}).chosen).toHaveLength(3)
    expect(pinned(THREE, { lastNode: 'gone' }).chosen).toHaveLength(3)
  })
})

describe('affinity', () => {
  const near = (nodes: Candidate[], lastNode: string) =>
    place(asking({ strategy: 'affinity' }, { lastNode }), among(nodes), 1).chosen

  test('takes the last node again, then others', () => {
    expect(near(THREE, 'b')[0]).toBe('b')
    expect(near(THREE, 'b')).toHaveLength(3)
  })

  test('leaves it when it is much fuller than the others', () => {
    const nodes = [candidate('a', { running: 3 }), candidate('b'), candidate('c')]
    expect(near(nodes, 'a')[0]).not.toBe('a')
  })

  test('takes any when the last one does not fit', () => {
    expect(near(THREE, 'gone')).toHaveLength(3)
  })
})

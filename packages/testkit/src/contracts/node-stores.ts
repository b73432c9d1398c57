import { SYSTEM } from '@rota/core'
import type { NodeEvent, NodeRow, Store } from '@rota/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { factsOfNode } from './fleet-rig.ts'

export interface NodeStoresAdapter {
  name: string
  open(): Promise<Pick<Store, 'nodes' | 'nodeHistory' | 'pools' | 'joinTokens' | 'eras'> & { close(): Promise<void> }>
}

const AT = 1_800_000_000_000

const node = (id: string, more: Partial<NodeRow> = {}): NodeRow => ({
  ...factsOfNode(id),
  ...{ epoch: 1, isDraining: false, state: 'ready', stateReason: '', stateAt: AT, keyHash: null, earlierKeyHash: null },
  ...{ keyAt: null, registeredAt: AT, lastSeenAt: AT, removedAt: null, granted: { pools: ['p'], labels: {} } },
  ...more,
})

let serial = 0
const event = (of: string, to: NodeEvent['to'], more: Partial<NodeEvent> = {}): NodeEvent => ({
  id: `event-${String(++serial).padStart(6, '0')}`,
  ...{ node: of, tenantId: null, at: AT, from: null, to, reason: `because of ${to}`, actor: null },
  ...more,
})

/** What is kept of nodes, in whichever database. */
export function nodeStoresContract(adapter: NodeStoresAdapter): void {
  describe(`${adapter.name}: what is kept of nodes`, () => {
    let store: Awaited<ReturnType<NodeStoresAdapter['open']>>
    beforeEach(async () => {
      store = await adapter.open()
    })
    afterEach(() => store.close())

    test('a node is kept as it was said, and replaced by what it says later', async () => {
      const first = node('n1', { labels: { zone: 'a' }, capabilities: { asr: { languages: ['zh'], models: [] } } })
      await store.nodes.save(first, event('n1', 'ready'), [])
      expect(await store.nodes.get('n1')).toEqual(first)
      await store.nodes.save({ ...first, capacity: 9, epoch: 2 }, null, [])
      expect(await store.nodes.list()).toEqual([{ ...first, capacity: 9, epoch: 2 }])
    })

    test('a transition is noted once, from the state that it leaves, and never against a leader of a later term', async () => {
      await store.nodes.save(node('n1'), null, [])
      expect(await store.nodes.note(event('n1', 'offline', { from: 'ready' }), 5)).toBe(true)
      expect(await store.nodes.note(event('n1', 'offline', { from: 'ready' }), 5)).toBe(false)
      expect(await store.nodes.note(event('n1', 'ready', { from: 'offline' }), 4)).toBe(false)
      expect(await store.nodes.note(event('n1', 'ready', { from: 'offline' }), null)).toBe(true)
      const told = await store.nodeHistory.events('n1', { before: null, most: 10 })
      expect(told.map(({ to }) => to)).toEqual(['ready', 'offline'])
    })

    test('12,000 nodes, more than a statement has parameters for, are kept like few', async () => {
      await store.nodes.save(node('n11999'), null, [])
      const ids = Array.from({ length: 12_000 }, (_, i) => `n${i}`)
      await store.nodes.seen(ids, AT + 7)
      expect((await store.nodes.get('n11999'))?.lastSeenAt).toBe(AT + 7)
      const usage = { cpu: 0.5, memory: 0.5, disk: 0.5, gpu: null }
      await store.nodeHistory.addLoad(ids.map((id) => ({ node: id, tenantId: null, at: AT, running: 1, ...usage })))
      expect(await store.nodeHistory.load('n11999', AT, 10)).toMatchObject([{ at: AT, running: 1 }])
    })

    test('draining is noted once; a node that was removed takes no change, and its key is still known', async () => {
      await store.nodes.save(node('n1', { keyHash: 'k1' }), null, [])
      expect(await store.nodes.drain('n1', true, event('n1', 'draining'), [])).toBe(true)
      expect(await store.nodes.drain('n1', true, event('n1', 'draining'), [])).toBe(false)
      expect(await store.nodes.remove('n1', event('n1', 'removed'), [])).toBe(true)
      expect(await store.nodes.remove('n1', event('n1', 'removed'), [])).toBe(false)
      expect(await store.nodes.note(event('n1', 'ready'), null)).toBe(false)
      expect(await store.nodes.list()).toEqual([])
      expect(await store.nodes.byKey('k1')).toMatchObject({ id: 'n1', removedAt: AT })
      expect((await store.nodes.changed(0)).map(({ id }) => id)).toEqual(['n1'])
    })

    test('of two keys both are known until the earlier one is ended', async () => {
      await store.nodes.save(node('n1', { keyHash: 'k1' }), null, [])
      await store.nodes.setKey('n1', 'k2', AT + 1)
      expect(await store.nodes.byKey('k1')).toMatchObject({ id: 'n1', keyHash: 'k2', earlierKeyHash: 'k1' })
      await store.nodes.endEarlierKey('n1')
      expect(await store.nodes.byKey('k1')).toBeNull()
      expect(await store.nodes.byKey('k2')).toMatchObject({ id: 'n1', keyAt: AT + 1 })
    })

    test('events are listed the latest first, page after page, and go with age as load does', async () => {
      for (let at = 0; at < 5; at++) await store.nodes.save(node('n1'), event('n1', 'ready', { at: AT + at }), [])
      const [first, second] = await store.nodeHistory.events('n1', { before: null, most: 2 })
      const next = await store.nodeHistory.events('n1', { before: second!.id, most: 2 })
      expect([first, second, ...next].map((each) => each!.at - AT)).toEqual([4, 3, 2, 1])
      const usage = { cpu: 0.25, memory: null, disk: 0.5, gpu: null, running: 3, node: 'n1', tenantId: null }
      await store.nodeHistory.addLoad([1, 2, 3].map((at) => ({ ...usage, at: AT + at })))
      expect(await store.nodeHistory.load('n1', AT + 2, 10)).toEqual([
        { at: AT + 2, cpu: 0.25, memory: null, disk: 0.5, gpu: null, running: 3 },
        { at: AT + 3, cpu: 0.25, memory: null, disk: 0.5, gpu: null, running: 3 },
      ])
      expect(await store.nodeHistory.prune({ load: AT + 3, events: AT + 4 }, 100)).toBe(6)
      expect(await store.nodeHistory.load('n1', 0, 10)).toHaveLength(1)
      expect(await store.nodeHistory.events('n1', { before: null, most: 9 })).toHaveLength(1)
    })

    test('a name is one pool’s; an automatic one that somebody has made theirs is not pruned', async () => {
      const pool = {
        ...{ name: 'en-zh', tenantId: null, origin: 'auto' as const, description: '', selector: null, members: [] },
        ...{ requiresGpu: false, createdAt: AT, updatedAt: AT, emptySince: null },
      }
      expect(await store.pools.add(pool, [])).toBe(true)
      expect(await store.pools.add({ ...pool, tenantId: 'acme' }, [])).toBe(false)
      await store.pools.noteEmpty('en-zh', AT + 1)
      expect(await store.pools.get('en-zh')).toEqual({ ...pool, emptySince: AT + 1 })
      expect(await store.pools.change({ ...pool, origin: 'manual', members: ['n1'] }, [])).toBe(true)
      expect(await store.pools.remove('en-zh', [], true)).toBe(false)
      expect(await store.pools.remove('en-zh', [])).toBe(true)
      expect(await store.pools.list()).toEqual([])
    })

    test('versions are numbered without a gap, 50 of them are kept, and a leader of an earlier term adds none', async () => {
      const body = { at: AT, instance: 'i1', body: '[]' }
      for (let at = 1; at <= 55; at++) {
        expect(await store.pools.publish({ ...body, term: 3 })).toEqual({ outcome: 'published', version: at })
      }
      expect(await store.pools.publish({ ...body, term: 2 })).toEqual({ outcome: 'fenced', term: 3 })
      const versions = await store.pools.versions(100)
      expect([versions.length, versions[0]!.version, versions.at(-1)!.version]).toEqual([50, 55, 6])
    })

    test('two leaders that publish at once get versions of their own', async () => {
      const body = { at: AT, instance: 'i1', body: '[]', term: 1 }
      const both = await Promise.all(Array.from({ length: 8 }, () => store.pools.publish(body)))
      expect(both.map((done) => (done.outcome === 'published' ? done.version : 0)).sort()).toEqual([
        1, 2, 3, 4, 5, 6, 7, 8,
      ])
    })

    test('a join token is used as often as it may be and no more, however many ask at once, and not when it is over', async () => {
      const token = {
        ...{ id: 't1', hash: 'h1', name: 'one', tenantId: null, pools: ['p'], labels: { a: 'b' }, usesLeft: 2 },
        ...{ expiresAt: AT + 100, createdAt: AT, createdBy: 'ann' },
      }
      await store.joinTokens.add(token, [])
      expect(await store.joinTokens.find('h1', AT)).toEqual(token)
      expect(await store.joinTokens.use('h1', AT + 100)).toBeNull()
      const used = await Promise.all([1, 2, 3, 4].map(() => store.joinTokens.use('h1', AT)))
      expect(used.filter((each) => each !== null)).toHaveLength(2)
      expect(await store.joinTokens.find('h1', AT)).toBeNull()
      expect(await store.joinTokens.list(SYSTEM.scope)).toEqual([{ ...token, usesLeft: 0 }])
      expect(await store.joinTokens.list({ kind: 'tenant', tenantId: 'acme' })).toEqual([])
      expect(await store.joinTokens.remove('t1', [])).toBe(true)
      expect(await store.joinTokens.remove('t1', [])).toBe(false)
    })

    test('an era is begun by one, and terms only grow', async () => {
      const first = { era: 1, beganAt: AT, recoveringUntil: null }
      const begun = await Promise.all([1, 2, 3].map(() => store.eras.begin(first, null)))
      expect(begun.filter(Boolean)).toHaveLength(1)
      const second = { era: 2, beganAt: AT + 1, recoveringUntil: AT + 9 }
      expect(await store.eras.begin(second, first)).toBe(true)
      expect(await store.eras.begin(second, first)).toBe(false)
      await store.eras.recovered(2)
      expect(await store.eras.current()).toEqual({ ...second, recoveringUntil: null })
      await store.eras.raiseTerm(7)
      await store.eras.raiseTerm(3)
      expect(await store.eras.term()).toBe(7)
    })
  })
}

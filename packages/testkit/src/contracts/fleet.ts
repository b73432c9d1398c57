import { type NodeLease, SYSTEM } from '@rota/core'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  beatOf,
  eventsOf,
  type FleetAdapter,
  FleetRig,
  factsOfNode,
  type Instance,
  leadingOf,
  poolNames,
  QUICK,
  versionOf,
} from './fleet-rig.ts'

/** How instances watch nodes together, whatever hot state they share. */
export function fleetRules(adapter: FleetAdapter): void {
  describe(`${adapter.name}: several instances`, () => {
    let rig: FleetRig
    beforeEach(async () => {
      rig = new FleetRig(await adapter.open())
    })
    afterEach(() => rig.close())

    const startAll = async (count: number): Promise<Instance[]> => {
      const all: Instance[] = []
      for (let at = 0; at < count; at++) all.push(await rig.start())
      return all
    }
    const leaderAmong = (all: readonly Instance[]) => rig.until('leader', () => all.find((one) => leadingOf(one).leads))
    const join = (instance: Instance, id: string, more: object = {}, running: readonly NodeLease[] = []) =>
      instance.engine.nodes.registry.join(factsOfNode(id, more), running, 'request')

    test('leader election: of several instances one leads, and the store knows its term', async () => {
      const all = await startAll(3)
      const leader = await leaderAmong(all)
      await rig.pass(3 * QUICK.leaderMs)
      expect(all.filter((one) => leadingOf(one).leads)).toEqual([leader])
      expect(leadingOf(leader).terms).toHaveLength(1)
      expect(await rig.store.eras.term()).toBe(leadingOf(leader).terms[0])
    })

    test('failover: when the leader dies another leads within two terms, in a later one', async () => {
      const all = await startAll(3)
      const first = await leaderAmong(all)
      const [term] = leadingOf(first).terms
      first.kill()
      const others = all.filter((one) => one !== first)
      const second = await leaderAmong(others)
      expect(leadingOf(second).terms[0]).toBeGreaterThan(term!)
      await join(second, 'n1', { languages: ['zh', 'en'] })
      await rig.until('pools after the failover', () => others.every((one) => poolNames(one).includes('en-zh')))
    })

    test('failover: a leader that stops hands over at once', async () => {
      const all = await startAll(2)
      const first = await leaderAmong(all)
      await first.engine.stop({ graceMs: 0 })
      const second = await leaderAmong(all.filter((one) => one !== first))
      expect(leadingOf(second).terms[0]).toBeGreaterThan(leadingOf(first).terms[0]!)
    })

    test('configuration sync: all instances come to go by the same version, and say so', async () => {
      const all = await startAll(3)
      await leaderAmong(all)
      await all[2]!.engine.nodes.pools.create(SYSTEM, { name: 'hand', members: ['n1'] })
      await rig.until('pool everywhere', () => all.every((one) => poolNames(one).includes('hand')))
      const versions = await Promise.all(all.map(versionOf))
      expect(new Set(versions).size).toBe(1)
      const { applied } = await rig.until('word of all', async () => {
        const status = await all[0]!.engine.nodes.pools.status()
        return status.applied.filter(({ version }) => version === versions[0]).length === 3 && status
      })
      expect(applied.map(({ instance }) => instance).sort()).toEqual(
        all.map(({ engine }) => engine.status().instance_id).sort(),
      )
    })

    test('configuration sync: who starts later goes by the version that is there', async () => {
      const [first] = await startAll(1)
      await first!.engine.nodes.pools.create(SYSTEM, { name: 'early' })
      await rig.until('pool', () => poolNames(first!).includes('early'))
      expect(poolNames(await rig.start())).toEqual(['early'])
    })

    test('dynamic pools: a pool that a node of one instance needs is made, and seen by all with its member', async () => {
      const all = await startAll(3)
      await leaderAmong(all)
      await join(all[1]!, 'n1', { languages: ['zh', 'en'] })
      for (const one of all) {
        await rig.until('member', () => one.engine.nodes.registry.nodes.get('n1')?.inPools.includes('en-zh'))
        expect(one.engine.nodes.registry.hasPool('en-zh', null)).toBe(true)
      }
      const pool = await all[2]!.engine.nodes.pools.get(SYSTEM, 'en-zh')
      expect(pool).toMatchObject({ origin: 'auto', size: 1, sample: ['n1'] })
    })

    test('dynamic pools: one that was made by hand is left alone, and nobody is put into it', async () => {
      const [one] = await startAll(1)
      await one!.engine.nodes.pools.create(SYSTEM, { name: 'en-zh', description: 'mine', members: ['other'] })
      await join(one!, 'n1', { languages: ['zh', 'en'] })
      await rig.until('pool', () => poolNames(one!).includes('en-zh'))
      await rig.pass(4 * QUICK.lookMs)
      expect(await one!.engine.nodes.pools.get(SYSTEM, 'en-zh')).toMatchObject({
        origin: 'manual',
        size: 0,
        description: 'mine',
      })
    })

    test('dynamic pools: one that has stood empty for a while goes, by hand made ones stay', async () => {
      const one = await rig.start({ poolPruneMs: 500 })
      await join(one, 'n1', { languages: ['zh', 'en'] })
      await one.engine.nodes.pools.create(SYSTEM, { name: 'hand' })
      await rig.until('pools', () => poolNames(one).join() === 'en-zh,hand')
      await one.engine.nodes.remove(SYSTEM, 'n1')
      await rig.until('end of the pool', () => poolNames(one).join() === 'hand')
    })

    test('a leader of an earlier term publishes nothing more: the store refuses it, and the hot state does', async () => {
      const [one] = await startAll(1)
      await rig.until('version', async () => (await versionOf(one!)) > 0)
      const term = leadingOf(one!).terms[0]!
      const later = { term: term + 5, body: '[]', at: 0, instance: 'later' }
      await rig.store.pools.publish(later)
      await one!.engine.nodes.pools.create(SYSTEM, { name: 'stale' })
      await rig.until('refusal', () => one!.events.some(({ type }) => type === 'publication_refused'))
      const [last] = await rig.store.pools.versions(1)
      expect(last).toMatchObject({ instance: 'later', term: term + 5 })
      await rig.until('later term', () => leadingOf(one!).terms.some((led) => led > term + 5))
      await rig.until('pool in the later term', () => poolNames(one!).includes('stale'))
    })

    test('hot state away: what cannot be published is kept by the store, gone by, and published on its return', async () => {
      const all = await startAll(2)
      const leader = await leaderAmong(all)
      for (const one of all) one.cutOff(true)
      await rig.pass(QUICK.lookMs)
      await leader.engine.nodes.pools.create(SYSTEM, { name: 'kept' })
      const rows = await rig.store.pools.list()
      expect(rows.map(({ name }) => name)).toContain('kept')
      for (const one of all) one.cutOff(false)
      await rig.until('pool everywhere', () => all.every((one) => poolNames(one).includes('kept')))
    })

    test('a node of which nothing is heard is offline by its leader, with the reason, and ready when it is heard again', async () => {
      const all = await startAll(2)
      await leaderAmong(all)
      const lost: object[] = []
      for (const one of all) one.engine.nodes.registry.onLost((told) => lost.push(told))
      await join(all[0]!, 'n1')
      await beatOf(all[0]!, 'n1')
      const stateOf = (one: Instance) => one.engine.nodes.registry.nodes.get('n1')?.state
      await rig.until('end of patience', () => all.every((one) => stateOf(one) === 'offline'))
      expect(lost).toEqual([
        { node: 'n1', leases: null, why: 'Nothing was heard of it for 0 s.' },
        { node: 'n1', leases: null, why: 'Nothing was heard of it for 0 s.' },
      ])
      // Ids of two instances have an order only from one millisecond to the next.
      await rig.pass(10)
      expect(await beatOf(all[1]!, 'n1')).toMatchObject({ outcome: 'ok', state: 'ready' })
      const told = await eventsOf(all[0]!, 'n1')
      expect(told.map(({ to, actor }) => [to, actor])).toEqual([
        ['ready', null],
        ['offline', null],
        ['ready', null],
      ])
    })

    test('a node that beats stays, whichever instance it speaks to', async () => {
      const all = await startAll(2)
      await leaderAmong(all)
      await join(all[0]!, 'n1')
      for (let turn = 0; turn < 12; turn++) {
        expect(await beatOf(all[turn % 2]!, 'n1')).toMatchObject({ outcome: 'ok', state: 'ready' })
        await rig.pass(QUICK.heartbeatMs)
      }
      expect(await eventsOf(all[0]!, 'n1')).toHaveLength(1)
    })

    test('nobody is taken for gone while the hot state is away', async () => {
      const [one] = await startAll(1)
      await leaderAmong([one!])
      await join(one!, 'n1')
      one!.cutOff(true)
      await rig.pass(4 * QUICK.offlineAfterMs)
      expect(await beatOf(one!, 'n1')).toMatchObject({ outcome: 'ok', state: 'ready' })
      one!.cutOff(false)
      await rig.pass(QUICK.offlineAfterMs / 2)
      expect(one!.engine.nodes.registry.nodes.get('n1')!.state).toBe('ready')
    })

    test('when most nodes are silent at once, rather the observer is deaf: they are waited for three times as long', async () => {
      const [one] = await startAll(1)
      await leaderAmong([one!])
      const ids = ['n1', 'n2', 'n3', 'n4', 'n5']
      for (const id of ids) await join(one!, id)
      await rig.until('doubt', () => one!.events.some(({ type }) => type === 'nodes_doubted'))
      const states = () => ids.map((id) => one!.engine.nodes.registry.nodes.get(id)!.state)
      expect(new Set(states())).toEqual(new Set(['ready']))
      await rig.until('end of patience', () => states().every((state) => state === 'offline'))
    })

    test('hot state emptied: a new era begins, nodes register again with what they run, and nobody is judged before', async () => {
      const all = await startAll(2)
      await leaderAmong(all)
      await join(all[0]!, 'n1')
      await join(all[0]!, 'n2')
      const { reservations } = await rig.hot()
      const era = (await rig.store.eras.current())!.era
      await rig.forget()
      await rig.until('era', () => all.some(({ events }) => events.some(({ type }) => type === 'era_began')))
      expect(await rig.until('unknown', async () => (await beatOf(all[1]!, 'n1')).outcome === 'unknown')).toBe(true)
      const running = [{ executionId: 'e1', fence: 7, lease: 'a lease of before' }]
      const joined = await join(all[1]!, 'n1', {}, running)
      expect(joined).toMatchObject({ outcome: 'joined', keep: running, drop: [] })
      const [load] = await reservations.loads(['n1'])
      expect(load).toMatchObject({ running: 1 })
      expect(all[1]!.engine.nodes.registry.isRecovering).toBe(true)
      await join(all[0]!, 'n2')
      await rig.until('end of the recovery', async () => (await rig.store.eras.current())!.recoveringUntil === null)
      expect((await rig.store.eras.current())!.era).toBeGreaterThan(era)
      expect(all[0]!.events.filter(({ type }) => type === 'node_changed')).toHaveLength(2)
    })

    test('draining is seen by the instance that a node speaks to, and its heartbeats do not end it', async () => {
      const all = await startAll(2)
      await join(all[0]!, 'n1')
      await rig.until('node elsewhere', () => all[1]!.engine.nodes.registry.nodes.has('n1'))
      await all[1]!.engine.nodes.drain(SYSTEM, 'n1', 'new disks')
      await rig.until('word of it', () => all[0]!.engine.nodes.registry.nodes.get('n1')!.isDraining)
      expect(await beatOf(all[0]!, 'n1')).toMatchObject({ state: 'draining', reason: 'new disks' })
    })

    test('who fails placements is left out for a while, but of a pool no more than a share', async () => {
      const [one] = await startAll(1)
      for (const id of ['n1', 'n2', 'n3']) await join(one!, id, { languages: ['zh'] })
      const { registry } = one!.engine.nodes
      await rig.until('pool', () => registry.nodes.get('n3')!.inPools.includes('zh'))
      for (const id of ['n1', 'n2']) for (let times = 0; times < 3; times++) registry.failed(id)
      expect(['n1', 'n2', 'n3'].map((id) => registry.isQuarantined(id))).toEqual([true, false, false])
    })

    test('the load of nodes is kept for charts', async () => {
      const one = await rig.start({ loadEveryMs: 100 })
      await leaderAmong([one])
      await join(one, 'n1')
      const samples = await rig.until('sample', async () => {
        await beatOf(one, 'n1')
        const found = await one.engine.nodes.load(SYSTEM, 'n1', { from: 0, most: 10 })
        return found.some(({ cpu }) => cpu === 0.1) && found
      })
      expect(samples.at(-1)).toMatchObject({ cpu: 0.1, memory: 0.1, running: 0 })
    })

    test('what a node offers is found under its name, by service', async () => {
      const [one, other] = await startAll(2)
      const asr = { languages: ['zh'], models: ['small'] }
      await join(one!, 'n1', { capabilities: { asr } })
      await rig.until('node elsewhere', () => other!.engine.nodes.registry.nodes.has('n1'))
      expect(await other!.engine.nodes.offered(SYSTEM, 'n1')).toEqual({ asr })
    })
  })
}

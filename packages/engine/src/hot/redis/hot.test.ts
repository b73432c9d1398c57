import { type HotAdapter, hotMessageRules, hotStateRules, reservationRules } from '@rota/testkit/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { HotParts } from '../../ports/hot.ts'
import { openRedisHot } from './open.ts'
import {
  aMoment,
  dropKeys,
  eventually,
  newPrefix,
  plainClient,
  quickClock,
  startCluster,
  withOwnRedis,
  withRedis,
} from './testing/server.ts'

function adapterOn(name: string, urlOf: () => string, urlsOf = () => [urlOf()]): HotAdapter {
  return {
    name,
    async open() {
      const prefix = newPrefix()
      const joined: HotParts[] = []
      return {
        async join() {
          const parts = await openRedisHot({ url: urlOf(), prefix, clock: quickClock })
          joined.push(parts)
          return parts
        },
        passTime: aMoment,
        async close() {
          for (const parts of joined) await parts.close()
          for (const url of urlsOf()) await dropKeys(url, prefix)
        },
      }
    },
  }
}

withRedis('Redis: the contract of the hot state', (url) => {
  const redis = adapterOn('Redis', () => url)
  hotMessageRules(redis)
  hotStateRules(redis)
  reservationRules(redis)

  describe('two installations on one server', () => {
    test('with prefixes or databases of their own do not hear or see one another', async () => {
      const prefix = newPrefix()
      const other = new URL(url)
      other.pathname = '/9'
      const parts = await Promise.all([
        openRedisHot({ url, prefix, clock: quickClock }),
        openRedisHot({ url: other.href, prefix, clock: quickClock }),
        openRedisHot({ url, prefix: `${prefix}b:`, clock: quickClock }),
      ])
      const heard: unknown[] = []
      for (const { hints } of parts) hints.receive((hint) => hint.kind === 'cancel' && heard.push(hint))
      const leads = await Promise.all(
        parts.map(({ leaderTerms }, i) =>
          leaderTerms.claim({ role: 'planner', instanceId: `i${i}`, ttlMs: 60_000, floor: 0 }),
        ),
      )
      expect(leads.map((answer) => answer.leads)).toEqual([true, true, true])
      parts[0]!.hints.send({ kind: 'cancel' })
      // Its own answer comes later on the same connection than the hint would have come to others.
      for (const { leaderTerms } of parts) await leaderTerms.resign('planner', 'nobody')
      await aMoment()
      expect(heard).toEqual([])
      for (const it of parts) await it.close()
      await dropKeys(url, prefix)
      await dropKeys(other.href, prefix)
    })

    test('a counter that says something else than the leases is found and mended', async () => {
      const prefix = newPrefix()
      const client = plainClient(url)
      const parts = await openRedisHot({ url, prefix, clock: quickClock })
      const { reservations } = parts
      const facts = { node: 'n1', capacity: 4, state: 'ready' as const, stateReason: '', running: [] }
      await reservations.register({ ...facts, runTtlMs: 60_000, era: 1, isRecovering: false })
      const holder = { tenantId: null, executionId: 'e', attempt: 1, instance: 'i' }
      await reservations.reserve({ node: 'n1', lease: 'a', slots: 1, ttlMs: 60_000, epoch: null, holder })
      await client.hset(`${prefix}node:{n1}:cap`, { running: 3, reserved: -1 })
      expect(await reservations.verify('n1')).toBe(5)
      expect(await reservations.verify('n1')).toBe(0)
      expect(await reservations.loads(['n1'])).toMatchObject([{ running: 0, reserved: 1 }])
      client.disconnect()
      await parts.close()
      await dropKeys(url, prefix)
    })

    test('every key begins with the prefix', async () => {
      const prefix = newPrefix()
      const client = plainClient(url)
      const parts = await openRedisHot({ url, prefix, clock: quickClock })
      const before = new Set(await client.keys(`${prefix}*`))
      await parts.rateLimits.take('ann', { capacity: 2, refillMs: 1_000 })
      await parts.leaderTerms.claim({ role: 'planner', instanceId: 'one', ttlMs: 60_000, floor: 0 })
      await parts.publications.publish('pools', { expected: 0, term: 1, body: '1' })
      const { reservations } = parts
      const facts = { node: 'n1', capacity: 4, state: 'ready' as const, stateReason: '', running: [] }
      await reservations.register({ ...facts, runTtlMs: 60_000, era: 1, isRecovering: false })
      const holder = { tenantId: null, executionId: 'e', attempt: 1, instance: 'i' }
      const held = await reservations.reserve({ node: 'n1', lease: 'a', slots: 1, ttlMs: 60_000, epoch: null, holder })
      await reservations.reserve({ node: 'n1', lease: '{n1}:b', slots: 1, ttlMs: 60_000, epoch: null, holder })
      await reservations.commit({ node: 'n1', lease: 'a', fence: held.outcome === 'ok' ? held.fence : '' }, 60_000)
      await reservations.setEra(1)
      await reservations.ticket('p')
      expect(before.size).toBe(0)
      expect((await client.keys(`${prefix}*`)).map((key) => key.slice(prefix.length)).sort()).toEqual([
        'cluster_epoch',
        'config:{pools}',
        'config:{pools}:versions',
        'leader:{planner}',
        'leader:{planner}:term',
        'limit:{ann}',
        'node:{n1}:cap',
        'node:{n1}:exp',
        'node:{n1}:meta',
        'node:{n1}:run',
        'pool:{p}:rr',
        'resv:{n1}:a',
        'resv:{n1}:b',
      ])
      client.disconnect()
      await parts.close()
      await dropKeys(url, prefix)
    })
  })
})

withOwnRedis('Redis Cluster: the contract of the hot state', () => {
  let cluster: Awaited<ReturnType<typeof startCluster>>
  beforeAll(async () => {
    cluster = await startCluster(3)
  })
  afterAll(() => cluster.stop())

  const urls = () => cluster.servers.map(({ url }) => url)
  const adapter = adapterOn('Redis Cluster', () => cluster.url, urls)
  hotMessageRules(adapter)
  hotStateRules(adapter)
  reservationRules(adapter)

  test('nodes are spread over its servers', async () => {
    const prefix = newPrefix()
    const { reservations, close } = await openRedisHot({ url: cluster.url, prefix, clock: quickClock })
    for (let i = 0; i < 30; i++) {
      const facts = { node: `n${i}`, capacity: 1, state: 'ready' as const, stateReason: '', running: [] }
      await reservations.register({ ...facts, runTtlMs: 60_000, era: 1, isRecovering: false })
    }
    expect(await reservations.loads(['n0', 'n29', 'n30'])).toMatchObject([{ node: 'n0' }, { node: 'n29' }, null])
    for (const url of urls()) {
      const client = plainClient(url)
      expect((await client.keys(`${prefix}*`)).length).toBeGreaterThan(0)
      client.disconnect()
      await dropKeys(url, prefix)
    }
    await close()
  })

  test('one of its servers that would evict keys is refused like a single one', async () => {
    const [, second] = cluster.servers
    await second!.command('CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
    await expect(openRedisHot({ url: cluster.url, clock: quickClock })).rejects.toThrow(
      /maxmemory-policy is allkeys-lru/,
    )
    await second!.command('CONFIG', 'SET', 'maxmemory-policy', 'noeviction')
  })

  test('a server of it that is away is trouble, which ends when it is back', async () => {
    const prefix = newPrefix()
    const hot = await openRedisHot({ url: cluster.url, prefix, clock: quickClock })
    cluster.servers[2]!.hang()
    await eventually('trouble', () => hot.status().trouble !== null)
    cluster.servers[2]!.goOn()
    await eventually('usable cluster', () => hot.status().trouble === null)
    expect(await hot.reservations.ticket('p')).toBe(1)
    await hot.close()
    for (const url of urls()) await dropKeys(url, prefix)
  })
})

import type { HotParts } from '@rota/engine'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type HotAdapter, type OpenHot, until } from './hot-adapter.ts'

const card = (id: string, startedAt: number) => ({
  ...{ id, hostname: 'here', pid: 1, version: '1', startedAt },
  ...{ running: 3, waiting: 4 },
})

/** What instances share: who is there, limits, terms of leadership, published documents. */
export function hotStateRules(adapter: HotAdapter): void {
  describe(`${adapter.name}: shared state`, () => {
    let hot: OpenHot
    let one: HotParts
    let two: HotParts
    beforeEach(async () => {
      hot = await adapter.open()
      one = await hot.join()
      two = await hot.join()
    })
    afterEach(() => hot.close())

    test('who announces itself is seen by all, the longest running first', async () => {
      await one.presence.announce(card('young', 20), 60_000)
      expect(await two.presence.announce(card('old', 10), 60_000)).toEqual([card('old', 10), card('young', 20)])
      const changed = { ...card('young', 20), running: 9 }
      expect(await one.presence.announce(changed, 60_000)).toEqual([card('old', 10), changed])
    })

    test('who leaves is gone at once, who falls silent soon', async () => {
      await one.presence.announce(card('silent', 1), 30)
      await one.presence.announce(card('leaving', 2), 60_000)
      await one.presence.leave('leaving')
      const seen = await until(hot, 'end of the silent one', async () => {
        const present = await two.presence.announce(card('here', 3), 60_000)
        return present.length === 1 && present
      })
      expect(seen).toEqual([card('here', 3)])
    })

    test('a bucket is shared: all instances together get its tokens, and learn how long to wait', async () => {
      const bucket = { capacity: 4, refillMs: 60_000 }
      const waits: number[] = []
      for (const parts of [one, two, one, two, one]) waits.push(await parts.rateLimits.take('ann', bucket))
      expect(waits.slice(0, 4)).toEqual([0, 0, 0, 0])
      expect(waits[4]).toBeGreaterThan(50_000)
      expect(waits[4]).toBeLessThanOrEqual(60_000)
      expect(await two.rateLimits.take('bob', bucket)).toBe(0)
    })

    test('a token that is given back can be taken again, and a bucket never holds more than its capacity', async () => {
      const bucket = { capacity: 1, refillMs: 60_000 }
      await one.rateLimits.giveBack('ann', bucket)
      expect(await one.rateLimits.take('ann', bucket)).toBe(0)
      expect(await two.rateLimits.take('ann', bucket)).toBeGreaterThan(0)
      await one.rateLimits.giveBack('ann', bucket)
      expect(await two.rateLimits.take('ann', bucket)).toBe(0)
      expect(await two.rateLimits.take('ann', bucket)).toBeGreaterThan(0)
    })

    test('tokens come back with time', async () => {
      const bucket = { capacity: 1, refillMs: 40 }
      await one.rateLimits.take('ann', bucket)
      await until(hot, 'new token', async () => (await two.rateLimits.take('ann', bucket)) === 0)
    })

    test('a count adds up over instances and begins anew with the next window', async () => {
      expect(await one.rateLimits.count('address', 3, 60_000)).toMatchObject({ total: 3 })
      const { total, leftMs } = await two.rateLimits.count('address', 2, 60_000)
      expect(total).toBe(5)
      expect(leftMs).toBeGreaterThan(50_000)
      await one.rateLimits.count('short', 7, 40)
      await until(hot, 'new window', async () => (await two.rateLimits.count('short', 0, 40)).total === 0)
    })

    test('one leads at a time, and keeps its term while it prolongs it', async () => {
      const asOne = { role: 'planner', instanceId: 'one', ttlMs: 60_000, floor: 0 }
      const asTwo = { ...asOne, instanceId: 'two' }
      expect(await one.leaderTerms.claim(asOne)).toEqual({ leads: true, term: 1 })
      expect(await two.leaderTerms.claim(asTwo)).toEqual({ leads: false, term: 1 })
      expect(await one.leaderTerms.claim(asOne)).toEqual({ leads: true, term: 1 })
      expect(await two.leaderTerms.claim({ ...asTwo, role: 'pools' })).toEqual({ leads: true, term: 1 })
    })

    test('each new leader has a higher term, whether the last one resigned or fell silent', async () => {
      const asOne = { role: 'planner', instanceId: 'one', ttlMs: 60_000, floor: 0 }
      const asTwo = { ...asOne, instanceId: 'two', ttlMs: 30 }
      await one.leaderTerms.claim(asOne)
      expect(await two.leaderTerms.resign('planner', 'two')).toBe(false)
      expect(await one.leaderTerms.resign('planner', 'one')).toBe(true)
      expect(await two.leaderTerms.claim(asTwo)).toEqual({ leads: true, term: 2 })
      const taken = await until(hot, 'end of the term', async () => {
        const answer = await one.leaderTerms.claim(asOne)
        return answer.leads && answer
      })
      expect(taken.term).toBe(3)
    })

    test('a term is above the highest one heard of, should the hot state have forgotten', async () => {
      const asOne = { role: 'planner', instanceId: 'one', ttlMs: 60_000, floor: 41 }
      expect(await one.leaderTerms.claim(asOne)).toEqual({ leads: true, term: 42 })
      expect(await one.leaderTerms.claim({ ...asOne, floor: 50 })).toEqual({ leads: true, term: 51 })
    })

    test('what is published is seen by all, version after version', async () => {
      expect(await two.publications.latest('pools')).toBeNull()
      const first = { expected: 0, term: 1, body: '{"size":1}' }
      expect(await one.publications.publish('pools', first)).toEqual({ outcome: 'published', version: 1 })
      const second = { expected: 1, term: 1, body: '{"size":2}' }
      expect(await one.publications.publish('pools', second)).toEqual({ outcome: 'published', version: 2 })
      expect(await two.publications.latest('pools')).toEqual({ version: 2, term: 1, body: '{"size":2}' })
      expect(await two.publications.latest('other')).toBeNull()
    })

    test('a leader of an earlier term can publish no more, and nobody over a version unseen', async () => {
      await one.publications.publish('pools', { expected: 0, term: 2, body: '1' })
      const stale = { expected: 1, term: 1, body: 'stale' }
      expect(await two.publications.publish('pools', stale)).toEqual({ outcome: 'fenced', term: 2 })
      const blind = { expected: 0, term: 3, body: 'blind' }
      expect(await two.publications.publish('pools', blind)).toEqual({ outcome: 'conflict', version: 1 })
      expect(await one.publications.latest('pools')).toEqual({ version: 1, term: 2, body: '1' })
    })

    test('where all was lost the publisher goes on with its own number', async () => {
      const again = { expected: 17, term: 5, body: '18' }
      expect(await one.publications.publish('pools', again)).toEqual({ outcome: 'published', version: 18 })
    })
  })
}

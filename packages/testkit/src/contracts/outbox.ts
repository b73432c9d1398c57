import type { Taken } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { execution, NOW, type StoreAdapter, stage } from './stage.ts'

const BOTH = ['execution_finished', 'execution_retried'] as const
const ENDS = ['execution_finished'] as const

/** How consumers read what has happened. */
export function outboxRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: the outbox`, () => {
    const on = stage(adapter)

    const ended = (...ids: string[]) => endAll(ids)
    async function endAll(ids: string[]) {
      await on.enqueue(ids.map((id) => execution(id, { runAt: NOW + 60_000 })))
      for (const id of ids) await on.executions.cancelUnclaimed([id], NOW, 'enough')
    }
    async function retried(id: string) {
      await on.enqueue([execution(id)])
      const { seq, claimSeq } = (await on.claim()).claimed.find((row) => row.id === id)!
      const runAt = NOW + 60_000
      await on.executions.settle([{ kind: 'retry', seq, claimSeq, runAt, rank: runAt, attempts: '[]' }], NOW)
    }
    const idsIn = (taken: Taken | null) => taken?.entries.map(({ happening }) => happening.id)

    test('nothing is written while nobody wants it', async () => {
      await ended('a')
      expect(await on.select('SELECT * FROM happenings')).toEqual([])
      await on.outbox.want('reader', ['execution_retried'], NOW)
      await ended('b')
      expect(await on.select('SELECT * FROM happenings')).toEqual([])
    })

    test('a consumer finds what happened since it was named, in order, until it says that it is done with it', async () => {
      await on.outbox.want('reader', BOTH, NOW)
      await ended('a', 'b', 'c')
      expect(idsIn(await on.take('reader'))).toEqual(['a', 'b', 'c'])
      const first = await on.take('reader', { most: 2 })
      expect(idsIn(first)).toEqual(['a', 'b'])
      expect(await on.outbox.advance('reader', 'one', first!)).toBe(true)
      const second = await on.take('reader', { most: 2 })
      expect(idsIn(second)).toEqual(['c'])
      await on.outbox.advance('reader', 'one', second!)
      const rest = await on.take('reader')
      expect(rest).toMatchObject({ entries: [], from: second!.through, through: second!.through })
    })

    test('a consumer finds the kinds it wants, and is done with the others', async () => {
      await on.outbox.want('ends', ENDS, NOW)
      await on.outbox.want('both', BOTH, NOW)
      await ended('a')
      await retried('b')
      expect(idsIn(await on.take('both'))).toEqual(['a', 'b'])
      const taken = await on.take('ends')
      expect(idsIn(taken)).toEqual(['a'])
      await on.outbox.advance('ends', 'one', taken!)
      expect(await on.outbox.backlogs()).toEqual([
        { consumer: 'both', waiting: 2, oldestAt: NOW },
        { consumer: 'ends', waiting: 0, oldestAt: null },
      ])
    })

    test('one that comes back goes on where it stood, and may want something else from then on', async () => {
      await on.outbox.want('reader', ENDS, NOW)
      await ended('a')
      await retried('not wanted')
      await on.outbox.want('reader', BOTH, NOW)
      await retried('wanted')
      expect(idsIn(await on.take('reader'))).toEqual(['a', 'wanted'])
    })

    test('one instance at a time reads for a consumer; another when it lets go, or is silent for too long', async () => {
      await on.outbox.want('reader', ENDS, NOW)
      await ended('a')
      const taken = await on.take('reader', { by: 'one' })
      expect(await on.take('reader', { by: 'two', at: NOW + 1000 })).toBeNull()
      await on.outbox.keep('reader', 'one', NOW + 5000)
      expect(await on.take('reader', { by: 'two', at: NOW + 3000 })).toBeNull()
      expect(idsIn(await on.take('reader', { by: 'two', at: NOW + 5001 }))).toEqual(['a'])
      expect(await on.outbox.advance('reader', 'one', taken!)).toBe(false)
      await on.outbox.release('reader', 'two')
      expect(idsIn(await on.take('reader', { by: 'one', at: NOW }))).toEqual(['a'])
    })

    test('nobody reads for a consumer that is not known', async () => {
      expect(await on.take('reader')).toBeNull()
      await on.outbox.want('reader', ENDS, NOW)
      await on.outbox.leave('reader')
      await ended('a')
      expect(await on.take('reader')).toBeNull()
      expect(await on.select('SELECT * FROM happenings')).toEqual([])
    })

    test('what every consumer has dealt with goes, and nothing else', async () => {
      await on.outbox.want('quick', ENDS, NOW)
      await on.outbox.want('slow', ENDS, NOW)
      await ended('a', 'b', 'c')
      await on.outbox.advance('quick', 'one', (await on.take('quick'))!)
      await on.outbox.advance('slow', 'one', (await on.take('slow', { most: 2 }))!)
      expect(await on.outbox.prune({ most: 100, batch: 1 })).toBe(1)
      expect(await on.outbox.prune({ most: 100, batch: 10 })).toBe(1)
      expect(await on.outbox.prune({ most: 100, batch: 10 })).toBe(0)
      const slow = await on.take('slow')
      expect([idsIn(slow), slow!.missed]).toEqual([['c'], 0])
      await on.outbox.leave('slow')
      expect(await on.outbox.prune({ most: 100, batch: 10 })).toBe(1)
      expect(await on.select('SELECT * FROM happenings')).toEqual([])
    })

    test('beyond what is kept the oldest go, and whoever had not come to them is told how many, once', async () => {
      await on.outbox.want('gone', ENDS, NOW)
      await ended('a', 'b', 'c', 'd')
      expect(await on.outbox.prune({ most: 1, batch: 10 })).toBe(3)
      const taken = await on.take('gone')
      expect([idsIn(taken), taken!.missed]).toEqual([['d'], 3])
      await on.outbox.advance('gone', 'one', taken!)
      await ended('e')
      expect(await on.take('gone')).toMatchObject({ missed: 0 })
    })

    test('numbers are never given again, also when everything has gone', async () => {
      await on.outbox.want('reader', ENDS, NOW)
      await ended('a')
      const first = await on.take('reader')
      await on.outbox.advance('reader', 'one', first!)
      await on.outbox.prune({ most: 10, batch: 10 })
      await ended('b')
      const second = await on.take('reader')
      expect(idsIn(second)).toEqual(['b'])
      expect(second!.entries[0]!.seq).toBeGreaterThan(first!.entries[0]!.seq)
    })
  })
}

import type { NewExecution } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

/** What becomes of occurrences that are made up, or wait beyond their grace time. */
export function misfireRules(adapter: StoreAdapter): void {
  const of = (id: string, overlap: NewExecution['overlap'], more: Partial<NewExecution> = {}) =>
    execution(id, { taskSeq: 1, scheduleId: 7, trigger: 'schedule', overlap, ...more })
  const at = (n: number) => ({ dueAt: NOW - 100 + n, runAt: NOW - 100 + n, rank: n })

  describe(`${adapter.name}: executions that have their turn`, () => {
    const on = stage(adapter)

    test('wait for those before them', async () => {
      await on.enqueue([1, 2, 3].map((n) => of(`made up ${n}`, 'in_turn', at(n))))
      for (let n = 1; n <= 3; n++) {
        const { claimed, happened: skipped } = await on.claim()
        expect([idsOf(claimed), skipped]).toEqual([[`made up ${n}`], []])
        await on.end(claimed[0]!)
      }
    })

    test('are neither broken off nor answered by one that replaces; it waits until they are through', async () => {
      await on.enqueue([of('runs', 'in_turn', at(1)), of('waits', 'in_turn', at(2))])
      const [runs] = (await on.claim()).claimed
      await on.enqueue([of('newer', 'replace', at(3)), of('newest', 'replace', at(4))])
      const result = await on.claim()
      expect(result.replaced).toEqual([])
      expect(idsOf(result.happened)).toEqual(['newer'])
      await on.end(runs!)
      const [waits] = (await on.claim()).claimed
      expect(waits!.id).toBe('waits')
      await on.end(waits!)
      expect(idsOf((await on.claim()).claimed)).toEqual(['newest'])
    })

    test('let one be skipped that skips', async () => {
      await on.enqueue([of('runs', 'in_turn', at(1))])
      await on.claim()
      await on.enqueue([of('regular', 'skip', at(2))])
      expect(idsOf((await on.claim()).happened)).toEqual(['regular'])
    })
  })

  describe(`${adapter.name}: executions beyond their grace time`, () => {
    const on = stage(adapter)

    test('are skipped where they waited for a slot, and the next in line gets it', async () => {
      await on.enqueue([of('runs', 'queue', at(1))])
      const [runs] = (await on.claim()).claimed
      await on.enqueue([
        of('late', 'queue', { ...at(2), skipAfter: NOW - 1 }),
        of('in time', 'queue', { ...at(3), skipAfter: NOW }),
      ])
      await on.claim({ at: NOW - 50 })
      await on.end(runs!)
      const first = await on.claim()
      const second = await on.claim()
      expect([...idsOf(first.happened), ...idsOf(second.happened)]).toEqual(['late'])
      expect([...idsOf(first.claimed), ...idsOf(second.claimed)]).toEqual(['in time'])
      expect(await on.history()).toMatchObject([{ id: 'runs' }, { id: 'late', status: 'skipped', reason: 'misfire' }])
    })

    test('are skipped when they were held until their instant', async () => {
      await on.enqueue([of('held', 'skip', { runAt: NOW + 500, dueAt: NOW + 500, skipAfter: NOW + 600 })])
      const [held] = (await on.claim()).claimed
      expect(held).toMatchObject({ admitted: false, skipAfter: NOW + 600 })
      const { claimed, happened: skipped } = await on.executions.admit([held!], NOW + 601)
      expect([idsOf(claimed), idsOf(skipped)]).toEqual([[], ['held']])
      expect(await on.history()).toMatchObject([{ id: 'held', reason: 'misfire' }])
    })

    test('merge into the latest of their schedule that is, too', async () => {
      await on.enqueue([
        of('first', 'queue', { ...at(1), mergeAfter: NOW - 9 }),
        of('second', 'queue', { ...at(2), mergeAfter: NOW - 8 }),
        of('third', 'queue', { ...at(3), mergeAfter: NOW - 7 }),
        of('in time', 'queue', { ...at(4), mergeAfter: NOW + 9 }),
        of('of another', 'queue', { ...at(5), scheduleId: 8, taskSeq: 2, mergeAfter: NOW - 9 }),
      ])
      const { claimed, happened: skipped } = await on.claim()
      expect(idsOf(skipped)).toEqual(['first', 'second'])
      expect(idsOf(claimed)).toEqual(['third', 'of another'])
      expect(await on.history()).toMatchObject([
        { id: 'first', status: 'skipped', reason: 'merged' },
        { id: 'second', status: 'skipped', reason: 'merged' },
      ])
    })

    test('keep their grace time when they go back unstarted; what had its slot when its server died may have run', async () => {
      await on.enqueue([
        of('had none', 'skip', { runAt: NOW + 500, dueAt: NOW + 500, skipAfter: NOW + 600 }),
        of('had one', 'skip', { ...at(1), taskSeq: 2, skipAfter: NOW + 600 }),
      ])
      const { claimed } = await on.claim()
      await on.executions.settle(
        claimed.map(({ seq, claimSeq }) => ({ kind: 'give_back' as const, seq, claimSeq, died: true as const })),
        NOW,
      )
      const again = await on.claim({ at: NOW + 700 })
      expect([idsOf(again.claimed), idsOf(again.happened)]).toEqual([['had one'], ['had none']])
    })

    test('have none any more once an attempt was made', async () => {
      await on.enqueue([of('retried', 'queue', { ...at(1), skipAfter: NOW + 10, mergeAfter: NOW + 10 })])
      const [row] = (await on.claim()).claimed
      const { seq, claimSeq } = row!
      await on.executions.settle([{ kind: 'retry', seq, claimSeq, runAt: NOW + 5, rank: NOW, attempts: '[]' }], NOW)
      expect((await on.claim({ at: NOW + 100 })).claimed).toMatchObject([
        { id: 'retried', skipAfter: null, mergeAfter: null },
      ])
    })
  })
}

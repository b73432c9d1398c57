import { describe, expect, test } from 'vitest'
import { execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

/** Rows that wait for something else than a slot. */
export function parkingRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: parked rows`, () => {
    const on = stage(adapter)

    test('what is parked is claimed by nobody until it is taken back, first in rank first', async () => {
      await on.enqueue([2, 0, 1].map((rank) => execution(`rank ${rank}`, { rank: NOW - 1000 + rank })))
      const { claimed } = await on.claim()
      await on.executions.park(claimed, 'node:a')
      expect((await on.claim()).claimed).toEqual([])
      expect(await on.executions.unpark('node:b', 10)).toBe(0)
      expect(await on.executions.unpark('node:a', 2)).toBe(2)
      expect(idsOf((await on.claim()).claimed)).toEqual(['rank 0', 'rank 1'])
      expect(await on.executions.unpark('node:a', 10)).toBe(1)
      expect(await on.executions.unpark('node:a', 10)).toBe(0)
    })

    test('who is parked gives its slot to the next of its task', async () => {
      const task = await on.addTask('one at a time')
      const rows = ['first', 'second'].map((id) => execution(id, { taskSeq: task.seq, overlap: 'queue', taskMax: 1 }))
      await on.enqueue(rows)
      const { claimed } = await on.claim()
      expect(idsOf(claimed)).toEqual(['first'])
      await on.executions.park(claimed, 'node:a')
      expect(idsOf((await on.claim()).claimed)).toEqual(['second'])
    })

    test('a claim that is not current any more parks nothing', async () => {
      await on.enqueue([execution('a')])
      const [row] = (await on.claim()).claimed
      await on.executions.park([{ seq: row!.seq, claimSeq: row!.claimSeq - 1 }], 'node:a')
      expect(await on.executions.unpark('node:a', 10)).toBe(0)
    })

    test('the head of a line is tried again now and then, should everybody have forgotten it', async () => {
      await on.enqueue([execution('a'), execution('b')])
      await on.executions.park((await on.claim()).claimed, 'node:a')
      expect(await on.executions.nudge()).toBe(1)
      expect((await on.claim()).claimed).toHaveLength(1)
    })
  })
}

import { describe, expect, test } from 'vitest'
import { endOf, execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

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

  describe(`${adapter.name}: attempts on nodes`, () => {
    const on = stage(adapter)
    const placed = (node: string) => ({ node, placement: JSON.stringify({ node, lease: 'l' }) })

    async function startedOn(node: string) {
      await on.enqueue([execution('a')])
      const [row] = (await on.claim({ by: 'dead' })).claimed
      const { seq, claimSeq } = row!
      expect(await on.executions.markStarted([{ seq, claimSeq, startedAt: NOW, placed: placed(node) }])).toEqual([seq])
      return { seq, claimSeq }
    }

    test('are known by their node, to whoever takes over what its instance has left', async () => {
      const claim = await startedOn('n1')
      const [orphan] = await on.executions.orphans({ now: NOW + 1e9, most: 10, asker: 'heir', after: 0 })
      expect(orphan).toMatchObject({ ...claim, startedAt: NOW, placement: placed('n1').placement })
      const [adopted] = await on.executions.adopt([claim], 'heir')
      expect(adopted).toEqual({ seq: claim.seq, claimSeq: claim.claimSeq + 1 })
      expect(await on.executions.lost([claim])).toEqual([claim.seq])
      expect(await on.executions.claimsOf('heir')).toEqual([adopted])
      expect(await on.executions.adopt([claim], 'late')).toEqual([])
    })

    test('here and there start with the same word', async () => {
      await on.enqueue([execution('here'), execution('there')])
      const rows = (await on.claim()).claimed.map(({ seq, claimSeq }, i) => ({
        ...{ seq, claimSeq, startedAt: NOW },
        ...(i === 1 && { placed: placed('n1') }),
      }))
      expect((await on.executions.markStarted(rows)).sort()).toEqual(rows.map(({ seq }) => seq).sort())
    })

    test('leave their node behind when they are sent back, and keep it in the history when they end', async () => {
      const claim = await startedOn('n1')
      await on.executions.settle([{ kind: 'give_back', ...claim }], NOW)
      expect(await on.details.placement('a')).toBeNull()
      const [again] = (await on.claim()).claimed
      const fence = { seq: again!.seq, claimSeq: again!.claimSeq }
      await on.executions.markStarted([{ ...fence, startedAt: NOW, placed: placed('n2') }])
      expect(await on.details.attemptUnderWay('a')).toEqual({
        claimSeq: fence.claimSeq,
        placement: placed('n2').placement,
      })
      const end = endOf('success', { placement: '{"node":"n2","ackedAt":5}' })
      await on.executions.settle([{ kind: 'finish', ...fence, ...end }], NOW)
      expect(await on.details.placement('a')).toBe('{"node":"n2","ackedAt":5}')
      expect(await on.details.attemptUnderWay('a')).toBeNull()
    })
  })
}

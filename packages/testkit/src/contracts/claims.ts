import { describe, expect, test } from 'vitest'
import { endOf, execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

/** Who gets which execution, and whose word counts about it afterwards. */
export function claimRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: claims and fences`, () => {
    const on = stage(adapter)

    test('ready executions are claimed in the order of their rank', async () => {
      await on.enqueue([
        execution('third', { rank: NOW - 10 }),
        execution('first', { rank: NOW - 60_000 }),
        execution('second', { rank: NOW - 59_999 }),
      ])
      const { claimed } = await on.claim()
      expect(idsOf(claimed)).toEqual(['first', 'second', 'third'])
    })

    test('a small claim takes the first in rank and says that there may be more', async () => {
      await on.enqueue([3, 1, 2].map((rank) => execution(`rank ${rank}`, { rank: NOW - 1000 + rank })))
      const first = await on.claim({ most: 2 })
      expect(idsOf(first.claimed)).toEqual(['rank 1', 'rank 2'])
      expect(first.more).toBe(true)
      const second = await on.claim({ most: 2 })
      expect(idsOf(second.claimed)).toEqual(['rank 3'])
      expect(second.more).toBe(false)
    })

    test('a claim may pass over what is ranked before where it begins, and nothing else', async () => {
      await on.enqueue([0, 1, 2].map((rank) => execution(`rank ${rank}`, { rank: NOW - 1000 + rank })))
      const { claimed } = await on.claim({ fromRank: NOW - 999 })
      expect(idsOf(claimed).filter((id) => id !== 'rank 0')).toEqual(['rank 1', 'rank 2'])
      const left = await on.claim()
      expect(idsOf([...claimed, ...left.claimed])).toContain('rank 0')
    })

    test('an execution is claimed once, whoever asks', async () => {
      await on.enqueue(Array.from({ length: 20 }, (_, i) => execution(`job ${i}`)))
      const claims = await Promise.all(['one', 'two', 'three'].map((by) => on.claim({ by, most: 10 })))
      const ids = claims.flatMap(({ claimed }) => idsOf(claimed))
      expect(ids).toHaveLength(20)
      expect(new Set(ids).size).toBe(20)
      expect((await on.claim()).claimed).toEqual([])
    })

    test('what starts later than the claim asks for is left alone', async () => {
      await on.enqueue([execution('soon', { runAt: NOW + 999 }), execution('later', { runAt: NOW + 1000 })])
      expect(idsOf((await on.claim()).claimed)).toEqual(['soon'])
      expect(idsOf((await on.claim({ at: NOW + 1 })).claimed)).toEqual(['later'])
    })

    test('a claimed row tells everything that its start needs', async () => {
      const task = await on.addTask('nightly')
      const given = {
        taskSeq: task.seq,
        taskVersion: 1,
        scheduleId: 7,
        trigger: 'schedule',
        dueAt: NOW - 5,
        runAt: NOW + 5,
        rank: NOW - 55,
        priority: 1,
        createdAt: NOW - 9,
        job: '{"env":{"A":"b"}}',
        coversFrom: NOW - 3600,
        skipAfter: NOW + 60,
        mergeAfter: null,
      } as const
      await on.enqueue([execution('given', given)])
      expect((await on.claim()).claimed).toEqual([
        { ...given, id: 'given', seq: expect.any(Number), claimSeq: 1, attempt: 1, attempts: null, admitted: true },
      ])
    })

    test('a result that comes after the execution went to somebody else is dropped', async () => {
      await on.enqueue([execution('job')])
      const [late] = (await on.claim({ by: 'one' })).claimed
      await on.executions.settle([{ kind: 'give_back', seq: late!.seq, claimSeq: late!.claimSeq }], NOW)
      const [current] = (await on.claim({ by: 'two' })).claimed
      expect(current!.claimSeq).toBeGreaterThan(late!.claimSeq)

      expect((await on.end(late!, 'failed')).fenced).toEqual([late!.seq])
      expect(await on.history()).toEqual([])
      expect((await on.end(current!)).fenced).toEqual([])
      expect(await on.history()).toMatchObject([{ id: 'job', status: 'success' }])
    })

    test('an old word about an execution does not drown the current one of the same batch', async () => {
      await on.enqueue([execution('job')])
      const [old] = (await on.claim()).claimed
      await on.executions.settle([{ kind: 'give_back', seq: old!.seq, claimSeq: old!.claimSeq }], NOW)
      const [current] = (await on.claim()).claimed
      const { seq } = current!
      const ends = [
        { kind: 'give_back', seq, claimSeq: old!.claimSeq },
        { kind: 'finish', seq, claimSeq: current!.claimSeq, ...endOf('success') },
        { kind: 'finish', seq, claimSeq: current!.claimSeq, ...endOf('failed') },
      ] as const
      expect((await on.executions.settle(ends, NOW)).fenced).toEqual([seq, seq])
      expect(await on.live()).toEqual([])
      expect(await on.history()).toMatchObject([{ id: 'job', status: 'success' }])
    })

    test('an end is accepted once', async () => {
      await on.enqueue([execution('job')])
      const [row] = (await on.claim()).claimed
      await on.end(row!)
      expect((await on.end(row!, 'failed')).fenced).toEqual([row!.seq])
      expect(await on.history()).toMatchObject([{ id: 'job', status: 'success' }])
      expect(await on.live()).toEqual([])
    })

    test('a late result does not hinder the others of its batch', async () => {
      await on.enqueue([execution('a'), execution('b')])
      const [a, b] = (await on.claim()).claimed
      const ends = [
        { kind: 'give_back', seq: a!.seq, claimSeq: a!.claimSeq + 1 },
        { kind: 'give_back', seq: b!.seq, claimSeq: b!.claimSeq },
      ] as const
      expect((await on.executions.settle(ends, NOW)).fenced).toEqual([a!.seq])
      expect(await on.live()).toMatchObject([
        { id: 'a', state: 'claimed' },
        { id: 'b', state: 'ready' },
      ])
    })

    test('an end without history leaves no row behind', async () => {
      await on.enqueue([execution('job')])
      const [row] = (await on.claim()).claimed
      await on.end(row!, 'success', { keep: false })
      expect(await on.live()).toEqual([])
      expect(await on.history()).toEqual([])
    })

    test('what is given back keeps its attempt and its place in the order', async () => {
      await on.enqueue([execution('back', { rank: NOW - 2 }), execution('other', { rank: NOW - 1 })])
      const [back] = (await on.claim({ most: 1 })).claimed
      await on.executions.settle([{ kind: 'give_back', seq: back!.seq, claimSeq: back!.claimSeq }], NOW)
      const { claimed } = await on.claim()
      expect(claimed).toMatchObject([{ id: 'back', attempt: 1 }, { id: 'other' }])
    })
  })

  describe(`${adapter.name}: leases`, () => {
    const on = stage(adapter)
    const beat = (id: string, leaseUntil: number) =>
      on.executions.heartbeat(
        {
          ...{ id, hostname: 'here', pid: 1, version: '1', startedAt: NOW, heartbeatAt: NOW },
          ...{ state: 'running', running: 0, waiting: 0 },
        },
        leaseUntil,
      )

    test('claims that were given back, taken over or ended are lost, the others are not', async () => {
      await on.enqueue([execution('kept'), execution('back'), execution('done')])
      const { claimed } = await on.claim({ by: 'me' })
      const of = (id: string) => claimed.find((row) => row.id === id)!
      expect(await on.executions.lost(claimed)).toEqual([])
      const { seq, claimSeq } = of('back')
      await on.executions.settle([{ kind: 'give_back', seq, claimSeq }], NOW)
      await on.end(of('done'))
      await on.claim({ by: 'other' })
      expect((await on.executions.lost(claimed)).sort()).toEqual([of('back').seq, of('done').seq].sort())
      expect(await on.executions.lost([])).toEqual([])
    })

    test('what an instance has in hand can be asked, also when it never heard of its claim', async () => {
      await on.enqueue([execution('mine'), execution('back'), execution('other')])
      const [mine, back] = (await on.claim({ by: 'me', most: 2 })).claimed
      await on.claim({ by: 'other' })
      await on.executions.settle([{ kind: 'give_back', seq: back!.seq, claimSeq: back!.claimSeq }], NOW)
      await on.executions.markStarted([{ seq: mine!.seq, claimSeq: mine!.claimSeq, startedAt: NOW }])
      expect(await on.executions.claimsOf('me')).toEqual([{ seq: mine!.seq, claimSeq: mine!.claimSeq }])
      expect(await on.executions.claimsOf('nobody')).toEqual([])
    })

    test('what an instance without a lease had claimed is orphaned, oldest first', async () => {
      await beat('dead', NOW + 100)
      await beat('alive', NOW + 1000)
      await on.enqueue([execution('a', { rank: 3 }), execution('b', { rank: 2 }), execution('c', { rank: 1 })])
      await on.claim({ by: 'alive', most: 1 })
      await on.claim({ by: 'dead' })
      expect(await on.executions.orphans({ now: NOW + 100, most: 10, asker: 'me', after: 0 })).toEqual([])
      expect(idsOf(await on.executions.orphans({ now: NOW + 101, most: 10, asker: 'me', after: 0 }))).toEqual([
        'a',
        'b',
      ])
      expect(idsOf(await on.executions.orphans({ now: NOW + 101, most: 1, asker: 'me', after: 0 }))).toEqual(['a'])
    })

    test('a heartbeat prolongs the lease', async () => {
      await beat('one', NOW + 100)
      await on.enqueue([execution('a')])
      await on.claim({ by: 'one' })
      await beat('one', NOW + 300)
      expect(await on.executions.orphans({ now: NOW + 300, most: 10, asker: 'me', after: 0 })).toEqual([])
    })

    test('nobody is an orphan to itself, however far its clock has been set forward', async () => {
      await beat('one', NOW + 100)
      await on.enqueue([execution('a')])
      await on.claim({ by: 'one' })
      expect(await on.executions.orphans({ now: NOW + 86_400_000, most: 10, asker: 'one', after: 0 })).toEqual([])
      expect(idsOf(await on.executions.orphans({ now: NOW + 86_400_000, most: 10, asker: 'two', after: 0 }))).toEqual([
        'a',
      ])
    })

    test('how often an instance died with an execution is counted over its claims and attempts', async () => {
      await on.enqueue([execution('a')])
      const deathsOf = async () => {
        const found = await on.executions.orphans({ now: NOW + 1, most: 1, asker: 'me', after: 0 })
        return found.map(({ deaths, attempt }) => ({ deaths, attempt }))
      }
      const [first] = (await on.claim({ by: 'dead' })).claimed
      expect(await deathsOf()).toEqual([{ deaths: 0, attempt: 1 }])
      const died = { kind: 'give_back', died: true, seq: first!.seq } as const
      await on.executions.settle([{ ...died, claimSeq: first!.claimSeq }], NOW)
      const [second] = (await on.claim({ by: 'dead' })).claimed
      expect(await deathsOf()).toEqual([{ deaths: 1, attempt: 1 }])
      const later = { runAt: NOW, rank: NOW, attempts: '[]' }
      await on.executions.settle([{ ...later, ...died, kind: 'retry', claimSeq: second!.claimSeq }], NOW)
      const [third] = (await on.claim({ by: 'dead' })).claimed
      expect(await deathsOf()).toEqual([{ deaths: 2, attempt: 2 }])
      await on.executions.settle([{ kind: 'give_back', seq: third!.seq, claimSeq: third!.claimSeq }], NOW)
      await on.claim({ by: 'dead' })
      expect(await deathsOf()).toEqual([{ deaths: 2, attempt: 2 }])
    })

    test('what had its slot when its instance died waits for one again, and is not skipped: it may have run', async () => {
      const slot = { taskSeq: 1, overlap: 'skip' as const }
      await on.enqueue([execution('a', { ...slot, rank: 1 })])
      const [held] = (await on.claim({ by: 'dead' })).claimed
      const [taken] = (await on.executions.admit([held!], NOW)).claimed
      const { seq, claimSeq } = taken ?? held!
      await on.enqueue([execution('b', { ...slot, rank: 0 })])
      await on.executions.settle([{ kind: 'give_back', died: true, seq, claimSeq }], NOW)
      const { claimed } = await on.claim({ by: 'one' })
      expect(idsOf(claimed)).toEqual(['b'])
      await on.end(claimed[0]!)
      expect(idsOf((await on.claim({ by: 'one' })).claimed)).toEqual(['a'])
    })

    test('what was ended or given back is no orphan', async () => {
      await on.enqueue([execution('ended', { rank: 1 }), execution('back', { rank: 2 })])
      const [ended, back] = (await on.claim({ by: 'dead' })).claimed
      await on.end(ended!)
      await on.executions.settle([{ kind: 'give_back', seq: back!.seq, claimSeq: back!.claimSeq }], NOW)
      expect(await on.executions.orphans({ now: NOW + 1, most: 10, asker: 'me', after: 0 })).toEqual([])
    })
  })

  describe(`${adapter.name}: single executions`, () => {
    const on = stage(adapter)

    test('a live execution says where it stands in line and who holds what it waits for', async () => {
      const slot = { keys: '["door"]' }
      await on.enqueue(
        [1, 2, 3].map((n) => execution(`job ${n}`, { rank: n, ...slot })),
        { door: 1 },
      )
      await on.claim({ by: 'one' })
      expect(await on.details.waiting('job 1')).toMatchObject({ state: 'claimed', claimedBy: 'one', blockedBy: null })
      expect(await on.details.waiting('job 3')).toEqual({
        state: 'blocked',
        runAt: NOW,
        blockedBy: 'door',
        limit: { max: 1, held: 1, holders: ['job 1'] },
        ahead: 1,
        claimedBy: null,
      })
    })

    test('what is ended stands in no line, can be looked up for a rerun and can be forgotten once', async () => {
      const task = await on.addTask('nightly')
      await on.enqueue([execution('job', { taskSeq: task.seq, job: '{"env":{}}' })])
      expect(await on.details.source('job')).toEqual({ taskId: task.id, job: '{"env":{}}' })
      expect(await on.details.forget('job')).toBe(false)
      const [row] = (await on.claim()).claimed
      await on.end(row!)
      expect(await on.details.waiting('job')).toBeNull()
      expect(await on.details.source('job')).toEqual({ taskId: task.id, job: '{"env":{}}' })
      expect(await on.details.forget('job')).toBe(true)
      expect(await on.details.forget('job')).toBe(false)
      expect(await on.details.source('job')).toBeNull()
    })
  })
}

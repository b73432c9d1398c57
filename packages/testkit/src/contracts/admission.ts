import type { ClaimResult, NewExecution } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

const statesOf = (rows: { id: string; state: string }[]) => Object.fromEntries(rows.map((r) => [r.id, r.state]))

/** Which executions may run side by side. */
export function admissionRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: overlap within a task`, () => {
    const on = stage(adapter)
    const of = (id: string, overlap: NewExecution['overlap'], more: Partial<NewExecution> = {}) =>
      execution(id, { taskSeq: 1, overlap, ...more })

    test('allow starts every execution, whatever runs', async () => {
      await on.enqueue([of('a', 'allow'), of('b', 'allow')])
      expect((await on.claim()).claimed).toMatchObject([{ admitted: true }, { admitted: true }])
    })

    test('skip answers an execution that finds all slots in use, and keeps the first', async () => {
      await on.enqueue([of('first', 'skip', { rank: 1 }), of('second', 'skip', { rank: 2 })])
      const result = await on.claim()
      expect(idsOf(result.claimed)).toEqual(['first'])
      expect(result.happened).toMatchObject([{ id: 'second', taskSeq: 1, trigger: 'api' }])
      expect(await on.history()).toMatchObject([{ id: 'second', status: 'skipped', reason: 'overlap' }])
    })

    test('a task may use as many slots as its limit says', async () => {
      await on.enqueue([1, 2, 3].map((n) => of(`job ${n}`, 'skip', { rank: n, taskMax: 2 })))
      const result = await on.claim()
      expect(idsOf(result.claimed)).toEqual(['job 1', 'job 2'])
      expect(idsOf(result.happened)).toEqual(['job 3'])
    })

    test('other tasks have slots of their own', async () => {
      await on.enqueue([of('a', 'skip'), of('b', 'skip', { taskSeq: 2 })])
      expect(idsOf((await on.claim()).claimed).sort()).toEqual(['a', 'b'])
    })

    test('the next attempt of an execution is queued, not skipped: it has begun and owes an end', async () => {
      await on.enqueue([of('retried', 'skip')])
      const [row] = (await on.claim()).claimed
      const { seq, claimSeq } = row!
      await on.executions.settle([{ kind: 'retry', seq, claimSeq, runAt: NOW, rank: NOW, attempts: '[]' }], NOW)
      await on.enqueue([of('newer', 'skip', { rank: NOW - 1 })])
      const result = await on.claim()
      expect(idsOf(result.claimed)).toEqual(['newer'])
      expect(result.happened).toEqual([])
      const ended = await on.end(result.claimed[0]!)
      expect(ended.freed).toBe(true)
      expect((await on.claim()).claimed).toMatchObject([{ id: 'retried', attempt: 2, admitted: true }])
    })

    test('queue lets executions wait and start one after the other, first in rank first', async () => {
      await on.enqueue([of('b', 'queue', { rank: 2 }), of('a', 'queue', { rank: 1 }), of('c', 'queue', { rank: 3 })])
      const order: string[] = []
      for (let turn = 0; turn < 3; turn++) {
        const { claimed } = await on.claim()
        expect(claimed).toHaveLength(1)
        order.push(claimed[0]!.id)
        expect((await on.end(claimed[0]!)).freed).toBe(turn < 2)
      }
      expect(order).toEqual(['a', 'b', 'c'])
      expect(await on.live()).toEqual([])
    })

    test('replace names the running execution to be cancelled, and the newer one takes its slot', async () => {
      await on.enqueue([of('old', 'replace')])
      const [old] = (await on.claim()).claimed
      await on.enqueue([of('new', 'replace')])
      const result = await on.claim()
      expect(result).toMatchObject({ claimed: [], happened: [], replaced: [old!.seq] })
      expect(statesOf(await on.live())).toEqual({ old: 'claimed', new: 'blocked' })
      await on.end(old!, 'cancelled')
      expect(idsOf((await on.claim()).claimed)).toEqual(['new'])
    })

    test('of several newer ones only the newest replaces; the others are answered', async () => {
      await on.enqueue([of('old', 'replace')])
      const [old] = (await on.claim()).claimed
      await on.enqueue([of('newer', 'replace', { rank: 1 }), of('newest', 'replace', { rank: 2 })])
      const result = await on.claim()
      expect(idsOf(result.happened)).toEqual(['newer'])
      expect(await on.history()).toMatchObject([{ id: 'newer', status: 'skipped', reason: 'replaced' }])
      await on.end(old!, 'cancelled')
      expect(idsOf((await on.claim()).claimed)).toEqual(['newest'])
    })

    test('a later attempt that waits is broken off by a newer execution, not skipped: it has begun', async () => {
      await on.enqueue([of('begun', 'replace')])
      const [row] = (await on.claim()).claimed
      const { seq, claimSeq } = row!
      await on.executions.settle([{ kind: 'retry', seq, claimSeq, runAt: NOW, rank: NOW, attempts: '[]' }], NOW)
      await on.enqueue([of('running', 'replace', { rank: 1 })])
      await on.claim()
      await on.enqueue([of('newest', 'replace', { rank: NOW + 1 })])
      await on.claim()
      expect(await on.history()).toMatchObject([{ id: 'begun', status: 'cancelled', reason: 'replaced', attempt: 2 }])
    })

    test('before its instant an execution without a slot is only held, and decided about when it is due', async () => {
      await on.enqueue([of('now', 'skip', { rank: 1 }), of('soon', 'skip', { runAt: NOW + 900 })])
      const { claimed, happened: skipped } = await on.claim()
      expect(claimed).toMatchObject([
        { id: 'now', admitted: true },
        { id: 'soon', admitted: false },
      ])
      expect(skipped).toEqual([])

      const soon = claimed[1]!
      expect(idsOf((await on.executions.admit([soon], NOW + 900)).happened)).toEqual(['soon'])
    })

    test('an execution that was held gets the slot when it has become free in time', async () => {
      await on.enqueue([of('now', 'skip', { rank: 1 }), of('soon', 'skip', { runAt: NOW + 900 })])
      const [now, soon] = (await on.claim()).claimed
      await on.end(now!)
      expect((await on.executions.admit([soon!], NOW + 900)).claimed).toMatchObject([{ id: 'soon', admitted: true }])
      expect(await on.live()).toMatchObject([{ id: 'soon', admitted: true }])
    })

    test('whoever asks twice, because an answer was lost, holds its slots once', async () => {
      const soon = { runAt: NOW + 900, keys: '["door"]', taskSeq: 1, overlap: 'skip' } as const
      await on.enqueue([execution('soon', soon), execution('next', { ...soon, taskSeq: 2, rank: NOW + 999 })], {
        door: 1,
      })
      const [row] = (await on.claim({ most: 1 })).claimed
      for (let turn = 0; turn < 2; turn++) {
        const { claimed, happened: skipped } = await on.executions.admit([row!], NOW + 900)
        expect(claimed).toMatchObject([{ id: 'soon', admitted: true, claimSeq: row!.claimSeq }])
        expect(skipped).toEqual([])
      }
      expect(await on.held()).toEqual({ door: { max: 1, held: 1 } })
      await on.end(row!)
      expect(await on.held()).toEqual({ door: { max: 1, held: 0 } })
    })

    test('admission is refused to a claim that is no longer current', async () => {
      await on.enqueue([of('now', 'skip', { rank: 1 }), of('soon', 'skip', { runAt: NOW + 900 })])
      const [now, soon] = (await on.claim()).claimed
      await on.executions.settle([{ kind: 'give_back', seq: soon!.seq, claimSeq: soon!.claimSeq }], NOW)
      await on.end(now!)
      const result: ClaimResult = await on.executions.admit([soon!], NOW + 900)
      expect(result).toMatchObject({ claimed: [], happened: [], replaced: [] })
      expect(await on.live()).toMatchObject([{ id: 'soon', state: 'ready', admitted: false }])
    })
  })

  describe(`${adapter.name}: concurrency keys`, () => {
    const on = stage(adapter)
    const needing = (id: string, keys: string[], more: Partial<NewExecution> = {}) =>
      execution(id, { keys: JSON.stringify(keys), ...more })

    test('a key with one slot is a mutex over tasks, and waiting for it queues even where overlap is skip', async () => {
      const skipping = { overlap: 'skip' } as const
      await on.enqueue(
        [
          needing('a', ['door'], { ...skipping, taskSeq: 1, rank: 1 }),
          needing('b', ['door'], { ...skipping, taskSeq: 2, rank: 2 }),
        ],
        { door: 1 },
      )
      const first = await on.claim()
      expect(idsOf(first.claimed)).toEqual(['a'])
      expect(first.happened).toEqual([])
      expect(await on.held()).toEqual({ door: { max: 1, held: 1 } })
      expect((await on.claim()).claimed).toEqual([])
      expect((await on.end(first.claimed[0]!)).freed).toBe(true)
      expect(idsOf((await on.claim()).claimed)).toEqual(['b'])
    })

    test('a key with n slots lets n executions run', async () => {
      await on.enqueue(
        Array.from({ length: 5 }, (_, n) => needing(`job ${n}`, ['pool'], { rank: n })),
        { pool: 3 },
      )
      const { claimed } = await on.claim()
      expect(idsOf(claimed)).toEqual(['job 0', 'job 1', 'job 2'])
      await on.end(claimed[1]!)
      expect(idsOf((await on.claim()).claimed)).toEqual(['job 3'])
      expect(await on.held()).toEqual({ pool: { max: 3, held: 3 } })
    })

    test('an execution that needs two keys takes both or none', async () => {
      await on.enqueue([needing('holder', ['b'], { rank: 1 }), needing('both', ['a', 'b'], { rank: 2 })], {
        a: 1,
        b: 1,
      })
      const { claimed } = await on.claim()
      expect(idsOf(claimed)).toEqual(['holder'])
      expect(await on.held()).toEqual({ a: { max: 1, held: 0 }, b: { max: 1, held: 1 } })
      await on.enqueue([needing('other', ['a'])])
      const [other] = (await on.claim()).claimed
      expect(other!.id).toBe('other')
      await on.end(claimed[0]!)
      await on.claim()
      await on.end(other!)
      expect(idsOf((await on.claim()).claimed)).toEqual(['both'])
    })

    test.each(['success', 'cancelled'] as const)('%s gives the slots back', async (status) => {
      await on.enqueue([needing('a', ['door'])], { door: 1 })
      const [row] = (await on.claim()).claimed
      await on.end(row!, status)
      expect(await on.held()).toEqual({ door: { max: 1, held: 0 } })
    })

    test('a retry gives the slots back for the time it waits', async () => {
      await on.enqueue([needing('a', ['door'], { rank: 1 }), needing('b', ['door'], { rank: 2 })], { door: 1 })
      const [a] = (await on.claim()).claimed
      const runAt = NOW + 60_000
      const retry = { kind: 'retry', seq: a!.seq, claimSeq: a!.claimSeq, runAt, rank: runAt, attempts: '[]' } as const
      expect((await on.executions.settle([retry], NOW)).freed).toBe(true)
      expect(idsOf((await on.claim()).claimed)).toEqual(['b'])
    })

    test('cancelling the first in line lets the next one go on', async () => {
      await on.enqueue(
        [1, 2, 3].map((n) => needing(`job ${n}`, ['door'], { rank: n })),
        { door: 1 },
      )
      const [row] = (await on.claim()).claimed
      await on.end(row!)
      await on.executions.cancelUnclaimed(['job 2'], NOW, 'no longer wanted')
      expect(idsOf((await on.claim()).claimed)).toEqual(['job 3'])
    })

    test('a place that an execution cannot use because of its other limit goes to the next in line', async () => {
      const queued = { taskSeq: 1, overlap: 'queue' } as const
      await on.enqueue([execution('runs', { ...queued, rank: 1 }), needing('holds', ['door'], { rank: 2 })], {
        door: 1,
      })
      const [runs, holds] = (await on.claim()).claimed
      await on.enqueue([needing('unlucky', ['door'], { rank: 3, taskSeq: 2, overlap: 'queue' })])
      await on.claim()
      // Another execution of the unlucky one's task takes the task's slot while it waits for the door.
      await on.enqueue([execution('sibling', { taskSeq: 2, overlap: 'queue', rank: 4 })])
      expect(idsOf((await on.claim()).claimed)).toEqual(['sibling'])
      await on.enqueue([needing('next', ['door'], { rank: 5 })])
      await on.claim()
      await on.end(holds!)
      const { claimed } = await untilQuiet(() => on.claim())
      expect(claimed).toEqual(['next'])
      await on.end(runs!)
    })

    test('a limit that was raised lets all those go on who now have room', async () => {
      await on.enqueue(
        Array.from({ length: 6 }, (_, n) => needing(`job ${n}`, ['pool'], { rank: n })),
        { pool: 1 },
      )
      expect((await on.claim()).claimed).toHaveLength(1)
      await on.enqueue([], { pool: 4 })
      expect(await on.executions.nudge()).toBe(1)
      expect((await untilQuiet(() => on.claim())).claimed).toEqual(['job 1', 'job 2', 'job 3'])
      expect(await on.held()).toEqual({ pool: { max: 4, held: 4 } })
    })

    test('a limit that was lowered is kept to as the holders end', async () => {
      await on.enqueue(
        Array.from({ length: 4 }, (_, n) => needing(`job ${n}`, ['pool'], { rank: n })),
        { pool: 3 },
      )
      const { claimed } = await on.claim()
      await on.enqueue([], { pool: 1 })
      await on.end(claimed[0]!)
      await on.end(claimed[1]!)
      expect((await on.claim()).claimed).toEqual([])
      await on.end(claimed[2]!)
      expect(idsOf((await on.claim()).claimed)).toEqual(['job 3'])
    })

    test('a nudge leaves those alone who have no room', async () => {
      await on.enqueue([needing('a', ['door'], { rank: 1 }), needing('b', ['door'], { rank: 2 })], { door: 1 })
      await on.enqueue([1, 2].map((n) => execution(`task ${n}`, { taskSeq: 1, overlap: 'queue', rank: n })))
      await on.claim()
      expect(await on.executions.nudge()).toBe(0)
      expect(statesOf(await on.live())).toMatchObject({ b: 'blocked', 'task 2': 'blocked' })
    })
  })

  describe(`${adapter.name}: blocked work`, () => {
    const on = stage(adapter)
    const BLOCKED = 100_000

    test('100,000 blocked executions in front cost the free ones behind them nothing', {
      timeout: 60_000,
    }, async () => {
      const blocked = Array.from({ length: BLOCKED }, (_, n) => {
        const limits = n % 2 === 0 ? { keys: '["door"]' } : { taskSeq: 1, overlap: 'queue' as const }
        return execution(`blocked ${n}`, { rank: n, ...limits })
      })
      await on.enqueue(blocked, { door: 1 })
      const holders: ClaimResult['claimed'] = []
      for (let more = true; more; ) {
        const result = await on.claim({ most: 10_000 })
        holders.push(...result.claimed)
        more = result.more
      }
      expect(idsOf(holders)).toEqual(['blocked 0', 'blocked 1'])

      await on.enqueue(Array.from({ length: 10 }, (_, n) => execution(`free ${n}`, { rank: BLOCKED + n })))
      const before = on.effort()
      expect(idsOf((await on.claim()).claimed)).toHaveLength(10)
      expect(on.effort() - before).toBeLessThan(100)

      const beforeEnd = on.effort()
      expect((await on.end(holders[0]!)).freed).toBe(true)
      expect(idsOf((await on.claim()).claimed)).toEqual(['blocked 2'])
      await on.executions.nudge()
      expect(on.effort() - beforeEnd).toBeLessThan(100)
    })
  })
}

/** Claims until nothing more comes. */
async function untilQuiet(claim: () => Promise<ClaimResult>) {
  const claimed: string[] = []
  for (;;) {
    const result = await claim()
    claimed.push(...idsOf(result.claimed))
    if (!result.more) return { claimed }
  }
}

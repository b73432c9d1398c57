import { describe, expect, test } from 'vitest'
import { endOf, execution, NOW, type StoreAdapter, stage } from './stage.ts'

/** As an engine notes it: an attempt that ran for 1.5 s. */
const FIRST_ATTEMPT = JSON.stringify([
  {
    attempt: 1,
    started_at: '2025-12-31T23:59:58.000Z',
    finished_at: '2025-12-31T23:59:59.500Z',
    status: 'failed',
    failure: 'exit_code',
    exit_code: 1,
    error: null,
  },
])

/** What becomes of an execution whose attempt has ended, and when the next one comes. */
export function attemptRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: attempts`, () => {
    const on = stage(adapter)

    async function retried(delayMs: number) {
      await on.enqueue([execution('job')])
      const [row] = (await on.claim()).claimed
      const runAt = NOW + delayMs
      const again = {
        kind: 'retry',
        seq: row!.seq,
        claimSeq: row!.claimSeq,
        runAt,
        rank: runAt,
        attempts: FIRST_ATTEMPT,
      } as const
      await on.executions.settle([again], NOW)
      return runAt
    }

    test('a retry waits for its instant, out of the way, and is made ready shortly before', async () => {
      const runAt = await retried(60_000)
      expect(await on.live()).toMatchObject([{ state: 'waiting', attempt: 2 }])
      expect((await on.executions.nextInstants()).runAt).toBe(runAt)
      expect(await on.executions.activate(runAt, 10)).toBe(0)
      expect(await on.executions.activate(runAt + 1, 10)).toBe(1)
      expect(await on.live()).toMatchObject([{ state: 'ready' }])
      expect((await on.claim({ at: NOW })).claimed).toEqual([])
      expect((await on.claim({ at: runAt })).claimed).toMatchObject([{ attempt: 2, attempts: FIRST_ATTEMPT, runAt }])
    })

    test('a retry that comes at once needs no activation', async () => {
      const runAt = await retried(500)
      expect((await on.claim({ at: runAt })).claimed).toMatchObject([{ attempt: 2 }])
    })

    test('the end tells how long the attempts before the last one ran', async () => {
      const runAt = await retried(500)
      const [row] = (await on.claim({ at: runAt })).claimed
      await on.executions.settle(
        [{ ...endOf('success'), kind: 'finish', seq: row!.seq, claimSeq: row!.claimSeq }],
        runAt,
      )
      const [ended] = await on.select('SELECT earlier_ms FROM execution_history')
      expect(Number(ended!.earlier_ms)).toBe(1_500)
    })

    test('what starts far in the future waits, and the earliest instant of it is known', async () => {
      await on.enqueue([
        execution('far', { runAt: NOW + 86_400_000 }),
        execution('farther', { runAt: NOW + 2 * 86_400_000 }),
      ])
      expect((await on.executions.nextInstants()).runAt).toBe(NOW + 86_400_000)
      expect(await on.executions.activate(NOW + 3 * 86_400_000, 1)).toBe(1)
      expect((await on.executions.nextInstants()).runAt).toBe(NOW + 2 * 86_400_000)
    })

    test('a start is recorded by its own claim only', async () => {
      await on.enqueue([execution('job')])
      const [row] = (await on.claim()).claimed
      const { seq, claimSeq } = row!
      expect(await on.executions.markStarted([{ seq, claimSeq: claimSeq - 1, startedAt: NOW }])).toEqual([])
      expect(await on.live()).toMatchObject([{ state: 'claimed' }])
      expect(await on.executions.markStarted([{ seq, claimSeq, startedAt: NOW + 7 }])).toEqual([seq])
      expect(await on.live()).toMatchObject([{ state: 'started' }])
      expect(await on.executions.orphans({ now: NOW, most: 10, asker: 'two', after: 0 })).toMatchObject([
        { id: 'job', startedAt: NOW + 7 },
      ])
    })

    test('a start whose answer was lost is noted once more, and one that was taken away is not', async () => {
      await on.enqueue([execution('again'), execution('gone')])
      const { claimed } = await on.claim()
      const rows = claimed.map(({ seq, claimSeq }) => ({ seq, claimSeq, startedAt: NOW }))
      const [again, gone] = claimed.map((row) => row.seq)
      expect(await on.executions.markStarted(rows)).toEqual([again, gone])
      await on.end(claimed[1]!)
      expect(await on.executions.markStarted(rows)).toEqual([again])
    })

    test('what is admitted and starting is noted as started with the same word', async () => {
      const task = { taskSeq: 1, taskMax: 1, overlap: 'queue' as const, runAt: NOW + 500 }
      await on.enqueue([execution('first', { ...task, rank: 1 }), execution('second', { ...task, rank: 2 })])
      const { claimed } = await on.claim()
      const starting = new Set(claimed.map((row) => row.seq))
      await on.executions.admit(claimed, NOW + 500, starting)
      const states = Object.fromEntries((await on.live()).map(({ id, state }) => [id, state]))
      expect(states).toEqual({ first: 'started', second: 'blocked' })
    })

    test('an attempt that others have taken over leaves its mark, live and ended', async () => {
      await on.enqueue([execution('live'), execution('ended')])
      const { claimed } = await on.claim()
      await on.end(claimed.find(({ id }) => id === 'ended')!)
      const mark = (id: string, attempt: number) => ({
        id,
        attempt,
        instanceId: 'one',
        startedAt: NOW,
        fencedAt: NOW + 5,
      })
      await on.executions.markFenced([mark('live', 1), mark('live', 2), mark('ended', 1), mark('nobody', 1)])
      const kept = async (table: string) =>
        (await on.select(`SELECT fenced FROM ${table}`)).map(({ fenced }) => JSON.parse(String(fenced)))
      const as = (attempt: number) => ({ attempt, instanceId: 'one', startedAt: NOW, fencedAt: NOW + 5 })
      expect(await kept('executions')).toEqual([[as(1), as(2)]])
      expect(await kept('execution_history')).toEqual([[as(1)]])
      await on.end(claimed.find(({ id }) => id === 'live')!)
      expect(await kept('execution_history')).toContainEqual([as(1), as(2)])
    })

    test('a cancelled execution that nobody has claimed ends at once; of the others the holder is named', async () => {
      await on.enqueue([execution('claimed', { rank: 0 }), execution('waiting', { runAt: NOW + 60_000 })])
      const [held] = (await on.claim({ by: 'two' })).claimed
      const answer = await on.executions.cancelUnclaimed(['waiting', 'claimed', 'unknown'], NOW, 'cancelled by ann')
      expect(answer).toMatchObject({
        cancelled: ['waiting'],
        held: [{ id: 'claimed', seq: held!.seq, claimedBy: 'two' }],
      })
      expect(await on.history()).toMatchObject([{ id: 'waiting', status: 'cancelled', reason: 'cancelled by ann' }])
    })
  })
}

import type { NewExecution } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

/** What is added, and who has it then. */
export function submissionRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: submissions`, () => {
    const on = stage(adapter)

    test('rows are added all or not at all', async () => {
      await on.enqueue([execution('taken')])
      await expect(on.enqueue([execution('new'), execution('taken')])).rejects.toThrow()
      expect(idsOf(await on.live())).toEqual(['taken'])
    })

    test('a repeated idempotency key answers the first execution and adds nothing', async () => {
      const idempotency = { scope: 'job:ann', key: 'k' }
      const first = await on.executions.enqueue([execution('first')], { now: NOW, idempotency })
      expect(first).toEqual({ earlier: null, claimed: [] })
      expect(await on.executions.enqueue([execution('second')], { now: NOW, idempotency })).toEqual({
        earlier: 'first',
        claimed: [],
      })
      expect(idsOf(await on.live())).toEqual(['first'])
      const other = { scope: 'job:bob', key: 'k' }
      expect(await on.executions.enqueue([execution('third')], { now: NOW, idempotency: other })).toEqual({
        earlier: null,
        claimed: [],
      })
    })

    const run = (id: string, overlap: NewExecution['overlap'], more: Partial<NewExecution> = {}) =>
      on.executions.runNow(execution(id, { taskSeq: 1, trigger: 'manual', overlap, ...more }), { now: NOW })

    test('a run that its task would skip is refused, also while the one before it has not started yet', async () => {
      expect(await run('first', 'skip')).toEqual({ earlier: null, isRefused: false, waits: null, replaces: [] })
      expect(await run('second', 'skip')).toMatchObject({ isRefused: true, waits: { holders: ['first'] } })
      const [first] = (await on.claim()).claimed
      expect(await run('third', 'skip')).toMatchObject({ isRefused: true, waits: { limit: 'task:1', max: 1 } })
      expect(idsOf(await on.live())).toEqual(['first'])
      await on.end(first!)
      expect(await run('fourth', 'skip')).toMatchObject({ isRefused: false })
    })

    test('a run that was promised waits for whoever comes before it, instead of being skipped', async () => {
      await run('promised', 'skip', { rank: 5 })
      await on.enqueue([execution('sooner', { taskSeq: 1, overlap: 'skip', rank: 1 })])
      const { claimed, happened: skipped } = await on.claim()
      expect([idsOf(claimed), skipped]).toEqual([['sooner'], []])
      await on.end(claimed[0]!)
      expect(idsOf((await on.claim()).claimed)).toEqual(['promised'])
    })

    test('a run says what it waits for, and what it replaces', async () => {
      await on.enqueue([execution('runs', { taskSeq: 1, overlap: 'queue' })])
      await on.claim()
      await run('queued', 'queue')
      expect(await run('behind', 'queue')).toMatchObject({ waits: { limit: 'task:1', holders: ['runs'], ahead: 1 } })
      expect(await run('newest', 'replace')).toMatchObject({ replaces: ['runs', 'queued', 'behind'] })
      const keys = [{ key: 'db', max: 1 }]
      await on.enqueue([execution('holder', { keys: '["db"]' })], { db: 1 })
      await on.claim()
      const row = execution('waits', { taskSeq: 2, keys: '["db"]' })
      expect(await on.executions.runNow(row, { now: NOW, keys })).toMatchObject({ waits: { limit: 'db', max: 1 } })
    })

    test('a refused run binds no idempotency key, a repeated one answers the first', async () => {
      const idempotency = { scope: 'run', key: 'k' }
      const ask = (id: string) =>
        on.executions.runNow(execution(id, { taskSeq: 1, overlap: 'skip' }), { now: NOW, idempotency })
      await on.enqueue([execution('runs', { taskSeq: 1, overlap: 'skip' })])
      const [runs] = (await on.claim()).claimed
      expect(await ask('refused')).toMatchObject({ isRefused: true, earlier: null })
      await on.end(runs!)
      expect(await ask('taken')).toMatchObject({ isRefused: false, earlier: null })
      expect(await ask('again')).toMatchObject({ earlier: 'taken' })
    })

    test('an idempotency key still answers when its execution has ended', async () => {
      const idempotency = { scope: 'job:ann', key: 'k' }
      await on.executions.enqueue([execution('first')], { now: NOW, idempotency })
      const [row] = (await on.claim()).claimed
      await on.end(row!)
      expect(await on.executions.enqueue([execution('second')], { now: NOW, idempotency })).toEqual({
        earlier: 'first',
        claimed: [],
      })
    })

    test('what may start at once is claimed as it is added, for whoever adds it', async () => {
      const task = await on.addTask('nightly')
      const { claimed } = await on.executions.enqueue(
        [
          execution('free', { job: '{"type":"shell"}', priority: 2 }),
          execution('limited', { keys: '["door"]', rank: NOW + 1 }),
          execution('of a task', { taskSeq: task.seq, taskVersion: 1, rank: NOW + 2 }),
          execution('later', { runAt: NOW + 1, rank: NOW + 3 }),
        ],
        { now: NOW, keys: [{ key: 'door', max: 1 }], claimFor: 'one' },
      )
      expect(claimed).toMatchObject([
        { id: 'free', claimSeq: 1, attempt: 1, admitted: true, job: '{"type":"shell"}', priority: 2, runAt: NOW },
      ])
      const [row] = claimed
      expect(await on.executions.claimsOf('one')).toEqual([{ seq: row!.seq, claimSeq: 1 }])
      expect(idsOf((await on.claim({ by: 'two' })).claimed)).toEqual(['limited', 'of a task', 'later'])
      expect((await on.end(row!)).fenced).toEqual([])
    })

    test('what was claimed as it was added is noted as started, and taken over when its instance dies', async () => {
      const { claimed } = await on.executions.enqueue([execution('job')], { now: NOW, claimFor: 'one' })
      const [orphan] = await on.executions.orphans({ now: NOW, most: 10, asker: 'two', after: 0 })
      expect(orphan).toMatchObject({ id: 'job', claimSeq: 1, startedAt: NOW })
      await on.executions.settle([{ kind: 'give_back', seq: orphan!.seq, claimSeq: 1, died: true }], NOW)
      expect((await on.claim({ by: 'two' })).claimed).toMatchObject([{ id: 'job', claimSeq: 2 }])
      expect((await on.end(claimed[0]!)).fenced).toEqual([claimed[0]!.seq])
    })
  })
}

import type { Claimed, Ended, Happening, Settlement } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { endOf, every, execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

const KINDS = ['execution_finished', 'execution_retried'] as const
const MINUTE = 60_000

/** What the verbs of a store tell of what happens by them: all of it, once, as it can be read. */
export function happeningRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: what has happened`, () => {
    const on = stage(adapter)

    const settle = (row: Claimed, more: Partial<Settlement> = {}) => {
      const begun = { id: row.id, taskId: null, attempt: row.attempt, startedAt: NOW }
      const word = { kind: 'finish', seq: row.seq, claimSeq: row.claimSeq, begun, ...endOf('success') }
      return on.executions.settle([{ ...word, ...more } as Settlement], NOW)
    }
    const retry = { kind: 'retry', runAt: NOW + 5, rank: NOW, attempts: '[]' } as const

    async function claimOne(id: string, more: Parameters<typeof execution>[1] = {}): Promise<Claimed> {
      await on.enqueue([execution(id, more)])
      return (await on.claim()).claimed.find((row) => row.id === id)!
    }

    /** What was told agrees with what can be read now, and with what a consumer finds. */
    async function expectTold(happened: Happening[]) {
      const rows = new Map((await on.history()).map((row) => [row.id, row]))
      const ends = happened.filter((it): it is Ended => it.kind === 'execution_finished')
      for (const { id, status, reason, failure, dueAt, attempt } of ends) {
        expect({ id, status, reason, failure, dueAt, attempt }).toEqual({
          ...{ id, status: rows.get(id)?.status, reason: rows.get(id)?.reason, failure: rows.get(id)?.failure },
          ...{ dueAt: rows.get(id)?.dueAt, attempt: rows.get(id)?.attempt },
        })
      }
      const taken = await on.take('reader')
      const kept = taken!.entries.map(({ happening }) => happening)
      const told = happened.map(({ taskSeq: _, work: __, ...rest }) => rest)
      expect(kept.map(({ taskId: _, ...rest }) => rest)).toEqual(told)
      await on.outbox.advance('reader', 'one', taken!)
      return kept
    }

    const listen = () => on.outbox.want('reader', KINDS, NOW)

    test('an attempt that ends its execution is told of with all that its row says', async () => {
      await listen()
      const task = await on.addTask('nightly')
      const row = await claimOne('a', { taskSeq: task.seq, tenantId: 'acme', trigger: 'manual', dueAt: NOW - 5 })
      const end = { ...endOf('failed'), startedAt: NOW - 3, error: 'no' }
      const { happened } = await settle(row, { ...end, work: { taskId: task.id, type: 'shell' } })
      expect(happened).toEqual([
        {
          kind: 'execution_finished',
          id: 'a',
          tenantId: 'acme',
          taskSeq: task.seq,
          work: { taskId: task.id, type: 'shell' },
          trigger: 'manual',
          attempt: 1,
          dueAt: NOW - 5,
          startedAt: NOW - 3,
          finishedAt: NOW,
          instanceId: 'one',
          status: 'failed',
          failure: 'exit_code',
          reason: null,
          ranMs: 3,
        },
      ])
      expect(await expectTold(happened)).toMatchObject([{ taskId: task.id }])
    })

    test('an attempt that is to be followed by another is told of, and the time it took counts at the end', async () => {
      await listen()
      const row = await claimOne('a')
      const at = (ms: number) => new Date(NOW + ms).toISOString()
      const attempt = { attempt: 1, started_at: at(-7), finished_at: at(-3), status: 'failed' }
      const first = await settle(row, { ...retry, attempts: JSON.stringify([attempt]) } as Partial<Settlement>)
      expect(first.happened).toMatchObject([{ kind: 'execution_retried', id: 'a', attempt: 1, runAt: NOW + 5 }])
      const [again] = (await on.claim({ at: NOW + 10 })).claimed
      const second = await settle(again!, { ...endOf('success'), finishedAt: NOW + 10 })
      expect(second.happened).toMatchObject([{ kind: 'execution_finished', attempt: 2, ranMs: 4 + 10 }])
      await expectTold([...first.happened, ...second.happened])
    })

    test('what leaves no row is told of, too', async () => {
      await listen()
      const { happened } = await settle(await claimOne('a'), { keep: false })
      expect(idsOf(happened)).toEqual(['a'])
      expect(await on.history()).toEqual([])
      expect((await on.take('reader'))!.entries).toHaveLength(1)
    })

    test('what goes back, and what is refused, has not ended', async () => {
      await listen()
      const row = await claimOne('a')
      expect(await settle({ ...row, claimSeq: 7 })).toMatchObject({ fenced: [row.seq], happened: [] })
      const back = await on.executions.settle([{ kind: 'give_back', seq: row.seq, claimSeq: row.claimSeq }], NOW)
      expect(back.happened).toEqual([])
      await expectTold([])
    })

    test('a word whose answer was lost counts when it is said again, and happens once', async () => {
      await listen()
      const [first, second] = [await claimOne('ends'), await claimOne('goes on')]
      const words = [
        [first, { kind: 'finish', ...endOf('failed') }],
        [second, retry],
      ] as const
      for (const [row, word] of words) {
        const lost = await settle(row, word as Partial<Settlement>)
        const again = await settle(row, word as Partial<Settlement>)
        // Of a row that was sent back nobody knows any more from whose hands.
        const [happened] = lost.happened
        const instanceId = word.kind === 'retry' ? null : 'one'
        expect(again).toEqual({ fenced: [], freed: false, happened: [{ ...happened, instanceId }] })
        await expectTold(lost.happened)
      }
    })

    test('of two words about one attempt in a batch one happens', async () => {
      await listen()
      const row = await claimOne('a')
      const begun = { id: 'a', taskId: null, attempt: 1, startedAt: NOW }
      const word = { kind: 'finish', seq: row.seq, claimSeq: row.claimSeq, begun } as const
      const words = [
        { ...word, ...endOf('success') },
        { ...word, ...endOf('failed') },
      ]
      const result = await on.executions.settle(words, NOW)
      expect(result).toMatchObject({ fenced: [row.seq], happened: [{ id: 'a', status: 'success' }] })
      await expectTold(result.happened)
    })

    test('what nobody has claimed and somebody cancels has ended', async () => {
      await listen()
      await on.enqueue([execution('a', { runAt: NOW + MINUTE }), execution('b')])
      await on.claim()
      const { cancelled, happened } = await on.executions.cancelUnclaimed(
        ['a', 'b', 'unknown'],
        NOW,
        'cancelled by ann',
      )
      expect(cancelled).toEqual(['a'])
      expect(happened).toMatchObject([{ id: 'a', status: 'cancelled', reason: 'cancelled by ann', ranMs: null }])
      await expectTold(happened)
    })

    test('what a claim or an admission answers without a run has ended', async () => {
      await listen()
      const task = await on.addTask('one at a time')
      const of = (id: string, more: object) => execution(id, { taskSeq: task.seq, taskMax: 1, ...more })
      await on.enqueue([of('first', { overlap: 'skip', rank: 1 }), of('second', { overlap: 'skip', rank: 2 })])
      const byClaim = (await on.claim()).happened
      expect(byClaim).toMatchObject([{ id: 'second', status: 'skipped', reason: 'overlap', taskSeq: task.seq }])
      await on.enqueue([of('ahead', { overlap: 'skip', runAt: NOW + 500, skipAfter: NOW + 600 })])
      const [held] = (await on.claim()).claimed
      const byAdmission = (await on.executions.admit([held!], NOW + 601)).happened
      expect(byAdmission).toMatchObject([{ id: 'ahead', status: 'skipped', reason: 'misfire' }])
      const kept = await expectTold([...byClaim, ...byAdmission])
      expect(kept.map(({ taskId }) => taskId)).toEqual([task.id, task.id])
    })

    test('what a newer execution replaces before it began has ended', async () => {
      await listen()
      const of = (id: string, rank: number) => execution(id, { taskSeq: 1, taskMax: 1, overlap: 'replace', rank })
      await on.enqueue([of('runs', 1)])
      await on.claim()
      await on.enqueue([of('waits', 2)])
      await on.claim()
      await on.enqueue([of('newest', 3)])
      const { happened } = await on.claim()
      expect(happened).toMatchObject([{ id: 'waits', status: 'skipped', reason: 'replaced' }])
      await expectTold(happened)
    })

    test('answers of a plan have ended, but for those of a schedule that was outrun', async () => {
      await listen()
      const plans = []
      for (const name of ['a', 'b']) {
        const task = await on.addTask(name, { schedules: [every(MINUTE)] })
        const due = (await on.executions.dueSchedules(NOW + 2 * MINUTE, 9)).find((it) => it.taskSeq === task.seq)!
        const owner = { taskSeq: task.seq, taskVersion: 1, scheduleId: due.scheduleId, tenantId: null }
        const range = { dueAt: NOW + 5 * MINUTE, coversFrom: NOW + MINUTE, coversCount: 5 }
        plans.push({
          ...{ scheduleId: due.scheduleId, taskVersion: 1, executions: [] },
          ...{ expectedDueAt: due.nextDueAt, nextDueAt: NOW + 6 * MINUTE, lastDueAt: range.dueAt },
          answers: [{ id: `answer of ${name}`, ...owner, reason: 'missed', ...range, at: NOW } as const],
        })
      }
      const [a, b] = plans
      const { happened } = await on.executions.plan([a!, { ...b!, expectedDueAt: 1 }])
      expect(happened).toMatchObject([{ id: 'answer of a', trigger: 'schedule', status: 'skipped', attempt: 0 }])
      await expectTold(happened)
    })

    test('a deleted task ends what was due and leaves no word of what was still to come', async () => {
      await listen()
      const task = await on.addTask('a')
      const of = (id: string, more: object = {}) => execution(id, { taskSeq: task.seq, ...more })
      await on.enqueue([of('due'), of('to come', { trigger: 'schedule', runAt: NOW + MINUTE })])
      const { happened } = await on.change(task, { deletedAt: NOW }, { drop: 'all' })
      expect(happened).toMatchObject([{ id: 'due', status: 'cancelled', reason: 'the task was deleted' }])
      await expectTold(happened)
    })

    test('a change that is refused ends nothing', async () => {
      await listen()
      const task = await on.addTask('a')
      await on.enqueue([execution('due', { taskSeq: task.seq })])
      await expect(on.change(task, {}, { drop: 'all', expectedVersion: 9 })).rejects.toMatchObject({
        code: 'stale_version',
      })
      await expectTold([])
    })

    test('what is purged while it is alive has ended, though no row is left to say so', async () => {
      await listen()
      const task = await on.addTask('a')
      await on.enqueue([execution('alive', { taskSeq: task.seq })])
      const { happened } = await on.tasks.purge(task.seq, NOW)
      expect(happened).toMatchObject([{ id: 'alive', status: 'cancelled', reason: 'the task was deleted' }])
      expect((await on.take('reader'))!.entries).toMatchObject([{ happening: { id: 'alive', taskId: task.id } }])
    })
  })
}

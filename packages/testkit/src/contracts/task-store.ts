import { EVERYTHING } from '@rota/core'
import { describe, expect, test } from 'vitest'
import { every, execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

const MINUTE = 60_000

/** What every adapter of the task store must do. */
export function taskStoreContract(adapter: StoreAdapter): void {
  describe(`${adapter.name}: tasks`, () => {
    const on = stage(adapter)

    test('a task comes back as it was stored', async () => {
      const row = { group: 'ops/db', tags: ['nightly', 'db'], enabled: false, runAtStart: true, createdBy: 'ann' }
      const task = await on.addTask('backup', { row })
      expect(task).toMatchObject({ name: 'backup', version: 1, pausedAt: null, deletedAt: null, ...row })
      expect(await on.tasks.bySeqs([task.seq, task.seq + 99])).toEqual([task])
    })

    test('a tenant sees its own tasks only', async () => {
      const task = await on.addTask('backup', { row: { tenantId: 'blue' } })
      expect(await on.tasks.byId(task.id, { kind: 'tenant', tenantId: 'blue' })).toEqual(task)
      expect(await on.tasks.byId(task.id, { kind: 'tenant', tenantId: 'red' })).toBeNull()
      expect(await on.tasks.byId(task.id, EVERYTHING)).toEqual(task)
    })

    test('a name is taken once per tenant', async () => {
      await on.addTask('backup')
      await expect(on.addTask('backup', { row: { id: 'second' } })).rejects.toMatchObject({
        code: 'conflict',
        errors: [{ path: 'name' }],
      })
      await on.addTask('backup', { row: { id: 'third', tenantId: 'blue' } })
    })

    test('when one name of several is taken, none of the tasks is added', async () => {
      await on.addTask('taken')
      const { seq: _, ...row } = (await on.tasks.byId('id of taken', EVERYTHING))!
      const fresh = { row: { ...row, id: 'fresh', name: 'fresh' }, schedules: [every(MINUTE)], keys: [] }
      const twin = { row: { ...row, id: 'twin' }, schedules: [], keys: [] }
      await expect(on.tasks.insert([fresh, twin])).rejects.toMatchObject({ code: 'conflict' })
      expect(await on.tasks.byId('fresh', EVERYTHING)).toBeNull()
      expect((await on.executions.nextInstants()).dueAt).toBeNull()
    })

    test('the name of a deleted task is free, and the task cannot come back while another has it', async () => {
      const task = await on.addTask('backup')
      await on.change(task, { deletedAt: NOW })
      await on.addTask('backup', { row: { id: 'second' } })
      const deleted = (await on.tasks.byId(task.id, EVERYTHING))!
      await expect(on.change(deleted, { deletedAt: null })).rejects.toMatchObject({ code: 'conflict' })
    })

    test('a repeated idempotency key answers the first task and adds nothing', async () => {
      const { seq: _, ...row } = await on.addTask('model')
      const once = (id: string) =>
        on.tasks.insert([{ row: { ...row, id, name: id }, schedules: [], keys: [] }], { scope: 'task:ann', key: 'k' })
      expect(await once('first')).toEqual({ earlier: null })
      expect(await once('second')).toEqual({ earlier: 'first' })
      expect(await on.tasks.byId('second', EVERYTHING)).toBeNull()
    })

    test('of two changes made from the same version, the second is refused and changes nothing', async () => {
      const task = await on.addTask('backup', { schedules: [every(MINUTE)] })
      await on.change(task, { name: 'renamed' })
      const late = on.change(task, { name: 'other' }, { schedules: [], keys: [{ key: 'k', max: 1 }] })
      await expect(late).rejects.toMatchObject({ code: 'stale_version' })
      expect(await on.tasks.byId(task.id, EVERYTHING)).toMatchObject({ name: 'renamed', version: 2 })
      expect(await on.tasks.schedules(task.seq)).toHaveLength(1)
      expect(await on.held()).toEqual({})
    })

    test('of fifty changes that are asked for at once each has its own answer, and what is refused changes nothing', async () => {
      await on.addTask('taken')
      const names = Array.from({ length: 50 }, (_, at) => `task ${at}`)
      const tasks = await Promise.all(names.map((name) => on.addTask(name, { schedules: [every(MINUTE)] })))
      const ways = ['done', 'name', 'version', 'unknown', 'key'] as const
      const answers = await Promise.allSettled(
        tasks.map((task, at) => {
          const change = { group: 'changed' }
          switch (ways[at % ways.length]) {
            case 'name':
              return on.change(task, { ...change, name: 'taken' }, { schedules: [] })
            case 'version':
              return on.change({ ...task, version: 7 }, change, { schedules: [] })
            case 'unknown':
              return on.change({ ...task, seq: task.seq + 1_000 }, change)
            case 'key':
              return on.change(task, change, { keys: [{ key: `key ${at}`, max: at }], schedules: [every(2 * MINUTE)] })
            default:
              return on.change(task, change, { schedules: [every(MINUTE), every(MINUTE, 1)] })
          }
        }),
      )
      const expected = { done: 'fulfilled', key: 'fulfilled', name: 'conflict', version: 'stale_version' } as const
      expect(answers.map((it) => (it.status === 'fulfilled' ? it.status : it.reason.code))).toEqual(
        tasks.map((_, at) => ({ ...expected, unknown: 'stale_version' })[ways[at % ways.length]!]),
      )
      for (const [at, task] of tasks.entries()) {
        const isChanged = answers[at]!.status === 'fulfilled'
        const now = (await on.tasks.byId(task.id, EVERYTHING))!
        const version = isChanged ? 2 : 1
        expect(now).toEqual({ ...task, version, ...(isChanged && { group: 'changed' }) })
        expect(await on.tasks.schedules(task.seq)).toHaveLength(at % ways.length === 0 ? 2 : 1)
        const nextDueAt = NOW + (ways[at % ways.length] === 'key' ? 2 : 1) * MINUTE
        expect((await on.tasks.schedules(task.seq))[0]).toMatchObject({ nextDueAt })
      }
      const revisions = await on.select('SELECT task_seq AS "seq" FROM task_revisions ORDER BY task_seq')
      const changed = tasks.filter((_, at) => answers[at]!.status === 'fulfilled').map(({ seq }) => seq)
      expect(revisions.map(({ seq }) => Number(seq))).toEqual(changed)
      expect(Object.keys(await on.held())).toHaveLength(10)
    })

    test('of changes of one task and of tasks made at once, only the first of each name or version is done', async () => {
      const task = await on.addTask('backup')
      const { seq: _, ...row } = task
      const twins = ['first', 'second', 'third'].map((id) =>
        on.tasks.insert([{ row: { ...row, id, name: 'twin' }, schedules: [every(MINUTE)], keys: [] }]),
      )
      const changes = ['a', 'b', 'c'].map((group) => on.change(task, { group }))
      const answers = await Promise.allSettled([...twins, ...changes])
      expect(answers.map((it) => (it.status === 'fulfilled' ? 'done' : it.reason.code))).toEqual([
        ...['done', 'conflict', 'conflict'],
        ...['done', 'stale_version', 'stale_version'],
      ])
      expect(await on.tasks.byId(task.id, EVERYTHING)).toMatchObject({ group: 'a', version: 2 })
      expect(await on.tasks.byId('first', EVERYTHING)).toMatchObject({ name: 'twin' })
      expect(await on.select('SELECT id FROM schedules')).toHaveLength(1)
    })

    test('of two that take one name at once the first has it, and one may take what another gives up', async () => {
      const [a, b] = [await on.addTask('a'), await on.addTask('b')]
      const answers = await Promise.allSettled([on.change(a, { name: 'new' }), on.change(b, { name: 'new' })])
      expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
      const renamed = (await on.tasks.byId(a.id, EVERYTHING))!
      await Promise.all([on.change(renamed, { name: 'newer' }), on.addTask('c')])
      await on.change(b, { name: 'new' })
      expect(await on.tasks.byId(b.id, EVERYTHING)).toMatchObject({ name: 'new' })
    })

    test('the definition of any version can be had, also of one that a pause has passed over', async () => {
      const task = await on.addTask('backup', { row: { definition: '{"v":1}' } })
      const at = (version: number) => on.tasks.definitionAt(task.seq, version)
      await on.change(task, { pausedAt: NOW }, { keepRevision: false })
      expect(await at(1)).toBe('{"v":1}')
      const paused = (await on.tasks.byId(task.id, EVERYTHING))!
      await on.change(paused, { definition: '{"v":3}' })
      expect([await at(1), await at(2), await at(3)]).toEqual(['{"v":1}', '{"v":1}', '{"v":3}'])
      expect(await on.tasks.definitionAt(task.seq + 1, 1)).toBeNull()
    })

    test('only enabled tasks that nobody paused or deleted run at the start', async () => {
      const atStart = { runAtStart: true }
      await on.addTask('plain')
      await on.addTask('disabled', { row: { ...atStart, enabled: false } })
      const paused = await on.addTask('paused', { row: atStart })
      await on.change(paused, { pausedAt: NOW })
      const deleted = await on.addTask('deleted', { row: atStart })
      await on.change(deleted, { deletedAt: NOW })
      await on.addTask('wanted', { row: atStart })
      expect((await on.tasks.atStart()).map((t) => t.name)).toEqual(['wanted'])
    })
  })

  describe(`${adapter.name}: schedules of a task`, () => {
    const on = stage(adapter)

    test('equal rules are stored once', async () => {
      const a = await on.addTask('a', { schedules: [every(MINUTE), every(2 * MINUTE, 1)] })
      const b = await on.addTask('b', { schedules: [every(MINUTE)] })
      const [first, second] = await on.tasks.schedules(a.seq)
      const [same] = await on.tasks.schedules(b.seq)
      expect(same!.ruleId).toBe(first!.ruleId)
      expect(second!.ruleId).not.toBe(first!.ruleId)
      expect(await on.tasks.ruleBodies([first!.ruleId, 999])).toEqual(new Map([[first!.ruleId, every(MINUTE).body]]))
    })

    test('the first occurrence comes after the creation', async () => {
      const task = await on.addTask('a', { schedules: [every(MINUTE)] })
      expect(await on.tasks.schedules(task.seq)).toMatchObject([
        { ordinal: 0, nextDueAt: NOW + MINUTE, lastDueAt: null, planned: 0 },
      ])
    })

    test('a changed schedule keeps its id; surplus ones go, new ones come', async () => {
      const task = await on.addTask('a', { schedules: [every(MINUTE), every(2 * MINUTE, 1)] })
      const [kept] = await on.tasks.schedules(task.seq)
      await on.change(task, {}, { schedules: [every(5 * MINUTE)] })
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ id: kept!.id, nextDueAt: NOW + 5 * MINUTE }])
      const changed = (await on.tasks.byId(task.id, EVERYTHING))!
      await on.change(changed, {}, { schedules: [every(MINUTE), every(MINUTE, 1)] })
      expect((await on.tasks.schedules(task.seq)).map((s) => s.ordinal)).toEqual([0, 1])
    })
  })

  describe(`${adapter.name}: changes of a task with planned executions`, () => {
    const on = stage(adapter)

    /** A task with one occurrence planned a minute ago (still waiting) and one planned in a minute. */
    async function planned() {
      const task = await on.addTask('a', { schedules: [every(MINUTE)], row: { createdAt: NOW - 2 * MINUTE } })
      const [due] = await on.executions.dueSchedules(NOW, 1)
      const owner = { taskSeq: task.seq, taskVersion: 1, scheduleId: due!.scheduleId, trigger: 'schedule' } as const
      const row = (id: string, dueAt: number) => execution(id, { ...owner, dueAt, runAt: dueAt, keys: '["door"]' })
      await on.enqueue([], { door: 2 })
      await on.executions.plan([
        {
          scheduleId: due!.scheduleId,
          taskVersion: 1,
          expectedDueAt: due!.nextDueAt,
          nextDueAt: NOW + 2 * MINUTE,
          lastDueAt: NOW + MINUTE,
          executions: [row('past', NOW - MINUTE), row('future', NOW + MINUTE)],
          answers: [],
        },
      ])
      return { task, scheduleId: due!.scheduleId }
    }

    test('what is still to come is as if it had never been planned, and is planned anew', async () => {
      const { task } = await planned()
      const { dropped } = await on.change(task, {}, { schedules: [every(MINUTE)] })
      expect(dropped).toEqual([])
      expect(idsOf(await on.live())).toEqual(['past'])
      expect(await on.history()).toEqual([])
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ nextDueAt: NOW + MINUTE }])
    })

    test('an occurrence that was dropped does not count towards the runs of its schedule', async () => {
      const { task } = await planned()
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ planned: 2 }])
      const seen: number[] = []
      const next = (after: number, count: number) => {
        seen.push(count)
        return after + 1
      }
      const limited = { ...every(MINUTE), next }
      await on.change(task, {}, { schedules: [limited] })
      expect(seen).toEqual([1])
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ planned: 1 }])
    })

    test('a claimed execution still to come is dropped too, and its holder is told', async () => {
      const { task } = await planned()
      await on.executions.activate(NOW + 3_600_000, 10)
      const { claimed } = await on.claim({ at: NOW + MINUTE })
      const future = claimed.find((row) => row.id === 'future')!
      const { dropped } = await on.change(task, {}, { schedules: [every(MINUTE)] })
      expect(dropped).toEqual([future.seq])
      expect(await on.held()).toEqual({ door: { max: 2, held: 1 } })
      expect((await on.end(future)).fenced).toEqual([future.seq])
    })

    test('what has started stays', async () => {
      const { task } = await planned()
      await on.executions.activate(NOW + 3_600_000, 10)
      const { claimed } = await on.claim({ at: NOW + MINUTE })
      await on.executions.markStarted(claimed.map(({ seq, claimSeq }) => ({ seq, claimSeq, startedAt: NOW })))
      expect((await on.change(task, {}, { drop: 'all' })).dropped).toEqual([])
      expect(idsOf(await on.live())).toEqual(['past', 'future'])
    })

    test('an instant that is answered already is not planned a second time when the clock was set back', async () => {
      const { task } = await planned()
      await on.executions.activate(NOW + 3_600_000, 10)
      for (const row of (await on.claim({ at: NOW + MINUTE })).claimed) await on.end(row)
      await on.change(task, {}, { schedules: [every(MINUTE)], now: NOW - 30 * MINUTE })
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ nextDueAt: NOW + 2 * MINUTE }])
    })

    test('a paused schedule has no cursor, and its pause is answered when it goes on', async () => {
      const { task, scheduleId } = await planned()
      await on.change(task, { pausedAt: NOW }, { schedules: [{ ...every(MINUTE), next: () => null }] })
      expect((await on.executions.nextInstants()).dueAt).toBeNull()
      const paused = (await on.tasks.byId(task.id, EVERYTHING))!
      const owner = { taskSeq: task.seq, taskVersion: 3, scheduleId, tenantId: null }
      const range = { dueAt: NOW + 4 * MINUTE, coversFrom: NOW + MINUTE, coversCount: 4 }
      const last = { ...owner, trigger: 'schedule', dueAt: NOW + 5 * MINUTE, runAt: NOW + 5 * MINUTE } as const
      await on.change(
        paused,
        { pausedAt: null },
        {
          schedules: [every(MINUTE)],
          now: NOW + 5 * MINUTE,
          answers: [{ id: 'answer', ...owner, reason: 'paused', ...range, at: NOW + 5 * MINUTE }],
          executions: [execution('made up', last)],
        },
      )
      expect(await on.history()).toMatchObject([{ id: 'answer', status: 'skipped', reason: 'paused', ...range }])
      expect(idsOf(await on.live())).toEqual(['past', 'made up'])
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ nextDueAt: NOW + 6 * MINUTE }])
    })

    test('deleting a task answers what was due and drops what was still to come', async () => {
      const { task } = await planned()
      await on.enqueue([execution('by hand', { taskSeq: task.seq, trigger: 'manual' })])
      await on.change(task, { deletedAt: NOW }, { drop: 'all', schedules: [] })
      expect(await on.live()).toEqual([])
      expect(await on.history()).toMatchObject([
        { id: 'past', status: 'cancelled', reason: 'the task was deleted' },
        { id: 'by hand', status: 'cancelled' },
      ])
      expect(await on.tasks.schedules(task.seq)).toEqual([])
    })

    test('a rename that takes another task’s name leaves the planned executions alone', async () => {
      const { task } = await planned()
      await on.addTask('taken')
      await expect(on.change(task, { name: 'taken' }, { schedules: [] })).rejects.toMatchObject({ code: 'conflict' })
      expect(idsOf(await on.live())).toEqual(['past', 'future'])
      expect(await on.tasks.schedules(task.seq)).toHaveLength(1)
    })

    test('a purged task leaves nothing behind, gives its slots back and names its history', async () => {
      const { task } = await planned()
      await on.enqueue([execution('waits', { keys: '["door"]', rank: NOW + 1 })], { door: 1 })
      const [past] = (await on.claim()).claimed
      expect(past!.id).toBe('past')
      await on.enqueue([execution('done', { taskSeq: task.seq, rank: 0 })])
      const [done] = (await on.claim()).claimed
      await on.end(done!)

      expect(await on.tasks.purge(task.seq, NOW)).toMatchObject({ ids: ['done'] })
      expect(await on.tasks.byId(task.id, EVERYTHING)).toBeNull()
      expect(idsOf(await on.live())).toEqual(['waits'])
      expect((await on.executions.nextInstants()).dueAt).toBeNull()
      expect(await on.held()).toEqual({ door: { max: 1, held: 0 } })
      expect(idsOf((await on.claim()).claimed)).toEqual(['waits'])
    })

    test('the live executions of a task are known by their public ids', async () => {
      const { task } = await planned()
      expect(await on.tasks.liveExecutions(task.seq)).toEqual(['past', 'future'])
    })
  })
}

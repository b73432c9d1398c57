import type { PlannedSchedule } from '@rota/engine'
import { describe, expect, test } from 'vitest'
import { every, execution, idsOf, NOW, type StoreAdapter, stage } from './stage.ts'

const MINUTE = 60_000

/** How occurrences become rows. */
export function planRules(adapter: StoreAdapter): void {
  describe(`${adapter.name}: plans`, () => {
    const on = stage(adapter)

    async function scheduled(name: string, everyMs = MINUTE) {
      const task = await on.addTask(name, { schedules: [every(everyMs)] })
      const due = (await on.executions.dueSchedules(NOW + 3_600_000, 100)).find((d) => d.taskSeq === task.seq)!
      const row = (dueAt: number) => {
        const owner = { taskSeq: task.seq, taskVersion: due.taskVersion, scheduleId: due.scheduleId }
        return execution(`${name} at ${dueAt - NOW}`, { ...owner, trigger: 'schedule', dueAt, runAt: dueAt })
      }
      const plan: PlannedSchedule = {
        scheduleId: due.scheduleId,
        taskVersion: due.taskVersion,
        expectedDueAt: due.nextDueAt,
        nextDueAt: due.nextDueAt + everyMs,
        lastDueAt: due.nextDueAt,
        executions: [row(due.nextDueAt)],
        answers: [],
      }
      return { task, due, row, plan }
    }

    test('schedules come up earliest first, and only those before the horizon', async () => {
      const slow = await scheduled('slow', 3 * MINUTE)
      const fast = await scheduled('fast', MINUTE)
      const before = (until: number, limit = 10) =>
        on.executions.dueSchedules(until, limit).then((rows) => rows.map((r) => r.scheduleId))
      expect(await before(NOW + MINUTE)).toEqual([])
      expect(await before(NOW + MINUTE + 1)).toEqual([fast.due.scheduleId])
      expect(await before(NOW + 4 * MINUTE)).toEqual([fast.due.scheduleId, slow.due.scheduleId])
      expect(await before(NOW + 4 * MINUTE, 1)).toEqual([fast.due.scheduleId])
      expect((await on.executions.nextInstants()).dueAt).toBe(NOW + MINUTE)
    })

    test('a plan writes its executions and moves the cursor', async () => {
      const { plan, task } = await scheduled('a')
      expect(await on.executions.plan([plan])).toMatchObject({ outrun: [] })
      expect(idsOf(await on.live())).toEqual([`a at ${MINUTE}`])
      expect(await on.tasks.schedules(task.seq)).toMatchObject([
        { nextDueAt: NOW + 2 * MINUTE, lastDueAt: NOW + MINUTE, planned: 1 },
      ])
    })

    test('a plan can end a schedule', async () => {
      const { plan } = await scheduled('a')
      await on.executions.plan([{ ...plan, nextDueAt: null }])
      expect(await on.executions.dueSchedules(NOW + 86_400_000, 10)).toEqual([])
      expect((await on.executions.nextInstants()).dueAt).toBeNull()
    })

    test('of two planners that planned from the same cursor, the second writes nothing and learns so', async () => {
      const { plan, due } = await scheduled('a')
      const other = { ...plan, executions: [{ ...plan.executions[0]!, id: 'of the other' }] }
      const outcomes = await Promise.all([on.executions.plan([plan]), on.executions.plan([other])])
      const outrun = outcomes.map((outcome) => outcome.outrun)
      expect(outrun.toSorted((a, b) => a.length - b.length)).toEqual([[], [due.scheduleId]])
      expect(await on.live()).toHaveLength(1)
    })

    test('a schedule that was outrun does not hinder the others of its batch', async () => {
      const a = await scheduled('a')
      const b = await scheduled('b')
      await on.executions.plan([a.plan])
      expect(await on.executions.plan([a.plan, b.plan])).toMatchObject({ outrun: [a.due.scheduleId] })
      expect(idsOf(await on.live()).sort()).toEqual([`a at ${MINUTE}`, `b at ${MINUTE}`])
    })

    test('a due instant has one live row: a plan that would make a second is refused as a whole', async () => {
      const { plan, row, task } = await scheduled('a')
      await on.executions.plan([plan])
      const again: PlannedSchedule = {
        ...plan,
        expectedDueAt: NOW + 2 * MINUTE,
        nextDueAt: NOW + 3 * MINUTE,
        executions: [row(NOW + 2 * MINUTE), { ...row(NOW + MINUTE), id: 'double' }],
      }
      await expect(on.executions.plan([again])).rejects.toThrow()
      expect(await on.live()).toHaveLength(1)
      expect(await on.tasks.schedules(task.seq)).toMatchObject([{ nextDueAt: NOW + 2 * MINUTE }])
    })

    test('a plan made before the task was changed is not written after it', async () => {
      const { plan, task, due } = await scheduled('a')
      await on.change(task, { definition: '{"type":"handler","priority":1}' }, { schedules: [every(MINUTE)] })
      expect(await on.executions.plan([plan])).toMatchObject({ outrun: [due.scheduleId] })
      expect(await on.live()).toEqual([])
    })

    test('answers stand in the ledger with the range they cover', async () => {
      const { plan, due, task } = await scheduled('a')
      const range = { dueAt: NOW + 5 * MINUTE, coversFrom: NOW + MINUTE, coversCount: 5 }
      const owner = { taskSeq: task.seq, taskVersion: 1, scheduleId: due.scheduleId, tenantId: null }
      const answer = { id: 'answer', ...owner, reason: 'missed', ...range, at: NOW } as const
      await on.executions.plan([{ ...plan, executions: [], answers: [answer] }])
      expect(await on.history()).toMatchObject([{ id: 'answer', status: 'skipped', reason: 'missed', ...range }])
    })
  })
}

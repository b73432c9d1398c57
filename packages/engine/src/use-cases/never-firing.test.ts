import type { FieldError, ScheduleInput, TaskInput } from '@rota/core'
import { ANN, EngineRig } from '@rota/testkit/engine-rig'
import { describe, expect, test } from 'vitest'

const MINUTE = 60_000
const iso = (at: number) => new Date(at).toISOString()

async function started(): Promise<EngineRig> {
  const rig = new EngineRig()
  await rig.start()
  return rig
}

describe('a schedule that can never fire is refused with the reason', () => {
  const past = { type: 'once', at: '2001-01-01T00:00:00Z' } as const
  const cases: [string, Partial<TaskInput>, Partial<FieldError>][] = [
    ['once in the past', { schedule: past }, { path: 'schedule' }],
    ['after other tasks', { schedule: { type: 'dependency' } }, { path: 'schedule.type', suggestion: 'none' }],
    ['a date that never comes', { schedule: '0 0 30 2 *' }, { path: 'schedule', suggestion: '0 0 L 2 *' }],
    ['a hashed day that never comes', { schedule: 'H H H(30-31) 2 *' }, { path: 'schedule' }],
    ['a window that has ended', { schedule: '0 2 * * *', end_at: '2001-01-01T00:00:00Z' }, { path: 'schedule' }],
    [
      'a window without an occurrence',
      { schedule: '0 0 1 1 *', start_at: '2090-02-01T00:00:00Z', end_at: '2090-03-01T00:00:00Z' },
      { path: 'schedule' },
    ],
    ['years of the past', { schedule: { type: 'cron', expression: '0 0 0 1 1 ? 1999', dialect: 'quartz' } }, {}],
    [
      'times that all fall into gaps that are skipped',
      {
        schedule: '30 2 * * *',
        timezone: 'Europe/Berlin',
        dst: { gap: 'skip' },
        start_at: '2090-03-26T00:30:00Z',
        end_at: '2090-03-26T02:00:00Z',
      },
      {},
    ],
    ['one of several', { schedule: '0 2 * * *', schedules: [{ schedule: past }] }, { path: 'schedules[1].schedule' }],
    ['also while disabled', { schedule: past, enabled: false }, { path: 'schedule' }],
    ['a window that ends before it starts', { start_at: '2090-02-01T00:00:00Z', end_at: '2090-01-01T00:00:00Z' }, {}],
    ['no runs at all', { max_runs: 0 }, { path: 'max_runs' }],
  ]

  test.each(cases)('%s', async (_, fields, expected) => {
    const rig = await started()
    const refused = await rig.addTask(fields).then(
      () => null,
      (error) => error,
    )
    expect(refused).toMatchObject({ code: 'invalid', errors: [expect.objectContaining(expected)] })
    const validated = await rig.engine.tasks.validate(ANN, { name: 'x', type: 'scripted', ...fields } as TaskInput)
    expect(validated).toEqual(refused.errors)
  })

  test('in a preview too, but a past range can be looked at', async () => {
    const rig = await started()
    expect(() => rig.engine.schedules.preview({ schedule: past })).toThrow('2001-01-01 00:00 (UTC) has passed')
    expect(rig.engine.schedules.preview({ schedule: past, from: '2000-01-01T00:00:00Z' }).next).toHaveLength(1)
    expect(() => rig.engine.schedules.preview({ schedule: { type: 'dependency' } })).toThrow('do not exist yet')
  })

  test('a finished task can be edited as long as its schedule stays, but not enabled anew', async () => {
    const rig = await started()
    const at = iso(rig.clock.now() + MINUTE)
    const { id } = await rig.addTask({ schedule: { type: 'once', at } })
    await rig.advance(2 * MINUTE)
    for (const run of rig.runs) run.end()
    await rig.advance(MINUTE)
    const edited = await rig.engine.tasks.update(ANN, id, { description: 'done', schedule: { type: 'once', at } }, null)
    expect(edited.status).toBe('finished')
    await expect(rig.engine.tasks.update(ANN, id, { timezone: 'Asia/Tokyo' }, null)).rejects.toMatchObject({
      code: 'invalid',
    })
    await rig.engine.tasks.disable(ANN, id)
    await expect(rig.engine.tasks.enable(ANN, id)).rejects.toMatchObject({ code: 'invalid' })
    const again = { enabled: true, schedule: '0 2 * * *' }
    expect((await rig.engine.tasks.update(ANN, id, again, null)).status).toBe('active')
  })
})

describe('what a store holds from before', () => {
  test('an abbreviation for a zone opens, and stays until the zone is changed', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ schedule: '0 2 * * *', timezone: 'Asia/Dhaka' })
    for (const [table, column] of [
      ['tasks', 'definition'],
      ['schedule_rules', 'body'],
    ])
      rig.disk.run(`UPDATE ${table} SET ${column} = replace(${column}, 'Asia/Dhaka', 'BST')`)
    await rig.restart()
    expect((await rig.engine.tasks.get(ANN, id)).timezone).toBe('BST')
    await rig.engine.tasks.update(ANN, id, { description: 'kept' }, null)
    await expect(rig.engine.tasks.update(ANN, id, { timezone: 'IST' }, null)).rejects.toMatchObject({
      errors: [expect.objectContaining({ path: 'timezone', suggestion: 'Asia/Kolkata' })],
    })
  })
})

describe('values drawn from a key', () => {
  const schedule: ScheduleInput = 'H H * * *'

  test('a preview by name and the saved task agree, also after it was renamed', async () => {
    const rig = await started()
    const { next, notes } = rig.engine.schedules.preview({ schedule, name: 'nightly', count: 1 })
    expect(notes).toEqual([])
    const task = await rig.addTask({ name: 'nightly', schedule })
    expect(task.next_run).toBe(next[0])
    expect(task.hash_key).toBe('nightly')
    const renamed = await rig.engine.tasks.update(ANN, task.id, { name: 'other' }, null)
    expect(renamed.next_run).toBe(next[0])
    const byKey = rig.engine.schedules.preview({ schedule, name: 'other', key: renamed.hash_key!, count: 1 })
    expect(byKey.next).toEqual(next)
  })

  test('a copy draws from its own name', async () => {
    const rig = await started()
    const { id } = await rig.addTask({ name: 'nightly', schedule })
    const copy = await rig.engine.tasks.clone(ANN, id, { name: 'copy' })
    expect(copy.hash_key).toBe('copy')
    expect(copy.next_run).toBe(rig.engine.schedules.preview({ schedule, name: 'copy', count: 1 }).next[0])
  })

  test('a preview without a name says that the saved task will run at other times', async () => {
    const rig = await started()
    const { notes } = rig.engine.schedules.preview({ schedule })
    expect(notes[0]).toMatchObject({ at: null, en: expect.stringContaining('not given') })
  })
})

import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND

async function started() {
  const rig = new EngineRig()
  await rig.start()
  return rig
}

test('a run by hand during a run is refused with the reason where the task skips, and nothing is left of it', async () => {
  const rig = await started()
  const { id } = await rig.addTask({ schedule: { type: 'none' } })
  const first = await rig.ask((engine) => engine.tasks.run(ANN, id))
  expect(first).toMatchObject({ status: 'pending', phase: 'ready', waits_for: null, replaces: [] })
  const second = rig.engine.tasks.run(ANN, id).catch((error: Error) => error)
  await rig.advance(SECOND)
  expect(await second).toMatchObject({ code: 'conflict', message: expect.stringContaining(first.id) })
  const [bulk] = await rig.ask((engine) => engine.tasks.bulk(ANN, 'run', [id]))
  expect(bulk).toMatchObject({ ok: false, error: expect.stringContaining('overlap policy is "skip"') })
  expect(rig.runs).toHaveLength(1)
  expect(rig.history()).toEqual([])
})

test('a run by hand during a run is queued, or replaces, and says so', async () => {
  const rig = await started()
  const queue = await rig.addTask({ name: 'q', schedule: { type: 'none' }, concurrency: { overlap: 'queue' } })
  const replace = await rig.addTask({ name: 'r', schedule: { type: 'none' }, concurrency: { overlap: 'replace' } })
  const running = await rig.ask((engine) => engine.tasks.run(ANN, queue.id))
  const replaced = await rig.ask((engine) => engine.tasks.run(ANN, replace.id))
  await rig.advance(SECOND)
  expect(await rig.ask((engine) => engine.tasks.run(ANN, queue.id))).toMatchObject({
    phase: 'queued',
    reason: 'task_limit',
    waits_for: { limit: 'task_limit', max: 1, holders: [running.id], ahead: 0 },
  })
  expect(await rig.ask((engine) => engine.tasks.run(ANN, replace.id))).toMatchObject({ replaces: [replaced.id] })
})

test('a task between two attempts has run: its last attempt, its count and its statistics show it', async () => {
  const rig = await started()
  const { id } = await rig.addTask({
    schedule: { type: 'none' },
    retry: { max_attempts: 3, delay_seconds: 600, on: ['exit_code'] },
  })
  const { id: executionId } = await rig.ask((engine) => engine.tasks.run(ANN, id))
  await rig.advance(SECOND)
  const read = () => rig.ask((engine) => engine.tasks.get(ANN, id))
  const stats = () => rig.ask((engine) => engine.stats.task(ANN, id, {}))
  expect(await read()).toMatchObject({ last_status: 'running', run_count: 1, last_execution_id: executionId })
  expect(await stats()).toMatchObject({ total_executions: 1, running: 1, retrying: 0 })
  rig.runs[0]!.end({ status: 'failed', failure: 'exit_code', exitCode: 1 })
  await rig.advance(SECOND)
  const at = new Date(RIG_START).toISOString()
  expect(await read()).toMatchObject({
    last_status: 'failed',
    last_run: at,
    run_count: 1,
    last_execution_id: executionId,
  })
  expect(await stats()).toMatchObject({ total_executions: 1, running: 0, retrying: 1 })
  const execution = await rig.ask((engine) => engine.executions.get(ANN, executionId))
  expect(execution).toMatchObject({ status: 'pending', phase: 'retrying', attempt: 2, attempts: [{ attempt: 1 }] })
  await rig.advance(10 * MINUTE)
  rig.runs[1]!.end()
  await rig.advance(SECOND)
  expect(await read()).toMatchObject({ last_status: 'success', run_count: 1 })
  expect(await stats()).toMatchObject({ total_executions: 1, success: 1, running: 0, retrying: 0 })
})

test('lateness counts from the jittered instant, and both are shown', async () => {
  const rig = await started()
  const { id } = await rig.addTask({ jitter_seconds: 50 })
  const before = await rig.ask((engine) => engine.tasks.get(ANN, id))
  expect(before.next_due).toBe(new Date(RIG_START + MINUTE).toISOString())
  expect(Date.parse(before.next_run!)).toBeGreaterThan(Date.parse(before.next_due!))
  await rig.advance(Date.parse(before.next_run!) - RIG_START - 1)
  expect((await rig.ask((engine) => engine.tasks.get(ANN, id))).next_run).toBe(before.next_run)
  await rig.advance(SECOND)
  rig.runs[0]!.end()
  await rig.advance(SECOND)
  const { entries } = await rig.ask((engine) => engine.ledger(ANN, { task_id: id, answer: 'ran' }))
  expect(entries).toMatchObject([{ due_at: before.next_due, jittered_at: before.next_run, lateness_ms: 0 }])
  const execution = await rig.ask((engine) => engine.executions.get(ANN, entries[0]!.execution_id!))
  expect(execution).toMatchObject({ scheduled_at: before.next_due, jittered_at: before.next_run, lateness_ms: 0 })
  expect(await rig.ask((engine) => engine.stats.task(ANN, id, {}))).toMatchObject({ p99_lateness_ms: 0 })
})

test('forecast and preview show when occurrences start with jitter, as the task does', async () => {
  const rig = await started()
  const { id, next_run, next_due } = await rig.addTask({ jitter_seconds: 50 })
  const [first] = await rig.ask((engine) => engine.schedules.upcoming(ANN, { task_id: id }))
  expect(first).toMatchObject({ due_at: next_due, jittered_at: next_run })
  const input = { schedule: '* * * * *', timezone: 'UTC', count: 2 }
  const { next } = rig.engine.schedules.preview(input)
  const jittered = await rig.ask((engine) => engine.schedules.jittered(ANN, input, next, id))
  expect([next[1], jittered?.[1]]).toEqual([next_due, next_run])
  const draft = { ...input, jitter_seconds: 50 }
  expect(await rig.ask((engine) => engine.schedules.jittered(ANN, draft, next))).toBeNull()
})

test('a forecast of a few shows a tenant its own, however much of others comes first', async () => {
  const rig = await started()
  for (const name of ['first', 'second', 'third']) await rig.addTask({ name })
  const caller = { ...ANN, scope: { kind: 'tenant', tenantId: 'acme' } } as const
  const own = { name: 'own', type: 'scripted', schedule: '*/10 * * * *' }
  const { id } = await rig.ask((engine) => engine.tasks.create(caller, own))
  const upcoming = await rig.ask((engine) => engine.schedules.upcoming(caller, { limit: 1 }))
  expect(upcoming).toMatchObject([{ task_id: id }])
})

test('jitter of a draft by name or key is that of the task that is saved so, also after it was renamed', async () => {
  const rig = await started()
  const draft = { schedule: '* * * * *', timezone: 'UTC', count: 2, jitter_seconds: 50, name: 'spread' }
  const { next } = rig.engine.schedules.preview(draft)
  const jittered = await rig.engine.schedules.jittered(ANN, draft, next)
  expect(jittered).not.toEqual(next)
  const task = await rig.addTask({ name: 'spread', jitter_seconds: 50 })
  expect(task.hash_key).toBe('spread')
  const at = next.indexOf(task.next_due!)
  expect(task.next_run).toBe(jittered![at])
  const renamed = await rig.engine.tasks.update(ANN, task.id, { name: 'other' }, null)
  expect(renamed.next_run).toBe(task.next_run)
  const byKey = { ...draft, name: 'other', key: renamed.hash_key! }
  expect(await rig.engine.schedules.jittered(ANN, byKey, next)).toEqual(jittered)
  expect(await rig.engine.schedules.jittered(ANN, { ...draft, name: 'other' }, next)).not.toEqual(jittered)
})

test('a task that gets jitter starts as its preview showed', async () => {
  const rig = await started()
  const task = await rig.addTask({ name: 'plain' })
  const draft = { schedule: '* * * * *', timezone: 'UTC', count: 2, jitter_seconds: 50 }
  const { next } = rig.engine.schedules.preview(draft)
  const jittered = await rig.engine.schedules.jittered(ANN, draft, next, task.id)
  const changed = await rig.engine.tasks.update(ANN, task.id, { jitter_seconds: 50 }, null)
  expect(changed.next_run).toBe(jittered![next.indexOf(changed.next_due!)])
})

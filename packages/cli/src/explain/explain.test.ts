import { expect, test } from 'vitest'
import { FakeApi } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-/
const BERLIN = { name: 'nightly backup', timezone: 'Europe/Berlin' }
const DUE = { scheduled_at: '2026-06-01T10:00:00.000Z', jittered_at: '2026-06-01T10:00:00.000Z' }

/** What is said of an execution in both languages; no id of full length ever stands in it. */
async function told(api: FakeApi, id: string): Promise<{ en: string; zh: string }> {
  const en = await run(['execution', 'explain', id], api)
  const zh = await run(['execution', 'explain', id, '--lang', 'zh'], api)
  for (const { out, err } of [en, zh]) {
    expect(err).toBe('')
    expect(out).not.toMatch(UUID)
    expect(out).not.toMatch(/[{}[\]]|T\d\d:/)
  }
  expect(zh.out.split('\n')[1]).toMatch(/^[^a-z]*[\u4e00-\u9fff]/)
  return { en: en.out, zh: zh.out }
}

function ofTask(fields: Parameters<FakeApi['addExecution']>[0], more: object = {}) {
  const api = new FakeApi()
  const task = api.addTask({ ...BERLIN, ...more })
  const { id } = api.addExecution({ ...DUE, task_id: task.id, task_name: task.name, ...fields })
  return { api, id, short: id.slice(-8) }
}

test('a failure is told with its attempts, in the zone of its task, with the commands that help', async () => {
  const attempt = { status: 'failed', failure: 'exit_code', exit_code: 3, finished_at: '2026-06-01T10:00:01.000Z' }
  const { api, id, short } = ofTask({
    status: 'failed',
    failure: 'exit_code',
    exit_code: 3,
    attempt: 2,
    max_attempts: 2,
    attempts: [{ ...attempt, attempt: 1 }] as never,
    lateness_ms: 5_000,
  })
  const { en, zh } = await told(api, id)
  expect(en).toBe(
    `nightly backup  ✖ failed  ${short}
It failed after 2 attempts: the program ended with exit code 3. \
Attempt 1 failed at 2026-06-01 12:00:01 Europe/Berlin: exit code 3. \
It was due at 2026-06-01 12:00:00 Europe/Berlin (2 h ago) and started 5 s late.

  rota logs ${short}             shows what it printed
  rota execution rerun ${short}  runs it again
`,
  )
  expect(zh).toContain('执行失败（共尝试 2 次）：程序以退出码 3 结束。第 1 次尝试于')
  expect(zh).toContain('延迟 5 秒开始。')
})

test('what ran out of time is given more by a command', async () => {
  const { api, id } = ofTask({
    status: 'failed',
    failure: 'timeout',
    error: 'Timed out after 2 s.',
    timeout_seconds: 2,
  })
  const { en } = await told(api, id)
  expect(en).toContain('It failed: Timed out after 2 s.')
  expect(en).toContain("rota task edit 'nightly backup' --timeout 4s  gives it twice the time")
})

test('what waits for a limit is told by name, with who holds it and how to end that', async () => {
  const { api, id } = ofTask({ status: 'pending', started_at: null })
  const holder = api.addExecution({ task_name: 'report', status: 'running' })
  const limit = { name: 'key:printer', max: 1, held: 1, holders: [holder.id] }
  api.facts.set(id, { state: 'blocked', ahead: 2, limit })
  const { en, zh } = await told(api, id)
  expect(en).toContain('It waits for the limit "printer" (1 at once).')
  expect(en).toContain(`Running now: report (${holder.id.slice(-8)}).`)
  expect(en).toContain('2 executions come before it.')
  expect(en).toContain(`rota execution cancel ${holder.id.slice(-8)}  ends what it waits for`)
  expect(zh).toContain('正在等待并发限制“printer”的名额（最多同时 1 个）。')
  api.facts.set(id, { state: 'blocked', ahead: 1, limit: { ...limit, name: 'task' } })
  const own = (await told(api, id)).en
  expect(own).toContain('It waits for the task’s own limit (1 at once).')
  expect(own).toContain('1 execution comes before it.')
  expect(own).toContain("rota task edit 'nightly backup' --set concurrency.max=2")
})

test.each([
  [{ reason: 'overlap' }, {}, 'an earlier execution of the task was still running', '--overlap queue'],
  [{ reason: 'replaced' }, {}, 'a newer execution took its place', '--overlap queue'],
  [{ reason: 'misfire' }, { misfire: { grace_seconds: 90 } }, 'its grace time of 1 min 30 s', '--misfire run_once'],
  [{ reason: 'missed' }, {}, 'while no server ran', '--set misfire.max=1000'],
  [{ reason: 'paused' }, { status: 'paused' }, 'while the task was paused. It still is.', 'rota task resume'],
  [{ reason: 'paused' }, {}, 'while the task was paused. It is so no longer.', 'rota task run'],
])('that it was skipped for %j is told with what mends it', async (fields, task, sentence, command) => {
  const covers = { count: 1_200, from: '2026-06-01T09:00:00.000Z', to: '2026-06-01T10:00:00.000Z' }
  const { api, id } = ofTask({ status: 'skipped', started_at: null, covers, ...fields }, task)
  const { en, zh } = await told(api, id)
  expect(en).toContain(sentence)
  expect(en).toContain('2026-06-01 12:00:00 Europe/Berlin')
  expect(en).toContain('It stands for 1,200 due instants, from 2026-06-01 11:00:00 Europe/Berlin')
  expect(en).toContain(command)
  expect(zh).toMatch(/应触发时间/)
})

test.each([
  [
    { status: 'running', finished_at: null, started_at: '2026-06-01T11:59:50.000Z' },
    /been running for 10 s, since .*\n\n {2}rota logs -f/,
  ],
  [{ status: 'success', duration: 2 }, /It succeeded and took 2 s\. It was due at .* and started in time\./],
  [{ status: 'success', requested_by: 'token:ci' }, /asked for by the token ci at 2026-06-01 12:00:00 Europe\/Berlin/],
  [{ status: 'cancelled', reason: 'cancelled by alice' }, /It was cancelled by alice\. It ended at /],
  [
    {
      status: 'pending',
      started_at: null,
      scheduled_at: '2026-06-01T13:00:00.000Z',
      jittered_at: '2026-06-01T13:05:00.000Z',
    },
    /due at .* 15:00:00 .*; jitter lets it start at .* 15:05:00 /,
  ],
  [{ status: 'pending', started_at: null }, /It is about to start\. It is the next in line\./],
] as const)('%j is told in sentences', async (fields, sentence) => {
  const { api, id } = ofTask(fields as never)
  expect((await told(api, id)).en).toMatch(sentence)
})

test.each([
  [{ status: 'disabled' }, /It is|is disabled.*\n\n {2}rota task enable 'nightly backup'/],
  [
    { status: 'paused', paused_at: '2026-06-01T10:00:00.000Z' },
    /paused since 2026-06-01 12:00:00 Europe\/Berlin.*\n\n {2}rota task resume/,
  ],
  [{ status: 'finished' }, /has finished/],
  [{ next_run: '2026-06-01T12:05:00.000Z' }, /runs next at 2026-06-01 14:05:00 Europe\/Berlin \(in 5 min\)/],
  [{}, /no schedule.*\n\n {2}rota task run/],
] as const)('a task that is %j says whether it runs, and when', async (fields, sentence) => {
  const api = new FakeApi()
  api.addTask({ ...BERLIN, ...(fields as object) })
  const { out } = await run(['task', 'explain', 'nightly'], api)
  expect(out).toMatch(sentence)
  expect(out).toContain('It has not run yet.')
})

test('a task tells of the latest execution that was due, not of the one planned ahead', async () => {
  const api = new FakeApi()
  const task = api.addTask(BERLIN)
  const later = '2026-06-01T13:00:00.000Z'
  api.addExecution({
    task_id: task.id,
    task_name: task.name,
    status: 'pending',
    scheduled_at: later,
    jittered_at: later,
  })
  const { id } = api.addExecution({
    ...DUE,
    task_id: task.id,
    task_name: task.name,
    status: 'skipped',
    reason: 'overlap',
  })
  for (const args of [
    ['task', 'explain', 'nightly'],
    ['execution', 'explain', 'nightly'],
  ]) {
    const { out } = await run(args, api)
    expect(out).toContain(`↷ skipped  ${id.slice(-8)}`)
    expect(out).not.toContain('not due yet')
  }
  const report = JSON.parse((await run(['task', 'explain', 'nightly', '--json'], api)).out)
  expect(report.latest_execution.id).toBe(id)
})

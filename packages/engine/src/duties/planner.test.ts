import { ANN, EngineRig, RIG_START } from '@rota/testkit/engine-rig'
import { expect, test } from 'vitest'

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const dues = (rows: Record<string, unknown>[]) => rows.map((row) => ((row.dueAt as number) - RIG_START) / MINUTE)

async function started(options: ConstructorParameters<typeof EngineRig>[0] = {}) {
  const rig = new EngineRig(options)
  await rig.start()
  return rig
}

/** Ends every attempt as soon as it has begun. */
function endAtOnce(rig: EngineRig) {
  rig.onStart = () => queueMicrotask(() => rig.runs.at(-1)?.end())
}

test('occurrences are written shortly before they fall due, not earlier', async () => {
  const rig = await started()
  await rig.addTask()
  await rig.advance(MINUTE - 3001)
  expect(rig.live()).toEqual([])
  await rig.advance(1000)
  expect(rig.live()).toMatchObject([{ runAt: RIG_START + MINUTE }])
})

test('a task that is created just before its occurrence does not miss it', async () => {
  const rig = await started()
  await rig.advance(MINUTE - 10)
  await rig.addTask()
  await rig.advance(10)
  expect(rig.runs.map((run) => run.startedAt - RIG_START)).toEqual([MINUTE])
})

test('what fell due while no server ran is made up by one execution that stands for all', async () => {
  const rig = await started()
  endAtOnce(rig)
  await rig.addTask()
  await rig.advance(MINUTE)
  rig.crash()
  await rig.advance(2 * HOUR - MINUTE / 2)
  await rig.restart()
  await rig.advance(SECOND)
  const rows = rig.disk.select('SELECT due_at, covers_from, covers_count FROM execution_history ORDER BY seq')
  expect(rows).toMatchObject([
    { due_at: RIG_START + MINUTE, covers_count: null },
    { covers_from: RIG_START + 2 * MINUTE, covers_count: 119, due_at: RIG_START + 2 * HOUR },
  ])
})

test('listeners hear of occurrences that are answered without an execution: which row, of which task', async () => {
  const rig = await started()
  const { id: taskId } = await rig.addTask({ misfire: { policy: 'skip', grace_seconds: 5 } })
  rig.crash()
  await rig.advance(10 * MINUTE)
  await rig.restart()
  await rig.advance(SECOND)
  const [row] = rig.disk.select("SELECT id FROM execution_history WHERE status = 'skipped'")
  const told = rig.events.filter((event) => event.type === 'execution_finished' && event.status === 'skipped')
  expect(told).toMatchObject([{ id: row!.id, taskId, trigger: 'schedule', failure: null, durationMs: null }])
})

test('a million occurrences overdue at the start keep nobody waiting', async () => {
  const rig = await started()
  for (let n = 0; n < 100; n++) {
    await rig.addTask({
      name: `secondly ${n}`,
      schedule: '* * * * * *',
      misfire: { policy: 'run_once', grace_seconds: 1 },
    })
  }
  const { id } = await rig.addTask({ name: 'hourly', schedule: '0 * * * *' })
  rig.crash()
  await rig.advance(3 * HOUR - 2 * SECOND)
  endAtOnce(rig)
  await rig.restart()
  await rig.advance(3 * SECOND)
  const [hourly] = rig.disk.select('SELECT seq FROM tasks WHERE id = ?', id)
  const answers = rig.disk.select(
    'SELECT due_at, covers_count FROM execution_history WHERE task_seq = ? ORDER BY seq',
    hourly!.seq as number,
  )
  expect(answers).toMatchObject([{ due_at: RIG_START + 2 * HOUR, covers_count: 2 }, { due_at: RIG_START + 3 * HOUR }])
  expect(rig.disk.select('SELECT count(*) AS n FROM execution_history')[0]!.n).toBeLessThan(1000)
})

test('a clock that is set back lets nothing fall due twice', async () => {
  const rig = await started()
  endAtOnce(rig)
  await rig.addTask()
  await rig.advance(3 * MINUTE + SECOND)
  rig.clock.jump(-2 * MINUTE)
  await rig.advance(4 * MINUTE)
  expect(dues(rig.history())).toEqual([1, 2, 3, 4, 5])
})

test('an edit after the clock was set back plans nothing that is answered already', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask()
  await rig.advance(3 * MINUTE + SECOND)
  rig.clock.jump(-2 * MINUTE)
  await rig.ask((engine) => engine.tasks.update(ANN, id, { priority: 1 }, null))
  await rig.advance(4 * MINUTE)
  expect(dues(rig.history())).toEqual([1, 2, 3, 4, 5])
})

test('an edit right after the clock was set forward loses nothing that has fallen due', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask({ misfire: { policy: 'skip', grace_seconds: 0 } })
  await rig.advance(MINUTE)
  rig.clock.jump(10 * MINUTE)
  await rig.ask((engine) => engine.tasks.update(ANN, id, { schedule: '0 0 * * *' }, null))
  const ranges = rig.disk.select(
    `SELECT covers_from, due_at, covers_count FROM execution_history WHERE reason = 'misfire'`,
  )
  expect(ranges).toMatchObject([
    { covers_from: RIG_START + 2 * MINUTE, due_at: RIG_START + 10 * MINUTE, covers_count: 9 },
  ])
})

test('a pause is answered as such, for exactly the occurrences that fell into it', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask()
  await rig.advance(MINUTE)
  await rig.ask((engine) => engine.tasks.pause(ANN, id))
  await rig.advance(5 * MINUTE)
  await rig.ask((engine) => engine.tasks.resume(ANN, id))
  await rig.advance(MINUTE)
  const rows = rig.disk.select('SELECT due_at, reason, covers_from, covers_count FROM execution_history ORDER BY seq')
  expect(rows).toMatchObject([
    { due_at: RIG_START + MINUTE, reason: null },
    { due_at: RIG_START + 6 * MINUTE, reason: 'paused', covers_from: RIG_START + 2 * MINUTE, covers_count: 5 },
    { due_at: RIG_START + 7 * MINUTE, reason: null },
  ])
})

test('what another instance had in hand when a pause began is answered once, and what lay before it too', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask({ schedule: '* * * * * *' })
  await rig.ask((engine) => engine.tasks.pause(ANN, id))
  const [held] = rig.disk.select('SELECT id AS scheduleId, task_seq AS taskSeq FROM schedules')
  rig.disk.run(
    `INSERT INTO execution_history (id, task_seq, task_version, schedule_id, trigger, status, due_at, created_at,
                                    finished_at, attempt, priority)
     VALUES ('held', ${held!.taskSeq}, 1, ${held!.scheduleId}, 'schedule', 'success', ${RIG_START + 2 * SECOND},
             ${RIG_START}, ${RIG_START + 2 * SECOND}, 1, 0)`,
  )
  rig.disk.run(`UPDATE schedules SET last_due_at = ${RIG_START + 2 * SECOND}`)
  await rig.advance(5 * SECOND)
  await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'last' }))
  await rig.advance(500)
  const answers = rig.disk.select(
    'SELECT coalesce(covers_from, due_at) AS first, due_at AS last, covers_count AS count FROM execution_history ORDER BY due_at',
  )
  const seconds = (at: unknown) => ((at as number) - RIG_START) / SECOND
  expect(answers.map(({ first, last, count }) => [seconds(first), seconds(last), count])).toEqual([
    [1, 1, 1],
    [2, 2, null],
    [3, 4, 2],
    [5, 5, null],
  ])
})

test('occurrences that a resume makes up count towards max_runs', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask({ max_runs: 2, misfire: { max: 10 } })
  await rig.advance(MINUTE)
  await rig.ask((engine) => engine.tasks.pause(ANN, id))
  await rig.advance(5 * MINUTE)
  await rig.ask((engine) => engine.tasks.resume(ANN, id, { backlog: 'all' }))
  await rig.advance(10 * MINUTE)
  expect(rig.history().filter((row) => row.status === 'success')).toHaveLength(2)
  expect(await rig.engine.tasks.get(ANN, id)).toMatchObject({ status: 'finished' })
})

test('edits shortly before an occurrence use up no runs', async () => {
  const rig = await started()
  endAtOnce(rig)
  const { id } = await rig.addTask({ max_runs: 2 })
  for (let edit = 1; edit <= 5; edit++) {
    await rig.advance(edit === 1 ? MINUTE - SECOND : 0)
    await rig.ask((engine) => engine.tasks.update(ANN, id, { priority: edit }, null))
    await rig.advance(100)
  }
  await rig.advance(10 * MINUTE)
  expect(dues(rig.history())).toEqual([1, 2])
})

test('a rule that cannot be read is taken out of the plan with a warning; the others go on', async () => {
  const rig = await started()
  const broken = await rig.addTask({ name: 'broken', schedule: '*/2 * * * *' })
  await rig.addTask({ name: 'sound' })
  const where = `WHERE id = (SELECT rule_id FROM schedules s JOIN tasks t ON t.seq = s.task_seq WHERE t.id = '${broken.id}')`
  rig.disk.run(`UPDATE schedule_rules SET body = '{"schedule":"nonsense"}' ${where}`)
  await rig.restart()
  await rig.advance(3 * MINUTE)
  expect(rig.runs.map((run) => run.request.taskName)).toEqual(['sound'])
  expect(rig.events).toContainEqual({ type: 'degraded', reason: expect.stringContaining('cannot be planned') })
})

test('a store that refuses plans delays them, and each occurrence is still answered once', async () => {
  const rig = await started()
  endAtOnce(rig)
  await rig.addTask({ misfire: { grace_seconds: 3600 } })
  rig.failing.add('plan')
  await rig.advance(3 * MINUTE)
  expect(rig.history()).toEqual([])
  rig.failing.clear()
  await rig.advance(MINUTE)
  expect(dues(rig.history()).toSorted()).toEqual([1, 2, 3, 4])
})

test('an interval never drifts, whatever the clock and the server do', async () => {
  // Far-sighted, so that a day passes in few steps.
  const rig = await started({ horizonMs: 120_000, prefetchMs: 60_000, longestSleepMs: 60_000, leaseMs: 900_000 })
  endAtOnce(rig)
  const schedule = { type: 'interval', every: 7, unit: 'minutes', anchor: '2026-01-05T12:00:00Z' } as const
  await rig.addTask({ schedule, misfire: { policy: 'run_all', max: 10_000 } })
  for (let step = 0; step < 24; step++) {
    await rig.advance(HOUR + 1234)
    if (step % 5 === 2) rig.clock.jump(-90 * SECOND)
    if (step % 7 === 3) await rig.restart()
  }
  await rig.advance(MINUTE)
  const offsets = dues(rig.history())
  expect(offsets).toEqual(Array.from({ length: offsets.length }, (_, k) => 7 * (k + 1)))
  expect(offsets.length).toBeGreaterThan((23 * DAY) / 24 / (7 * MINUTE))
})

import { EVERYTHING, systemClock } from '@rota/core'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Schema } from '../../ports/schema.ts'
import { createQueries } from '../queries/queries.ts'
import { makePartitions } from './partitions.ts'
import { createTaskStore } from './tasks.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'
import { createUpkeep } from './upkeep.ts'

const DAY = 86_400_000
const START = Date.UTC(2026, 0, 1)
const ALL_ROWS = Number.MAX_SAFE_INTEGER

withPostgres('PostgreSQL: history', (url) => {
  let schema: TestSchema
  let made = 0
  beforeAll(async () => {
    schema = await makeSchema(url)
  })
  beforeEach(() => schema.clear())
  afterAll(() => schema.drop())

  const upkeep = () => createUpkeep({ db: schema.db, readers: schema.db, pool: schema.pool, clock: systemClock })
  const queries = () =>
    createQueries(new Kysely<Schema>({ dialect: new PostgresDialect({ pool: schema.pool }) }), () => START)

  async function addTask(name: string, definition = '{"type":"shell","description":"Nightly 100 %"}') {
    const schedule = { ordinal: 0, body: '{}', next: () => START + DAY }
    const row = {
      ...{ id: `id of ${name}`, tenantId: null, name, group: 'ops/db', type: 'shell', tags: ['a'], enabled: true },
      ...{ version: 1, definition, pausedAt: null, pauseReason: null, runAtStart: false, createdAt: START },
      ...{ createdBy: null, updatedAt: START, updatedBy: null, deletedAt: null },
    }
    await createTaskStore(schema.db).insert([{ row, schedules: [schedule], keys: [] }])
    return (await createTaskStore(schema.db).byId(row.id, EVERYTHING))!
  }

  /** Ends executions, one a minute from an instant on. */
  async function ended(taskSeq: number | null, count: number, from = START, status = 'success'): Promise<number[]> {
    const { rows } = await schema.pool.query(
      `INSERT INTO execution_history (id, task_seq, schedule_id, trigger, status, due_at, created_at, started_at,
                                      finished_at, attempt, priority)
       SELECT 'e' || ($1 + n), $2, 1, 'schedule', $5, t, t, t + 10, t + 30, 1, 0
       FROM (SELECT n, $3::bigint + n * 60000 AS t FROM generate_series(0, $4::int - 1) n) x RETURNING seq`,
      [made, taskSeq, from, count, status],
    )
    made += count
    return (rows as { seq: number }[]).map((row) => row.seq)
  }

  describe('upkeep in PostgreSQL', () => {
    test('the history is rolled up once, whoever asks and however often', async () => {
      const { seq } = await addTask('a')
      await ended(seq, 90)
      await ended(null, 5, START, 'failed')
      const rolled = await Promise.all([upkeep(), upkeep(), upkeep()].map((it) => it.rollUp(ALL_ROWS, 40)))
      expect(rolled.reduce((a, b) => a + b)).toBe(95)
      expect(await upkeep().rollUp(ALL_ROWS, 40)).toBe(0)
      expect(await upkeep().tailLength()).toBe(0)
      await ended(seq, 1)
      const tally = await queries().taskTally('id of a', {}, EVERYTHING)
      expect(tally).toMatchObject({ success: 91, failed: 0, durationMs: 91 * 20 })
      expect(tally!.durations.count).toBe(91)
      expect(await queries().summary(EVERYTHING)).toMatchObject({ byStatus: { success: 91, failed: 5, pending: 0 } })
    })

    test('a roll-up does not pass a row that is not committed yet', async () => {
      const client = await schema.pool.connect()
      await client.query('BEGIN; SELECT pg_current_xact_id()')
      await client.query(
        `INSERT INTO execution_history (id, trigger, status, due_at, created_at, finished_at, attempt, priority)
         VALUES ('slow', 'api', 'success', 0, 0, 0, 1, 0)`,
      )
      await ended(null, 3)
      const one = upkeep()
      expect(await one.rollUp(ALL_ROWS, 100)).toBe(0)
      await client.query('COMMIT')
      client.release()
      let total = 0
      for (let i = 0; i < 3; i++) total += await one.rollUp(ALL_ROWS, 100)
      expect(total).toBe(4)
    })

    test('surplus history is found and forgotten, the last failure and what is not rolled up excepted', async () => {
      const { seq } = await addTask('a', '{"retention":{"count":3,"days":1.5}}')
      const [failed] = await ended(seq, 1, START, 'failed')
      const seqs = await ended(seq, 10, START + 60_000)
      const rules = { count: 3, keepLast: 2, before: 0 }
      expect(await upkeep().retentions(0, 10)).toEqual([{ seq, days: 1.5, count: 3 }])
      expect(await upkeep().surplus([seq], rules, 100)).toEqual([])
      await upkeep().rollUp(ALL_ROWS, 100)
      const byCount = await upkeep().surplus([seq], rules, 100)
      expect([...byCount].sort((a, b) => a - b)).toEqual(seqs.slice(0, 7))
      const aged = await upkeep().surplus([seq], { ...rules, count: null, before: ALL_ROWS }, 100)
      expect([...new Set(aged)].sort((a, b) => a - b)).toEqual(seqs.slice(0, 8))
      expect(await queries().pruned({}, EVERYTHING)).toBeNull()
      expect(await upkeep().forget([...byCount, failed! + 10_000])).toHaveLength(7)
      const first = { answers: 7, from: START + 60_000, through: START + 7 * 60_000 }
      expect(await queries().pruned({ taskId: 'id of a' }, EVERYTHING)).toEqual(first)
      expect(await queries().pruned({ group: '=ops' }, EVERYTHING)).toBeNull()
      await upkeep().forget(seqs.slice(7, 8))
      expect(await queries().pruned({ group: 'ops' }, EVERYTHING)).toEqual({
        ...first,
        answers: 8,
        through: START + 8 * 60_000,
      })
      expect((await upkeep().historyOf(seq, 100)).length).toBe(3)
    })

    test('old jobs, expired tasks, used keys and unused rules can go', async () => {
      const task = await addTask('a')
      await ended(null, 4)
      await ended(task.seq, 1)
      const jobs = await upkeep().agedJobs(0, START + 2 * 60_000, 100)
      expect(jobs.seqs).toHaveLength(2)
      expect(jobs.next).not.toBeNull()
      await schema.pool.query('UPDATE tasks SET deleted_at = 5')
      await schema.pool.query("INSERT INTO idempotency_keys VALUES ('s', 'old', 'x', 1), ('s', 'new', 'x', 99)")
      expect(await upkeep().expiredTasks(6, 10)).toEqual([task.seq])
      expect(await upkeep().purge(task.seq, 6)).toBe(false)
      await schema.pool.query('DELETE FROM execution_history')
      expect(await upkeep().purge(task.seq, 5)).toBe(false)
      expect(await upkeep().purge(task.seq, 6)).toBe(true)
      expect(await upkeep().sweep({ keysBefore: 50, rollupsBefore: 0 }, 10)).toBe(2)
      expect(await upkeep().sweep({ keysBefore: 50, rollupsBefore: 0 }, 10)).toBe(0)
    })
  })

  describe('days of the history', () => {
    test('a day gets its partition with the rows that came before it, and goes as a whole once it is counted', async () => {
      await ended(null, 3, START + 60_000)
      await ended(null, 2, START + DAY)
      const made = await makePartitions(schema.pool, START, 1)
      expect(made).toContain('execution_history_d20260101')
      expect(made).toContain('log_chunks_d20260102')
      expect(await makePartitions(schema.pool, START, 1)).toEqual([])
      const count = async (table: string) =>
        Number((await schema.pool.query(`SELECT count(*) FROM ${table}`)).rows[0].count)
      expect(await count('execution_history_d20260101')).toBe(3)
      expect(await count('execution_history_rest')).toBe(0)
      const retention = { days: 2, jobDays: 1, keepLast: 0 }
      const drop = (at: number) => upkeep().dropDays!(retention, at)
      // The first day is over two days ago only when the third has ended.
      await upkeep().rollUp(ALL_ROWS, 2)
      expect(await drop(START + 4 * DAY)).not.toContain('execution_history_d20260101')
      await upkeep().rollUp(ALL_ROWS, 100)
      expect(await drop(START + 3 * DAY - 1)).toEqual([])
      expect(await drop(START + 3 * DAY)).toEqual(['execution_history_d20260101'])
      expect(await count('execution_history')).toBe(2)
    })

    test('when a day goes, what is kept however old stays: the newest of a task, its last failure, a longer retention', async () => {
      const day = START + 10 * DAY
      const busy = await addTask('busy')
      const patient = await addTask('patient', '{"type":"shell","retention":{"days":100}}')
      const rare = await addTask('rare')
      const [failure] = await ended(busy.seq, 1, day, 'failed')
      const old = await ended(busy.seq, 20, day + 60_000)
      await ended(busy.seq, 5, day + 3 * DAY)
      const longer = await ended(patient.seq, 15, day)
      const rarely = await ended(rare.seq, 2, day)
      await ended(null, 5, day)
      await makePartitions(schema.pool, day, 0)
      const log = (id: string) => ['logs/append-chunks', [[id], [0], [1], [1], [1], [1], [0], ['x'], day]] as const
      const [keptId, goneId] = (await schema.pool.query('SELECT id FROM execution_history ORDER BY seq')).rows
      await schema.db.run(...log(keptId.id))
      await schema.db.run(...log(goneId.id))
      await upkeep().rollUp(ALL_ROWS, 1000)
      await upkeep().dropDays!({ days: 30, jobDays: 7, keepLast: 8 }, day + 40 * DAY)
      const { rows } = await schema.pool.query('SELECT seq FROM execution_history WHERE finished_at < $1', [day + DAY])
      const kept = rows.map((row) => row.seq).sort((a, b) => a - b)
      expect(kept).toEqual([failure, ...old.slice(-3), ...longer, ...rarely].sort((a, b) => a! - b!))
      const gone = { answers: 17, from: day + 60_000, through: day + 17 * 60_000 }
      expect(await queries().pruned({ taskId: 'id of busy' }, EVERYTHING)).toEqual(gone)
      expect(await queries().pruned({ taskId: 'id of rare' }, EVERYTHING)).toBeNull()
      // Jobs count, too: here they have a schedule.
      expect(await queries().pruned({}, EVERYTHING)).toEqual({ ...gone, answers: 22, from: day })
      const logs = await schema.pool.query('SELECT execution_id AS id FROM log_chunks')
      expect(logs.rows).toEqual([{ id: keptId.id }])
    })
  })

  describe('people’s queries on PostgreSQL', () => {
    test('every list, search, ledger and statistic speaks PostgreSQL', async () => {
      const { seq, id } = await addTask('a')
      await addTask('b')
      await ended(seq, 8)
      await ended(null, 2, START, 'failed')
      const read = queries()
      expect((await read.listTasks({ limit: 1 }, EVERYTHING)).nextCursor).not.toBeNull()
      for (const sort of ['name', 'created_at', 'updated_at', 'next_run'] as const) {
        const first = await read.listTasks({ sort, limit: 1 }, EVERYTHING)
        const second = await read.listTasks({ sort, limit: 1, cursor: first.nextCursor! }, EVERYTHING)
        const names = [first.rows[0]!.task.name, second.rows[0]!.task.name]
        expect(names.sort(), sort).toEqual(['a', 'b'])
      }
      const found = { group: 'ops/', tag: 'a', q: 'nightly 100 %', status: 'active', type: 'shell' } as const
      expect((await read.listTasks(found, EVERYTHING)).total).toBe(2)
      for (const status of ['disabled', 'paused', 'finished', 'deleted'] as const) {
        expect((await read.listTasks({ status }, EVERYTHING)).total).toBe(0)
      }
      expect(await read.taskById(id, EVERYTHING)).toMatchObject({ runCount: 8, last: { status: 'success' } })
      expect(await read.revisions(id, EVERYTHING)).toMatchObject([{ version: 1 }])
      expect((await read.listExecutions({}, EVERYTHING)).total).toBe(10)
      const page = await read.listExecutions({ taskId: id, limit: 3 }, EVERYTHING)
      expect(
        (await read.listExecutions({ taskId: id, limit: 5, cursor: page.nextCursor! }, EVERYTHING)).rows,
      ).toHaveLength(5)
      expect((await read.listExecutions({ status: ['failed', 'pending'] }, EVERYTHING)).total).toBe(2)
      expect((await read.listExecutions({ failure: 'timeout', trigger: 'api' }, EVERYTHING)).total).toBe(0)
      expect((await read.listExecutions({ group: 'ops/', from: START, to: START + 60_000 }, EVERYTHING)).total).toBe(1)
      expect(await read.executionById(page.rows[0]!.id, EVERYTHING)).toMatchObject({ taskName: 'a', maxAttempts: null })
      const answers = [undefined, 'ran', 'late', 'missed', 'skipped', 'merged', 'pending', 'running'] as const
      const counts = []
      for (const answer of answers) counts.push((await read.ledger({ answer }, EVERYTHING)).rows.length)
      expect(counts).toEqual([8, 8, 0, 0, 0, 0, 0, 0])
      expect(await read.gauges()).toEqual({ pending: 0, running: 0, waitingSince: null, tasks: 2 })
      const series = { from: START, to: START + DAY, bucket: 'day' as const }
      expect(await read.timeseries(series, EVERYTHING)).toMatchObject([{ total: 10, success: 8, failed: 2 }])
      expect(await read.timeseries({ ...series, group: 'ops/' }, EVERYTHING)).toMatchObject([{ total: 8 }])
      expect(await read.top({ by: 'slowest' }, EVERYTHING)).toMatchObject([{ taskName: 'a', value: 20, total: 8 }])
      expect(await read.top({ by: 'failing', from: START }, EVERYTHING)).toEqual([])
    })
  })
})

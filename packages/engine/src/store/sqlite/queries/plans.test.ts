import { EVERYTHING } from '@rota/core'
import { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Queries } from '../../../ports/queries.ts'
import type { Schema } from '../../../ports/schema.ts'
import { createQueries } from '../../queries/queries.ts'
import { createReaderDialect } from '../reader/dialect.ts'
import { bindable } from '../reader/parameters.ts'
import { HOUR, idOf, MINUTE, openSample, type Sample, START } from './sample-history.ts'

const TASKS = 100_000
const HISTORY = 300_000
const NOW = START + 100 * HOUR

let sample: Sample
let queries: Queries
/** Plans of the statements since the last look, one step a line. */
let plans: string[][] = []

beforeAll(() => {
  sample = openSample({ threads: true })
  sample.inBulk(() => fill(sample))
  const kysely = new Kysely<Schema>({
    dialect: createReaderDialect({
      ...sample.readers,
      async query(sql, parameters) {
        const plan = sample.db.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...bindable(parameters))
        plans.push((plan as { detail: string }[]).map((row) => row.detail))
        return sample.readers.query(sql, parameters)
      },
    }),
  })
  queries = createQueries(kysely, () => NOW)
}, 120_000)

afterAll(() => sample.close())

function fill({ task, schedule, ended, live }: Sample) {
  for (let i = 1; i <= TASKS; i++) {
    const seq = task({
      id: idOf(i),
      name: `task ${String(i).padStart(6, '0')}`,
      task_group: i % 1000 === 0 ? 'rare' : `group ${i % 50}`,
      type: i % 500 === 0 ? 'python' : 'shell',
      tags: i % 100 === 0 ? '["db","nightly"]' : null,
      enabled: i % 1000 === 0 ? 0 : 1,
      updated_at: START + i,
    })
    schedule(seq, { next_due_at: i % 1000 === 0 ? null : NOW + (i % 60) * MINUTE })
  }
  for (let i = 1; i <= HISTORY; i++) {
    const status = i % 300 === 0 ? 'failed' : i % 700 === 0 ? 'skipped' : 'success'
    const reason = status === 'skipped' ? 'missed' : null
    const trigger = i % 5000 === 0 ? 'manual' : 'schedule'
    const due_at = START + i * 1000
    const task_seq = 1 + (i % TASKS)
    ended({ id: idOf(TASKS + i), task_seq, schedule_id: task_seq, status, reason, trigger, due_at })
  }
  for (let i = 1; i <= 100; i++) {
    live({ id: idOf(TASKS + HISTORY + i), task_seq: i, schedule_id: i, due_at: NOW + i, state: i % 10 === 0 ? 4 : 0 })
  }
}

/** Runs a query and answers how its statements come to the rows of tasks and of the history. */
async function waysOf(run: () => Promise<unknown>): Promise<string[]> {
  plans = []
  await run()
  const ways = plans.flat().map((step) => step.match(/^(SCAN|SEARCH) (t|e|h|x|c) USING (COVERING )?INDEX (\w+)/)?.[4])
  return [...new Set(ways.filter((way) => way !== undefined))].sort()
}

const HISTORY_BY_ID = 'sqlite_autoindex_execution_history_1'
const TASK_BY_ID = 'sqlite_autoindex_tasks_1'
const LIVE_BY_ID = 'sqlite_autoindex_executions_1'

describe('with 100,000 tasks and 300,000 ended executions every list walks an index in its own order', () => {
  const lists: [name: string, run: () => Promise<unknown>, way: string][] = [
    ['tasks by name', () => queries.listTasks({}, EVERYTHING), 'tasks_by_name'],
    ['tasks by change', () => queries.listTasks({ sort: 'updated_at' }, EVERYTHING), 'tasks_by_update'],
    ['tasks of a group', () => queries.listTasks({ group: 'group 7' }, EVERYTHING), 'tasks_by_group'],
    ['tasks of a type', () => queries.listTasks({ type: 'python' }, EVERYTHING), 'tasks_by_type'],
    ['active tasks', () => queries.listTasks({ status: 'active' }, EVERYTHING), 'tasks_by_name'],
    ['tasks by name, turned round', () => queries.listTasks({ sort: '-name' }, EVERYTHING), 'tasks_by_name'],
    ['tasks by group', () => queries.listTasks({ sort: 'group' }, EVERYTHING), 'tasks_by_group'],
    ['tasks by group, turned round', () => queries.listTasks({ sort: '-group' }, EVERYTHING), 'tasks_by_group'],
    ['tasks by type', () => queries.listTasks({ sort: '-type' }, EVERYTHING), 'tasks_by_type'],
    ['tasks by status', () => queries.listTasks({ sort: 'status' }, EVERYTHING), 'tasks_by_name'],
    ['tasks by status, turned round', () => queries.listTasks({ sort: '-status' }, EVERYTHING), 'tasks_disabled'],
    [
      'tasks of a group by last run',
      () => queries.listTasks({ sort: '-last_run', group: 'group 7' }, EVERYTHING),
      'tasks_by_group',
    ],
    [
      'tasks of a group by how often they ran',
      () => queries.listTasks({ sort: '-run_count', group: 'group 7' }, EVERYTHING),
      'history_by_task',
    ],
    ['disabled tasks', () => queries.listTasks({ status: 'disabled' }, EVERYTHING), 'tasks_disabled'],
    ['all executions', () => queries.listExecutions({}, EVERYTHING), HISTORY_BY_ID],
    ['executions of a task', () => queries.listExecutions({ taskId: idOf(7) }, EVERYTHING), 'history_by_task'],
    ['executions of a small group', () => queries.listExecutions({ group: 'rare' }, EVERYTHING), 'history_by_task'],
    ['executions of a large group', () => queries.listExecutions({ group: 'group 7' }, EVERYTHING), 'history_by_due'],
    [
      'executions of a time',
      () => queries.listExecutions({ from: START + HOUR, to: START + 2 * HOUR }, EVERYTHING),
      'history_by_due',
    ],
    [
      'executions by due instant, the oldest first',
      () => queries.listExecutions({ sort: 'scheduled_at' }, EVERYTHING),
      'history_by_due',
    ],
    [
      'failed executions by due instant',
      () => queries.listExecutions({ sort: '-scheduled_at', status: ['failed'] }, EVERYTHING),
      'history_unsuccessful_by_due',
    ],
    [
      'failed executions by duration',
      () => queries.listExecutions({ sort: '-duration', status: ['failed'] }, EVERYTHING),
      // All of them are read: either index of what did not succeed finds them.
      'history_unsuccessful_by_due',
    ],
    ['what started late', () => queries.listExecutions({ late: { is: '>', ms: 5000 } }, EVERYTHING), 'history_delayed'],
    ['executions of a name', () => queries.listExecutions({ q: 'task 000007' }, EVERYTHING), 'history_by_task'],
    [
      'an execution by the beginning of its id',
      () => queries.listExecutions({ q: idOf(TASKS + 5).slice(0, 36) }, EVERYTHING),
      HISTORY_BY_ID,
    ],
    ['failed executions', () => queries.listExecutions({ status: ['failed'] }, EVERYTHING), 'history_unsuccessful'],
    [
      'executions that failed within a time',
      () => queries.listExecutions({ status: ['failed'], finishedFrom: START, finishedTo: NOW }, EVERYTHING),
      'history_unsuccessful',
    ],
    [
      'executions of a task that ended within a time',
      () => queries.listExecutions({ taskId: idOf(7), finishedFrom: START }, EVERYTHING),
      'history_by_task',
    ],
    ['what ran on a node', () => queries.listExecutions({ nodeId: 'a' }, EVERYTHING), 'history_by_node'],
    ['what people started', () => queries.listExecutions({ trigger: 'manual' }, EVERYTHING), 'history_by_trigger'],
    [
      'failed executions of a time',
      () => queries.listExecutions({ status: ['failed'], from: START }, EVERYTHING),
      'history_unsuccessful_by_due',
    ],
    [
      'failed executions of a large group',
      () => queries.listExecutions({ status: ['failed'], group: 'group 7' }, EVERYTHING),
      'history_unsuccessful_by_due',
    ],
    ['what was late', () => queries.ledger({ answer: 'late' }, EVERYTHING), 'history_delayed'],
    ['what stands for several', () => queries.ledger({ answer: 'merged' }, EVERYTHING), 'history_covering'],
    ['what was missed', () => queries.ledger({ answer: 'missed' }, EVERYTHING), 'history_unsuccessful_by_due'],
    ['the ledger', () => queries.ledger({}, EVERYTHING), 'history_by_due'],
    ['the ledger of a task', () => queries.ledger({ taskId: idOf(7) }, EVERYTHING), 'history_by_task'],
  ]
  for (const [name, run, way] of lists) {
    test(`${name}: ${way}`, async () => expect(await waysOf(run)).toContain(way))
  }

  test('what runs or did not succeed: each status by its own index, merged without sorting', async () => {
    plans = []
    await queries.listExecutions({ status: ['running', 'failed', 'skipped'] }, EVERYTHING)
    expect(plans.flat()).toContain('SCAN e USING INDEX executions_running')
    const merged = plans.find((plan) => plan[0]?.startsWith('MERGE'))!
    expect(merged).toEqual([
      'MERGE (UNION ALL)',
      'LEFT',
      'SEARCH e USING INDEX history_unsuccessful (status=?)',
      'RIGHT',
      'SEARCH e USING INDEX history_unsuccessful (status=?)',
    ])
  })

  test('no list of executions reads through the history', async () => {
    for (const [name, run] of lists) {
      plans = []
      await run()
      for (const plan of plans) {
        // Live rows come first in a union and may be read through: they are few.
        const last = plan.filter((step) => /^(SCAN|SEARCH) e\b/.test(step)).at(-1)
        if (plan[0]?.startsWith('MERGE')) expect(last, name).toContain(' USING ')
      }
      expect(plans.flat(), name).not.toContain('SCAN h')
    }
  })

  test('a task is found, with its last execution and its count, by keys alone', async () => {
    const ways = await waysOf(() => queries.taskById(idOf(5), EVERYTHING))
    const live = ['executions_by_task', 'executions_once', 'executions_retried']
    expect(ways).toEqual([...live, 'history_by_task', TASK_BY_ID])
    expect(plans.flat().filter((step) => /^SCAN (t|h|x|c|s|r|e)$/.test(step) && step !== 'SCAN s')).toEqual([])
  })

  test('an execution is found by its id, live or not', async () => {
    expect(await waysOf(() => queries.executionById(idOf(TASKS + 5), EVERYTHING))).toEqual([HISTORY_BY_ID, LIVE_BY_ID])
  })
})

import { EVERYTHING, type Scope } from '@rota/core'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Queries } from '../../../ports/queries.ts'
import { createQueries } from '../../queries/queries.ts'
import { HOUR, idOf, openSample, type Sample, START } from './sample-history.ts'

const ACME: Scope = { kind: 'tenant', tenantId: 'acme' }
const RANGE = { from: START, to: START + HOUR }

let alone: Sample
let shared: Sample

beforeEach(() => {
  alone = openSample()
  shared = openSample()
  addTenant(alone, 'acme')
  addTenant(shared, 'acme')
  addTenant(shared, 'blue')
})
afterEach(async () => {
  await alone.close()
  await shared.close()
})

/** A task that is due, what ran of it and what does: with names of the tenant. */
function addTenant(sample: Sample, tenant_id: string) {
  const name = `task of ${tenant_id}`
  const task_seq = sample.task({
    name,
    tenant_id,
    task_group: `group of ${tenant_id}`,
    tags: `["tag of ${tenant_id}"]`,
  })
  const schedule_id = sample.schedule(task_seq, { body: tenant_id, next_due_at: START + HOUR })
  const whose = { tenant_id, task_seq, schedule_id }
  sample.ended({ ...whose, due_at: START, status: 'success' })
  sample.ended({ ...whose, due_at: START + 1, status: 'failed', error: `error of ${tenant_id}` })
  sample.live({ ...whose, due_at: START + 2, state: 4, started_at: START + 2 })
}

/** Every query that people ask, about everything and about one task. */
function asks(taskId: string, executionId: string) {
  const hours = { ...RANGE, bucket: 'hour' } as const
  return {
    listTasks: [
      (q, scope) => q.listTasks({}, scope),
      (q, scope) => q.listTasks({ sort: 'last_run' }, scope),
      (q, scope) => q.listTasks({ sort: '-run_count' }, scope),
      (q, scope) => q.listTasks({ sort: 'tags' }, scope),
    ],
    taskById: [(q, scope) => q.taskById(taskId, scope)],
    tasksNamed: [(q, scope) => q.tasksNamed(['task of acme', 'task of blue'], scope)],
    revisions: [(q, scope) => q.revisions(taskId, scope)],
    listExecutions: [
      (q, scope) => q.listExecutions({}, scope),
      (q, scope) => q.listExecutions({ taskId }, scope),
      (q, scope) => q.listExecutions({ status: ['failed'] }, scope),
      (q, scope) => q.listExecutions({ status: ['failed'], finishedFrom: START }, scope),
    ],
    executionById: [(q, scope) => q.executionById(executionId, scope)],
    pruned: [(q, scope) => q.pruned({ taskId }, scope)],
    ledger: [(q, scope) => q.ledger({}, scope), (q, scope) => q.ledger({ taskId }, scope)],
    summary: [(q, scope) => q.summary(scope)],
    taskTally: [(q, scope) => q.taskTally(taskId, {}, scope)],
    timeseries: [(q, scope) => q.timeseries(hours, scope), (q, scope) => q.timeseries({ ...hours, taskId }, scope)],
    top: [(q, scope) => q.top({ by: 'failing' }, scope)],
    timeline: [
      (q, scope) => q.timeline({ ...RANGE, limit: 9 }, scope),
      (q, scope) => q.timeline({ ...RANGE, limit: 9, taskId }, scope),
    ],
    timelineCounts: [(q, scope) => q.timelineCounts({ ...RANGE, limit: 9 }, HOUR, scope)],
    cursors: [
      (q, scope) => q.cursors({ until: START + 2 * HOUR, limit: 9 }, scope),
      (q, scope) => q.cursors({ until: START + 2 * HOUR, limit: 9, taskId }, scope),
    ],
    expectations: [
      (q, scope) =>
        q.expectations([taskId], ['key:none'], scope).then(({ durations, keys }) => [...durations, ...keys]),
    ],
    failures: [(q, scope) => q.failures({ ...RANGE, limit: 9 }, scope)],
    groups: [(q, scope) => q.groups(scope)],
    tags: [(q, scope) => q.tags(scope).then((tags) => [...tags])],
    groupTallies: [(q, scope) => q.groupTallies(RANGE, scope)],
    latenesses: [(q, scope) => q.latenesses(hours, scope), (q, scope) => q.latenesses({ ...hours, taskId }, scope)],
  } satisfies Record<Exclude<keyof Queries, 'gauges' | 'instances'>, Ask[]>
}

type Ask = (queries: Queries, scope: Scope) => Promise<unknown>

async function answers(sample: Sample, scope: Scope, [taskId, executionId]: [string, string]) {
  const queries = createQueries(sample.kysely, () => START + HOUR)
  const told: [string, unknown][] = []
  for (const [name, each] of Object.entries(asks(taskId, executionId))) {
    for (const ask of each) told.push([name, await (ask as Ask)(queries, scope)])
  }
  return told
}

test('a tenant is answered as if it were alone, by every query', async () => {
  const own: [string, string] = [idOf(1), idOf(2)]
  const expected = await answers(alone, EVERYTHING, own)
  expect(JSON.stringify(expected)).toContain('error of acme')
  expect(await answers(shared, ACME, own)).toEqual(expected)
  expect(await answers(shared, EVERYTHING, own)).not.toEqual(expected)
})

test('who has grants is answered as if what they reach were all there is, by every query', async () => {
  const own: [string, string] = [idOf(1), idOf(2)]
  const expected = await answers(alone, EVERYTHING, own)
  const byGroup: Scope = { kind: 'granted', tenantId: null, groups: ['group', 'group of acme', 'none'], tasks: [] }
  const byTask: Scope = { kind: 'granted', tenantId: null, groups: [], tasks: [own[0]] }
  const inTenant: Scope = { ...byGroup, tenantId: 'acme', groups: ['group of acme', 'group of blue'] }
  for (const scope of [byGroup, byTask, inTenant]) expect(await answers(shared, scope, own)).toEqual(expected)
  const nothing: Scope = { kind: 'granted', tenantId: null, groups: [], tasks: [] }
  const nobody = openSample()
  expect(await answers(shared, nothing, own)).toEqual(await answers(nobody, EVERYTHING, own))
  await nobody.close()
})

test('a grant on a group with more groups below it than a statement takes values reaches all of them', async () => {
  const many = openSample()
  for (let at = 0; at < 6_000; at++) many.task({ name: `task ${at}`, task_group: `root/${at}` })
  for (const task_group of ['root', 'roots', 'other', null]) many.task({ name: `of ${task_group}`, task_group })
  const queries = createQueries(many.kysely, () => START)
  const scope: Scope = { kind: 'granted', tenantId: null, groups: ['root'], tasks: [] }
  const list = (more: object) => queries.listTasks({ limit: 5, ...more }, scope)
  expect([(await list({})).total, (await list({ q: 'of' })).rows.map(({ task }) => task.name)]).toEqual([
    6_001,
    ['of root'],
  ])
  expect((await queries.groups(scope)).length).toBe(6_001)
  await many.close()
})

test('what belongs to another tenant is not there, by every query', async () => {
  const theirs = shared.db.prepare(`SELECT t.id AS task, h.id AS execution
    FROM tasks t JOIN execution_history h ON h.task_seq = t.seq WHERE t.tenant_id = 'blue'`)
  const { task, execution } = theirs.get()!
  const nobody = await answers(alone, EVERYTHING, ['nobody', 'nothing'])
  expect(await answers(shared, ACME, [String(task), String(execution)])).toEqual(nobody)
})

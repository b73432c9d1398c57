import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const DAY_MS = 86_400_000
let t: TestServer
let ended: string[] = []

beforeAll(async () => {
  t = await startTestServer()
  const command = 'echo "row $RANDOM$$ of /tmp/a/b is bad" >&2; exit 3'
  const body = { type: 'shell', command, group: 'data/daily', tags: ['db', 'nightly'] }
  const noon = { ...body, name: 'a', schedule: '0 12 * * *' }
  const often = { ...body, name: 'b', schedule: { type: 'interval', every: 5, unit: 'minutes' } }
  for (const task of [noon, often]) {
    const made = await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body: task })
    const run = await t.call('POST', `/api/scheduler/tasks/${made.json.id}/run`, { as: 'admin' })
    ended.push(run.json.execution_id)
  }
  await Promise.all(ended.map(untilEnded))
  ended = ended.sort()
})
afterAll(() => t.stop())

/** A log's stream ends with its execution. */
const untilEnded = (id: string) => t.call('GET', `/api/scheduler/executions/${id}/logs/stream`, { as: 'viewer' })
const get = (path: string) => t.call('GET', `/api/scheduler${path}`, { as: 'viewer' })

test('the timeline has what ran and what comes, in columns of one length', async () => {
  const { json } = await get('/timeline')
  expect([...json.executions.id].sort()).toEqual(ended)
  for (const column of Object.values(json.executions)) expect(column).toHaveLength(2)
  expect(json.executions.status).toEqual(['failed', 'failed'])
  expect(json.executions.reason).toEqual(['exit_code', 'exit_code'])
  // Every five minutes for six hours.
  const often = json.tasks.findIndex((task: { name: string }) => task.name === 'b')
  const count = json.coming.task.filter((task: number) => task === often).length
  expect(Math.abs(count - 72)).toBeLessThanOrEqual(1)
  expect(json.coming.at_ms).toEqual(json.coming.at_ms.toSorted((a: number, b: number) => a - b))
  expect([json.truncated, json.buckets]).toEqual([{ executions: false, coming: false }, null])
})

test('a timeline beyond its limit says so and counts the rest', async () => {
  const { json } = await get('/timeline?limit=1')
  expect([json.executions.id.length, json.coming.at_ms.length]).toEqual([1, 1])
  expect(json.truncated).toEqual({ executions: true, coming: true })
  expect(json.buckets.failed.reduce((a: number, b: number) => a + b)).toBe(2)
})

test('a task that is due often hides none that is due rarely', async () => {
  const from = new Date()
  const to = new Date(from.getTime() + 2 * DAY_MS)
  const { json } = await get(`/timeline?from=${from.toISOString()}&to=${to.toISOString()}&limit=8`)
  const names = json.coming.task.map((number: number) => json.tasks[number].name)
  expect([...names].sort()).toEqual(['a', 'a', 'b', 'b', 'b', 'b', 'b', 'b'])
  expect(json.truncated.coming).toBe(true)
})

test('a timeline is narrowed to a task or a group; a range is checked', async () => {
  const ofGroup = await get('/timeline?group=data/')
  expect(ofGroup.json.tasks).toHaveLength(2)
  expect((await get('/timeline?group=data')).json.tasks).toHaveLength(2)
  expect((await get(`/timeline?group=${encodeURIComponent('=data')}`)).json.tasks).toEqual([])
  const [task] = ofGroup.json.tasks
  expect((await get(`/timeline?task_id=${task.id}`)).json.tasks).toEqual([task])
  expect((await get('/timeline?task_id=01900000-0000-7000-8000-000000000000')).status).toBe(404)
  expect((await get('/timeline?from=2026-02-01&to=2026-01-01')).status).toBe(422)
  expect((await get('/timeline?from=2020-01-01&to=2026-01-01')).status).toBe(422)
})

test('failures that say the same are one group, with the executions to run again', async () => {
  const { json } = await get('/stats/failures')
  expect(json).toMatchObject({ total: 2, truncated: false })
  expect(json.groups).toHaveLength(1)
  const [group] = json.groups
  expect(group).toMatchObject({ kind: 'exit_code', message: 'row <n> of <path> is bad', count: 2, task_count: 2 })
  expect(group.execution_ids.toSorted()).toEqual(ended)
  expect(group.example).toMatch(/^row \d+ of \/tmp\/a\/b is bad$/)
  const before = new Date(Date.now() - 2 * DAY_MS).toISOString()
  expect((await get(`/stats/failures?to=${before}`)).json.groups).toEqual([])
})

test('one group is asked for by its fingerprint', async () => {
  const [group] = (await get('/stats/failures')).json.groups
  expect((await get(`/stats/failures?fingerprint=${group.fingerprint}`)).json.groups).toEqual([group])
  expect((await get('/stats/failures?fingerprint=0123456789abcdef')).json).toMatchObject({ groups: [], total: 2 })
  expect((await get('/stats/failures?fingerprint=x')).status).toBe(422)
})

test('groups are a tree with counts, tags a list', async () => {
  expect((await get('/groups')).json.groups).toEqual([
    { name: 'data', tasks: 0, enabled: 0, total: 2 },
    { name: 'data/daily', tasks: 2, enabled: 2, total: 2 },
  ])
  expect((await get('/tags')).json.tags).toEqual([
    { name: 'db', tasks: 2 },
    { name: 'nightly', tasks: 2 },
  ])
})

test('figures come by group, lateness over time', async () => {
  const { groups } = (await get('/stats/groups')).json
  expect(groups).toMatchObject([{ group: 'data/daily', failed: 2, success_rate: 0 }])
  const { points } = (await get('/stats/lateness')).json
  expect(points.reduce((sum: number, point: { count: number }) => sum + point.count, 0)).toBe(2)
  const aWeekAgo = new Date(Date.now() - 7 * 86_400_000).toISOString()
  expect((await get(`/stats/lateness?from=${aWeekAgo}`)).json.points).toEqual(points)
  expect((await get('/stats/lateness?from=2020-01-01&to=2020-12-31')).status).toBe(422)
})

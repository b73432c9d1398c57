import { afterAll, beforeAll, expect, test, vi } from 'vitest'
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

test('a forecast by the day counts every occurrence, and names what is due rarely beside what is due often', async () => {
  const from = new Date()
  from.setUTCHours(0, 0, 0, 0)
  const at = (number: number) => new Date(from.getTime() + number * DAY_MS).toISOString()
  const days = [at(1), at(4)]
  const { json } = await get(`/forecast/days?from=${days[0]}&to=${days[1]}&timezone=UTC`)
  expect(json).toMatchObject({ timezone: 'UTC', truncated: false })
  expect(json.days.map((day: { date: string }) => day.date)).toEqual([1, 2, 3].map((number) => at(number).slice(0, 10)))
  for (const { occurrences, task_count: tasks, tasks: named } of json.days) {
    expect([occurrences, tasks]).toEqual([289, 2])
    expect(named.map((task: { task_name: string; count: number }) => [task.task_name, task.count])).toEqual([
      ['b', 288],
      ['a', 1],
    ])
  }
  const few = await get(`/forecast/days?from=${days[0]}&to=${days[1]}&timezone=UTC&per_day=1`)
  expect(few.json.days[0]).toMatchObject({ occurrences: 289, task_count: 2, tasks: [{ task_name: 'b' }] })
})

test('days of a forecast are those of a zone, from now on, also where one has 23 hours', async () => {
  const query = 'from=2027-03-27T23:00:00Z&to=2027-03-29T22:00:00Z&timezone=Europe/Berlin'
  const { json } = await get(`/forecast/days?${query}`)
  expect(json.days).toMatchObject([
    { date: '2027-03-28', occurrences: 23 * 12 + 1 },
    { date: '2027-03-29', occurrences: 24 * 12 + 1 },
  ])
  expect((await get('/forecast/days?from=2027-01-01&to=2028-01-01')).status).toBe(422)
  const past = await get('/forecast/days?from=2020-01-01&to=2020-02-01')
  expect(past.json.days).toEqual([])
  const soon = await get('/forecast/days')
  expect(soon.json.days.length).toBeGreaterThanOrEqual(7)
  expect((await get('/forecast/days?timezone=Mars/Olympus')).status).toBe(422)
  expect((await get('/forecast/days?task_id=00000000-0000-4000-8000-000000000000')).status).toBe(404)
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

test('a coming occurrence that will find its limit taken says until when', async () => {
  const slow = { name: 'slow', type: 'shell', command: 'sleep 2', group: 'clash', schedule: '* * * * * *' }
  const concurrency = { max: 1, overlap: 'queue' }
  const made = await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body: { ...slow, concurrency } })
  const clashes = async () => {
    const from = new Date().toISOString()
    const { json } = await get(`/timeline?group=clash&from=${from}&to=${new Date(Date.now() + 10_000).toISOString()}`)
    const { at_ms: at, queues_until_ms: until } = json.coming
    return until.filter((end: number | null, n: number) => end !== null && end > at[n])
  }
  // Nobody knows how long it takes before it has ended once.
  expect(await clashes()).toEqual([])
  await vi.waitFor(async () => expect((await clashes()).length).toBeGreaterThan(3), { timeout: 20_000, interval: 250 })
  await t.call('DELETE', `/api/scheduler/tasks/${made.json.id}`, { as: 'admin' })
})

test('as many failures are counted as the list of what ended since has, also of what was due long before', async () => {
  const body = {
    type: 'shell',
    payload: { command: 'exit 4' },
    run_at: new Date(Date.now() - 3 * DAY_MS).toISOString(),
  }
  const { json: job } = await t.call('POST', '/api/scheduler/executions', { as: 'admin', body })
  await untilEnded(job.id)
  const from = new Date(Date.now() - DAY_MS).toISOString()
  const { json: counted } = await get(`/stats/failures?from=${from}`)
  const { json: list } = await get(`/executions?status=failed&finished_from=${from}`)
  expect(list.executions.map(({ id }: { id: string }) => id)).toContain(job.id)
  expect(list.total).toBe(counted.total)
  expect((await get(`/executions?status=failed&from=${from}`)).json.total).toBe(counted.total - 1)
  expect((await get(`/executions?finished_from=${from}`)).json.errors).toMatchObject([{ path: 'finished_from' }])
})

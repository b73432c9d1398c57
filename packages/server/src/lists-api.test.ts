import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
const ids: string[] = []

beforeAll(async () => {
  t = await startTestServer()
  for (const [name, group, command] of [
    ['Quick', 'a', 'true'],
    ['Slow', 'b', 'sleep 0.1'],
    ['Broken', null, 'echo "no space left" >&2; exit 3'],
  ]) {
    const made = await t.call('POST', '/api/scheduler/tasks', {
      as: 'admin',
      body: { name, group, type: 'shell', command },
    })
    const run = await t.call('POST', `/api/scheduler/tasks/${made.json.id}/run`, { as: 'admin' })
    ids.push(run.json.execution_id)
  }
  // A log's stream ends with its execution.
  await Promise.all(ids.map((id) => get(`/executions/${id}/logs/stream`)))
})
afterAll(() => t.stop())

const get = (path: string, language = 'en') =>
  t.call('GET', `/api/scheduler${path}`, { as: 'viewer', headers: { 'Accept-Language': language } })
const namesOf = (list: { task_name: string }[]) => list.map((row) => row.task_name)

test('tasks are sorted by what is asked for, and turned round by a minus', async () => {
  const names = async (sort: string) =>
    (await get(`/tasks?sort=${sort}`)).json.tasks.map((task: { name: string }) => task.name)
  expect(await names('group')).toEqual(['Quick', 'Slow', 'Broken'])
  expect(await names('-group')).toEqual(['Slow', 'Quick', 'Broken'])
  expect(await names('-name')).toEqual(['Slow', 'Quick', 'Broken'])
  expect((await get('/tasks?sort=-nonsense')).status).toBe(422)
})

test('executions are sorted over all of them, page after page', async () => {
  const first = (await get('/executions?sort=-duration&limit=2')).json
  const second = (await get(`/executions?sort=-duration&limit=2&cursor=${first.next_cursor}`)).json
  const all = [...first.executions, ...second.executions]
  expect(namesOf(all).toSorted()).toEqual(['Broken', 'Quick', 'Slow'])
  const durations = all.map((row) => row.duration)
  expect(durations).toEqual(durations.toSorted((a, b) => b - a))
  expect(namesOf((await get('/executions?sort=status')).json.executions)[0]).toBe('Broken')
})

test('executions are found by their task, their error and the beginning of their id', async () => {
  expect(namesOf((await get('/executions?q=quick')).json.executions)).toEqual(['Quick'])
  const { error } = (await get(`/executions/${ids[2]}`)).json
  expect(namesOf((await get(`/executions?q=${encodeURIComponent(error)}`)).json.executions)).toEqual(['Broken'])
  expect(namesOf((await get(`/executions?q=${ids[1]}`)).json.executions)).toEqual(['Slow'])
})

test.each([
  ['5s', 'must be a comparison and a time', '须为比较符加时长'],
  ['>5 s', 'must be a comparison and a time', '须为比较符加时长'],
  ['>500ms', 'must be more than a second', '须大于一秒'],
])('a lateness of “%s” is refused with the right form, in either language', async (late, english, chinese) => {
  for (const [language, words] of [
    ['en', english],
    ['zh', chinese],
  ] as const) {
    const { status, json } = await get(`/executions?late=${encodeURIComponent(late)}`, language)
    expect(status).toBe(422)
    expect(json.errors[0]).toMatchObject({ path: 'late', message: expect.stringContaining(words) })
  }
})

test('a lateness is asked of all occurrences, and a small one of a task', async () => {
  expect((await get(`/executions?late=${encodeURIComponent('>=2h')}`)).json.total).toBe(0)
  const { task_id } = (await get(`/executions/${ids[0]}`)).json
  expect((await get(`/tasks/${task_id}/executions?late=${encodeURIComponent('>5ms')}`)).status).toBe(200)
})

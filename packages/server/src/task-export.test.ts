import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse } from 'yaml'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const TASKS = '/api/scheduler/tasks'
let t: TestServer
const ids: string[] = []

beforeAll(async () => {
  t = await startTestServer()
  for (let at = 0; at < 60; at++) {
    const name = `task ${String(at).padStart(2, '0')}`
    const body = {
      name,
      type: 'shell',
      command: 'echo "a: b"\necho c',
      group: at < 55 ? 'g' : 'h',
      schedule: '0 2 * * *',
    }
    ids.push((await t.call('POST', TASKS, { as: 'admin', body })).json.id)
  }
})
afterAll(() => t.stop())

const get = (query: string) => t.call('GET', `${TASKS}/export${query}`, { as: 'viewer' })

test('every task of a filter is exported, however many pages there are, and can be written back', async () => {
  const { headers, text } = await get('?group=g')
  expect(headers['content-disposition']).toBe('attachment; filename="tasks.yaml"')
  const { tasks } = parse(text)
  expect(tasks.map(({ name }: { name: string }) => name)).toEqual(
    ids.slice(0, 55).map((_, at) => `task ${String(at).padStart(2, '0')}`),
  )
  expect(tasks[0].command).toBe('echo "a: b"\necho c')
  const copy = await t.call('POST', TASKS, { as: 'admin', body: { ...tasks[0], name: 'copy' } })
  expect(copy.json).toMatchObject({ name: 'copy', group: 'g', schedule: '0 2 * * *' })
})

test('JSON says the same as YAML', async () => {
  const { json } = await get('?group=h&format=json')
  expect(json).toEqual(parse((await get('?group=h')).text))
  expect(json.tasks).toHaveLength(5)
})

test('tasks are exported by id; what matches nothing is an empty list', async () => {
  expect((await get(`?ids=${ids[3]},nothing,${ids[1]}&format=json`)).json.tasks).toMatchObject([
    { name: 'task 03' },
    { name: 'task 01' },
  ])
  expect(parse((await get('?group=none')).text)).toEqual({ tasks: [] })
  expect((await get('?group=none&format=json')).json).toEqual({ tasks: [] })
})

import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openBrowser } from './testing/test-browser.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const EVENTS = '/api/scheduler/events'
let t: TestServer

beforeAll(async () => {
  t = await startTestServer({ 'http.max_streams': '2' })
})
afterAll(() => t.stop())

interface Event {
  id: string | undefined
  event: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into events freely.
  data: any
}

/** Follows the events until one satisfies `isLast`; answers them all. */
async function follow(headers: Record<string, string>, act: () => Promise<unknown>, isLast: (event: Event) => boolean) {
  const response = await t.server.app.server.inject({ url: EVENTS, headers, payloadAsStream: true })
  expect(response.headers['content-type']).toBe('text/event-stream; charset=utf-8')
  const events: Event[] = []
  await act()
  let rest = ''
  for await (const chunk of response.stream()) {
    const parts = (rest + chunk).split('\n\n')
    rest = parts.pop()!
    events.push(...parts.flatMap(parseEvent))
    if (events.some(isLast)) break
  }
  response.raw.res.destroy()
  return events
}

function parseEvent(text: string): Event[] {
  const fields = Object.fromEntries(text.split('\n').map((line) => line.split(/: (.*)/s)))
  return fields.event === undefined ? [] : [{ id: fields.id, event: fields.event, data: JSON.parse(fields.data) }]
}

const asViewer = () => ({ authorization: `Bearer ${t.tokens.viewer}` })
const hasFinished = ({ event, data }: Event) =>
  event === 'changes' && data.some((change: { type: string }) => change.type === 'execution_finished')

test('a page learns of a task and its execution as they happen, with ids and a few facts', async () => {
  let taskId = ''
  const events = await follow(
    asViewer(),
    async () => {
      const body = { name: 'seen', type: 'shell', command: 'exit 3' }
      taskId = (await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body })).json.id
      await t.call('POST', `/api/scheduler/tasks/${taskId}/run`, { as: 'admin' })
    },
    hasFinished,
  )
  expect(events[0]).toMatchObject({ event: 'ready', data: {} })
  const changes = events.filter(({ event }) => event === 'changes').flatMap(({ data }) => data)
  expect(changes[0]).toMatchObject({ type: 'task_changed', id: taskId, change: 'created' })
  const own = changes.filter((change) => change.task_id === taskId)
  expect(own.map(({ type }) => type)).toEqual(['execution_created', 'execution_started', 'execution_finished'])
  expect(own.at(-1)).toMatchObject({ status: 'failed', failure: 'exit_code', trigger: 'api' })
})

test('a lost connection goes on behind the last id; an id that nobody remembers is a gap', async () => {
  const run = () => t.call('POST', '/api/scheduler/executions', { as: 'admin', body: JOB })
  const first = await follow(asViewer(), run, hasFinished)
  const lastId = first.at(-1)!.id!
  await t.call('POST', '/api/scheduler/tasks', {
    as: 'admin',
    body: { name: 'meanwhile', type: 'shell', command: 'x' },
  })
  const isMeanwhile = ({ event }: Event) => event === 'changes'
  const next = await follow({ ...asViewer(), 'last-event-id': lastId }, async () => {}, isMeanwhile)
  expect(next.map(({ event }) => event)).toEqual(['ready', 'changes'])
  expect(next[1]!.data[0]).toMatchObject({ type: 'task_changed', change: 'created' })
  const isGap = ({ event }: Event) => event === 'gap'
  const lost = await follow({ ...asViewer(), 'last-event-id': '17' }, async () => {}, isGap)
  expect(lost.map(({ event }) => event)).toEqual(['ready', 'gap'])
})

test('a browser follows with its cookie; a stream counts against the limit until its reader is gone', async () => {
  const browser = await openBrowser(t, 'viewer')
  const open = () =>
    t.server.app.server.inject({ url: EVENTS, headers: { cookie: browser.cookie }, payloadAsStream: true })
  const streams = [await open(), await open()]
  expect((await open()).statusCode).toBe(503)
  const { res } = streams[0]!.raw
  const closed = once(res, 'close')
  res.destroy()
  await closed
  const again = await open()
  expect(again.statusCode).toBe(200)
  for (const stream of [...streams, again]) stream.raw.res.destroy()
})

const JOB = { type: 'shell', payload: { command: 'true' } }

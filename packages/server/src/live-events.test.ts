import { once } from 'node:events'
import type { Role } from '@rota/protocol'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { openBrowser, PERSON_PASSWORD } from './testing/test-browser.ts'
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

test('a page learns what becomes of a node, whoever did it, and why', async () => {
  const isGone = ({ event, data }: Event) =>
    event === 'changes' && data.some((change: { status?: string }) => change.status === 'removed')
  const events = await follow(
    { ...asViewer(), 'accept-language': 'zh' },
    async () => {
      const as = 'admin'
      await t.call('POST', '/api/scheduler/nodes/register', { as, body: { id: 'alpha', capacity: 2 } })
      await t.call('POST', '/api/scheduler/nodes/alpha/drain', { as, body: { reason: 'New disks' } })
      await t.call('DELETE', '/api/scheduler/nodes/alpha', { as })
    },
    isGone,
  )
  const changes = events.filter(({ event }) => event === 'changes').flatMap(({ data }) => data)
  const own = changes.filter(({ type, id }: { type: string; id: string }) => type === 'node_changed' && id === 'alpha')
  const states = own.map(({ status }: { status: string }) => status)
  expect([...new Set(states)]).toEqual(['ready', 'draining', 'removed'])
  expect(own.find(({ status }: { status: string }) => status === 'draining')).toMatchObject({
    ...{ tenant_id: null, reason: 'New disks' },
  })
  expect(own.at(-1).reason).toBe('节点已被移除。')
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

test('one reader cannot hold all streams', async () => {
  const limited = await startTestServer({ 'http.max_streams_per_user': '1', 'http.max_streams_per_address': '2' })
  onTestFinished(() => limited.stop())
  const open = (role: Role) => {
    const headers = { authorization: `Bearer ${limited.tokens[role]}` }
    return limited.server.app.server.inject({ url: EVENTS, headers, payloadAsStream: true })
  }
  const first = await open('viewer')
  // All tokens here are the administrator's.
  const second = await open('editor')
  expect([first.statusCode, second.statusCode]).toEqual([200, 429])
  expect(await textOf(second)).toContain('This user has 1 live streams open')
  const [ada, bob] = [await openBrowser(limited, 'viewer'), await openBrowser(limited, 'viewer')]
  const ask = ({ cookie }: { cookie: string }) =>
    limited.server.app.server.inject({ url: EVENTS, headers: { cookie }, payloadAsStream: true })
  const third = await ask(ada)
  const fourth = await ask(bob)
  expect([third.statusCode, fourth.statusCode]).toEqual([200, 429])
  expect(await textOf(fourth)).toContain('This address has 2 live streams open')
  for (const stream of [first, third]) stream.raw.res.destroy()
})

test('the streams end of who signed out, changed the password, was disabled, lost a token or a grant', {
  timeout: 30_000,
}, async () => {
  const all = await startTestServer()
  onTestFinished(() => all.stop())
  const follow = async (headers: Record<string, string>, act: () => Promise<unknown>) => {
    const stream = await all.server.app.server.inject({ url: EVENTS, headers, payloadAsStream: true })
    expect(stream.statusCode).toBe(200)
    await act()
    return textOf(stream)
  }
  const people = await Promise.all([0, 1, 2, 3, 4].map(() => openBrowser(all, 'viewer')))
  const idOf = async (at: number) => (await people[at]!.call('GET', '/api/auth/me')).json.user.id
  const disable = { disabled: true }
  const change = { current_password: PERSON_PASSWORD, new_password: 'another amber lantern' }
  const made = await all.call('POST', '/api/scheduler/tokens', { as: 'admin', body: { name: 'lost', role: 'viewer' } })
  const ids = await Promise.all([idOf(0), idOf(1), idOf(2)])
  const subject = { kind: 'user', id: await idOf(4) }
  const given = await all.call('POST', '/api/scheduler/grants', {
    as: 'admin',
    body: { subject, role: 'editor', scope: { kind: 'group', id: 'a' } },
  })
  await Promise.all([
    follow({ cookie: people[0]!.cookie }, () => people[0]!.call('POST', '/api/auth/logout')),
    follow({ cookie: people[1]!.cookie }, () => people[1]!.call('POST', '/api/auth/password', { body: change })),
    follow({ cookie: people[2]!.cookie }, () =>
      all.call('PATCH', `/api/scheduler/users/${ids[2]}`, { as: 'admin', body: disable }),
    ),
    follow({ cookie: people[4]!.cookie }, () =>
      all.call('DELETE', `/api/scheduler/grants/${given.json.id}`, { as: 'admin' }),
    ),
    follow({ authorization: `Bearer ${made.json.token}` }, () =>
      all.call('DELETE', `/api/scheduler/tokens/${made.json.id}`, { as: 'admin' }),
    ),
  ])
})

async function textOf(response: { stream(): AsyncIterable<unknown> }): Promise<string> {
  let text = ''
  for await (const chunk of response.stream()) text += chunk
  return text
}

const JOB = { type: 'shell', payload: { command: 'true' } }

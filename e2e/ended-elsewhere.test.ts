import { cleanUp, eventually, type OwnPostgres, ServerProcess, startPostgres } from '@rota/testkit/cluster'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { events } from './event-stream.ts'

const PASSWORD = 'tangled amber lantern'
/** What is promised, and what a busy machine may take beside it. */
const WITHIN_MS = 5_000 + 3_000
let postgres: OwnPostgres
let here: ServerProcess
let there: ServerProcess

beforeAll(async () => {
  const own = await startPostgres()
  if (own === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
  postgres = own
  const env = { ROTA_DATABASE_URL: postgres.url }
  here = await new ServerProcess({ env }).start()
  there = await new ServerProcess({ env }).start()
})
afterAll(async () => {
  await cleanUp()
  postgres.stop()
})

const post = (url: string, body: object, token?: string) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token !== undefined && { authorization: `Bearer ${token}` }) },
    body: JSON.stringify(body),
  })

async function login(username: string, password: string): Promise<string> {
  const reply = await post(`${here.url}/api/auth/login`, { username, password })
  return ((await reply.json()) as { access_token: string }).access_token
}

test.each(['DELETE', 'PATCH'])(
  'tokens, sessions and open streams of an account end on another server, too, after a %s of it',
  async (method) => {
    const admin = await login('admin', 'e2e horse battery staple')
    const username = `person-${method}`
    const made = await post(`${here.url}/api/scheduler/users`, { username, password: PASSWORD, role: 'viewer' }, admin)
    const { id } = (await made.json()) as { id: string }
    const session = await login(username, PASSWORD)
    const token = (
      (await (await post(`${here.url}/api/scheduler/tokens`, { name: 'x' }, session)).json()) as { token: string }
    ).token
    const statusOf = async (bearer: string) =>
      (await fetch(`${there.url}/api/auth/me`, { headers: { authorization: `Bearer ${bearer}` } })).status
    const streams = [session, token].map(async (bearer) => {
      for await (const _ of events(`${there.url}/api/scheduler/events`, bearer));
    })
    const ended = Promise.allSettled(streams)
    // The other server knows them by now, and keeps in mind that they are good.
    expect([await statusOf(session), await statusOf(token)]).toEqual([200, 200])
    const changed = await fetch(`${here.url}/api/scheduler/users/${id}`, {
      method,
      headers: { authorization: `Bearer ${admin}`, 'content-type': 'application/json' },
      body: method === 'PATCH' ? JSON.stringify({ disabled: true }) : null,
    })
    expect(changed.status).toBeLessThan(300)
    let isOver = false
    void ended.then(() => {
      isOver = true
    })
    await eventually('end of the streams', WITHIN_MS, () => isOver)
    expect([await statusOf(session), await statusOf(token)]).toEqual([401, 401])
  },
)

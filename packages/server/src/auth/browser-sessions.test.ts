import { createIds } from '@rota/core'
import { createMemoryHub, openInMemoryStore } from '@rota/engine'
import { config, parse } from '@rota/protocol'
import { ManualClock } from '@rota/testkit'
import { beforeEach, expect, test } from 'vitest'
import { createAccessStore } from '../store/access-store.ts'
import { createAccess } from './access.ts'

const PASSWORD = 'a long enough secret'
const SETTINGS = { ...parse(config, {}).auth, access_token_seconds: 900, refresh_token_days: 1 }
const DEVICE = { address: '10.0.0.1', userAgent: 'Browser/1' }
const MINUTE = 60_000
const RENEWAL = 15 * MINUTE

async function build() {
  const clock = new ManualClock()
  const store = createAccessStore(openInMemoryStore({ clock }))
  const { rateLimits: limits } = createMemoryHub(clock).join()
  const parts = { store, signingKey: new Uint8Array(32).fill(7), settings: SETTINGS, clock, limits }
  const access = createAccess({ ...parts, newId: createIds(() => clock.now()) })
  const { id } = await access.users.create({ username: 'ada', password: PASSWORD, role: 'admin' })
  const user = await access.users.account(id)
  const { cookie } = await access.browserSessions.open(user, DEVICE)
  return { clock, store, user, cookie, sessions: access.browserSessions, access }
}

let t = await build()
beforeEach(async () => {
  t = await build()
})

const ended = expect.objectContaining({ code: 'session_ended' })

test('a cookie opens its session, and nothing that differs from it does', async () => {
  expect(await t.sessions.read(t.cookie)).toMatchObject({ userId: t.user.id, nextCookie: null })
  const [id, secret] = t.cookie.split('.') as [string, string]
  const other = await t.sessions.open(t.user, DEVICE)
  const [otherId] = other.cookie.split('.')
  for (const wrong of ['', 'x', id, `${id}.`, `${id}.${secret.slice(1)}A`, `${otherId}.${secret}`, `${t.cookie}x`]) {
    await expect(t.sessions.read(wrong), wrong).rejects.toEqual(ended)
  }
})

test('a cookie is no refresh token, and a refresh token no cookie', async () => {
  const [id, secret] = t.cookie.split('.')
  await expect(t.access.sessions.refresh(`rtr_${id}.${secret}`)).rejects.toMatchObject({ code: 'unauthenticated' })
  const { refresh_token: token } = await t.access.sessions.login({ username: 'ada', password: PASSWORD }, '10.0.0.1')
  await expect(t.sessions.read(token.slice('rtr_'.length))).rejects.toEqual(ended)
})

test('the secret is replaced after a while, and the session lives on from there', async () => {
  await t.clock.advance(RENEWAL)
  const { nextCookie } = await t.sessions.read(t.cookie)
  expect(nextCookie).not.toBe(t.cookie)
  const { expiresAt } = await t.sessions.read(nextCookie!)
  expect(expiresAt).toBe(t.clock.now() + 86_400_000)
})

test('of requests that set out together one gets the new cookie, and the others are served', async () => {
  await t.clock.advance(RENEWAL)
  const replies = await Promise.all([1, 2, 3, 4].map(() => t.sessions.read(t.cookie)))
  const fresh = replies.flatMap(({ nextCookie }) => nextCookie ?? [])
  expect(fresh).toHaveLength(1)
  await t.sessions.read(fresh[0]!)
  await t.clock.advance(MINUTE)
  await expect(t.sessions.read(t.cookie)).resolves.toMatchObject({ nextCookie: null })
})

test('an old secret that turns up after the new one was in use ends the session for both', async () => {
  await t.clock.advance(RENEWAL)
  const { nextCookie } = await t.sessions.read(t.cookie)
  await t.sessions.read(nextCookie!)
  await t.clock.advance(MINUTE + 1)
  await expect(t.sessions.read(t.cookie)).rejects.toEqual(ended)
  await expect(t.sessions.read(nextCookie!)).rejects.toEqual(ended)
})

test('a reply that got lost with the new secret signs nobody out', async () => {
  await t.clock.advance(RENEWAL)
  const lost = await t.sessions.read(t.cookie)
  await t.clock.advance(10 * MINUTE)
  const { nextCookie } = await t.sessions.read(t.cookie)
  expect(nextCookie).not.toBeNull()
  await expect(t.sessions.read(nextCookie!)).resolves.toBeDefined()
  // The lost one never was in anybody's hands; it opens nothing and ends nothing.
  await expect(t.sessions.read(lost.nextCookie!)).rejects.toEqual(ended)
  await expect(t.sessions.read(nextCookie!)).resolves.toBeDefined()
})

test('another instance takes the new secret at once, though it remembers the old one', async () => {
  const { store, clock } = t
  const { rateLimits: limits } = createMemoryHub(clock).join()
  const parts = { store, signingKey: new Uint8Array(32).fill(7), settings: SETTINGS, clock, limits }
  const other = createAccess({ ...parts, newId: createIds(() => clock.now()) }).browserSessions
  await t.clock.advance(RENEWAL - 1)
  await other.read(t.cookie)
  await t.clock.advance(1)
  const { nextCookie } = await t.sessions.read(t.cookie)
  await expect(other.read(nextCookie!)).resolves.toMatchObject({ userId: t.user.id })
})

test('a session that is not used ends with its time', async () => {
  await t.clock.advance(86_400_000)
  await expect(t.sessions.read(t.cookie)).rejects.toEqual(ended)
})

test('a store that refuses writes signs nobody out', async () => {
  await t.clock.advance(RENEWAL)
  t.store.sessions.rotate = () => Promise.reject(new Error('disk full'))
  await expect(t.sessions.read(t.cookie)).resolves.toMatchObject({ nextCookie: null })
})

test('nothing that is stored opens a session', async () => {
  const row = (await t.store.sessions.byId(t.cookie.split('.')[0]!))!
  expect(JSON.stringify(row)).not.toContain(t.cookie.split('.')[1])
})

test('a user has at most a hundred sessions; the longest unused ends first', async () => {
  await t.clock.advance(1)
  for (let at = 0; at < 100; at++) await t.sessions.open(t.user, DEVICE)
  expect(await t.sessions.list(t.user.id)).toHaveLength(100)
  await expect(t.sessions.read(t.cookie)).rejects.toEqual(ended)
})

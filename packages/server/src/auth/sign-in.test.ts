import { mkdtempSync, readFileSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, EVERYTHING } from '@rota/core'
import { createMemoryHub, openInMemoryStore } from '@rota/engine'
import { config, parse } from '@rota/protocol'
import { ManualClock } from '@rota/testkit'
import type { Kysely } from 'kysely'
import { beforeEach, expect, test, vi } from 'vitest'
import { StartFailure } from '../failure.ts'
import { createAccessStore } from '../store/access-store.ts'
import type { AccessTables } from '../store/tables.ts'
import { ThrottledError } from '../throttled-error.ts'
import { createAccess } from './access.ts'
import { bootstrapAdministrator, checkFirstStart, FIRST_PASSWORD_FILE } from './bootstrap.ts'
import { PasswordHasher, passwordErrors, randomPassword } from './passwords.ts'

/** The hashes that passwords were held against. */
const looked = vi.hoisted((): string[] => [])
vi.mock('@node-rs/argon2', async (original) => {
  const real = await original<typeof import('@node-rs/argon2')>()
  const verify: typeof real.verify = (hash, ...rest) => {
    looked.push(String(hash))
    return real.verify(hash, ...rest)
  }
  return { ...real, verify }
})

const KEY = new Uint8Array(32).map((_, at) => at * 7)
const PASSWORD = 'a long enough secret'
const SETTINGS = {
  ...parse(config, {}).auth,
  login_attempts: 3,
  login_refill_seconds: 10,
  refresh_token_days: 1 / 24,
}

function build() {
  const clock = new ManualClock()
  const newId = createIds(() => clock.now())
  const opened = openInMemoryStore({ clock })
  const store = createAccessStore(opened)
  const { rateLimits: limits } = createMemoryHub(clock).join()
  const access = createAccess({ store, signingKey: KEY, settings: SETTINGS, clock, limits, newId })
  async function signedIn(username = 'ada', role: 'viewer' | 'admin' = 'admin') {
    const user = await access.users.create({ username, password: PASSWORD, role })
    return { user, session: await access.sessions.login({ username, password: PASSWORD }, '10.0.0.1') }
  }
  return { clock, database: opened.kysely as unknown as Kysely<AccessTables>, signedIn, ...access }
}

const bearer = (token: string) => ({
  rawHeaders: ['Authorization', `Bearer ${token}`],
  authorization: `Bearer ${token}`,
  cookie: undefined,
  query: {},
  isSecure: false,
  origin: { method: 'GET', host: 'rota.example', headers: {} },
})

let t = build()
beforeEach(() => {
  t = build()
})

const refused = (code: string) => expect.objectContaining({ code })

test('a hundred first starts at once make one administrator', async () => {
  const input = { username: 'admin', password: PASSWORD, role: 'admin' as const }
  const made = await Promise.all(Array.from({ length: 60 }, () => t.users.createFirst(input)))
  expect(made.filter((user) => user !== null)).toHaveLength(1)
  expect((await t.users.list(EVERYTHING, 1, 10)).total).toBe(1)
})

test('the first password is random, shown once, and kept in a file only the owner can read', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-first-'))
  const first = await bootstrapAdministrator(t.users, undefined, { dataDir: folder, minLength: 12 })
  const file = join(folder, FIRST_PASSWORD_FILE)
  expect(readFileSync(file, 'utf8').trim()).toBe(first.oneTimePassword)
  expect(statSync(file).mode & 0o777).toBe(0o600)
  const again = await bootstrapAdministrator(t.users, undefined, { dataDir: folder, minLength: 12 })
  expect(again).toEqual({ oneTimePassword: null, isFirstStart: false })
  const session = await t.sessions.login({ username: 'admin', password: first.oneTimePassword! }, '::1')
  expect(session.user.must_change_password).toBe(true)
})

test('a first password that anybody would guess stops the start', async () => {
  for (const password of [
    'admin',
    'password',
    'changeme',
    'aaaaaaaaaaaa',
    '',
    'k7!mqzt',
    'Password2026!',
    'rota-admin-2026',
  ]) {
    const given = { variable: 'ROTA_ADMIN_PASSWORD_FILE', text: password, problem: null }
    const look = checkFirstStart({
      users: t.users,
      directory: { folder: '/nowhere', traces: [] },
      given,
      minLength: 12,
    })
    await expect(look, password).rejects.toThrow(StartFailure)
    await expect(look, password).rejects.toThrow(/^ROTA_ADMIN_PASSWORD_FILE: /)
  }
})

test('a first password matters at the first start alone', async () => {
  const unread = { variable: 'ROTA_ADMIN_PASSWORD_FILE', text: null, problem: 'The file x cannot be read (ENOENT).' }
  const look = (traces: string[]) =>
    checkFirstStart({ users: t.users, directory: { folder: '/nowhere', traces }, given: unread, minLength: 12 })
  await expect(look([])).rejects.toThrow('ROTA_ADMIN_PASSWORD_FILE: The file x cannot be read (ENOENT).')
  await expect(look(['lock.db', 'keys'])).rejects.toThrow(
    /has no account, though .* was used before \(it has lock\.db, keys\)/,
  )
  await t.signedIn()
  expect(await look(['lock.db', 'keys'])).toBeUndefined()
})

test('an unknown user, a wrong password and a disabled account are answered alike', async () => {
  const { user } = await t.signedIn()
  await t.users.create({ username: 'root2', password: PASSWORD, role: 'admin' })
  const messages = new Set<string>()
  const attempt = (name: string, password: string) =>
    t.sessions.login({ username: name, password }, name).catch((error) => messages.add(error.message))
  await attempt('nobody', PASSWORD)
  await attempt('ada', 'wrong password!')
  await t.users.update(user.id, { disabled: true })
  await attempt('ada', PASSWORD)
  expect([...messages]).toEqual(['User name or password is wrong.'])
})

test('an unknown user costs the same work as a known one: a look at a hash that was made alike', async () => {
  await t.signedIn()
  const workFor = async (name: string) => {
    looked.length = 0
    await t.sessions.login({ username: name, password: 'wrong password!' }, `${name}'s address`).catch(() => undefined)
    return looked.map((hash) => hash.split('$').slice(0, 4).join('$'))
  }
  const known = await workFor('ada')
  expect(known).toEqual([expect.stringMatching(/^\$argon2id\$/)])
  expect(await workFor('bob')).toEqual(known)
})

test('guessing is throttled per user and address, also in parallel, and told when to come back', async () => {
  await t.signedIn()
  const guess = () =>
    t.sessions.login({ username: 'ADA', password: 'wrong password!' }, '10.9.9.9').catch((error) => error)
  const results = await Promise.all(Array.from({ length: 5 }, guess))
  expect(results.filter((error) => error instanceof ThrottledError)).toHaveLength(2)
  expect(results.at(-1)).toMatchObject({ code: 'too_many_requests', retryAfterSeconds: 10 })
  await t.clock.advance(10_000)
  await expect(t.sessions.login({ username: 'ada', password: PASSWORD }, '10.9.9.9')).resolves.toBeDefined()
})

test('guesses from a thousand addresses end at the account, and lock nobody out where that one signs in from', async () => {
  await t.signedIn()
  const guess = (at: number) =>
    t.sessions
      .login({ username: 'ada', password: 'wrong password!' }, `2001:db8:${at.toString(16)}::1`)
      .catch((error) => error)
  const results = []
  for (let at = 0; at < 60; at++) results.push(await guess(at))
  expect(results.filter((error) => error instanceof ThrottledError)).toHaveLength(10)
  expect(
    await t.sessions.login({ username: 'ada', password: PASSWORD }, '10.77.0.1').catch((error) => error),
  ).toBeInstanceOf(ThrottledError)
  await expect(t.sessions.login({ username: 'ada', password: PASSWORD }, '10.0.0.1')).resolves.toBeDefined()
  await expect(t.sessions.login({ username: 'ada', password: PASSWORD }, '::ffff:10.0.0.1')).resolves.toBeDefined()
})

test('guesses at other names from the same address do not lock out who has signed in there', async () => {
  await t.signedIn()
  for (let at = 0; at < 40; at++)
    await t.sessions.login({ username: `nobody${at}`, password: 'wrong' }, '10.0.0.1').catch(() => undefined)
  await expect(t.sessions.login({ username: 'nobody', password: 'wrong' }, '10.0.0.1')).rejects.toThrow(ThrottledError)
  await expect(t.sessions.login({ username: 'ada', password: PASSWORD }, '10.0.0.1')).resolves.toBeDefined()
})

test('all addresses of an IPv6 network count as one', async () => {
  const guess = (at: number) =>
    t.sessions.login({ username: 'ada', password: 'wrong' }, `2001:db8::${at}`).catch((error) => error)
  const results = []
  for (let at = 1; at <= 5; at++) results.push(await guess(at))
  expect(results.filter((error) => error instanceof ThrottledError)).toHaveLength(2)
})

test('when strangers fill all places where passwords are checked, who is known gets through', async () => {
  const hasher = new PasswordHasher()
  const stored = await hasher.hash(PASSWORD)
  const strangers = Array.from({ length: 67 }, () => hasher.verify(stored, 'wrong', false))
  const surplus = hasher.verify(stored, 'wrong', false)
  await expect(surplus).rejects.toThrow('Too many sign-ins at once')
  const order: string[] = []
  void Promise.all(strangers).then(() => order.push('strangers'))
  await hasher.verify(stored, PASSWORD, true).then((matches) => order.push(`known ${matches}`))
  await Promise.all(strangers)
  expect(order[0]).toBe('known true')
})

test('guesses of tokens are bounded by address; a right one is never asked to wait', async () => {
  const { session } = await t.signedIn()
  const guess = () =>
    t.authenticator
      .authenticate(bearer(`rota_${'0'.repeat(24)}.${'x'.repeat(43)}`))
      .catch((error) => t.guesses.count(error, '10.0.0.9'))
      .catch((error) => error.code)
  const results = []
  for (let at = 0; at < 40; at++) results.push(await guess())
  expect(results.filter((code) => code === 'unauthenticated')).toHaveLength(30)
  expect(results.filter((code) => code === 'too_many_requests')).toHaveLength(10)
  await expect(t.authenticator.authenticate(bearer(session.access_token))).resolves.toBeDefined()
})

test('names that differ only in case or width are one account', async () => {
  await t.signedIn('Ada')
  const again = t.users.create({ username: 'ＡＤＡ', password: PASSWORD })
  await expect(again).rejects.toEqual(refused('conflict'))
})

test('weak passwords are refused with the reason', () => {
  expect(passwordErrors('short', 12, 'ada')[0]?.message).toContain('at least 12')
  expect(passwordErrors('aaaaaaaaaaaaaaa', 12, 'ada')[0]?.message).toContain('different characters')
  expect(passwordErrors('administrator', 12, 'ada')[0]?.message).toContain('anybody')
  expect(passwordErrors(randomPassword(12), 12, 'admin')).toEqual([])
})

test('a refresh replaces the token, and using the old one again ends the session for both', async () => {
  const { session } = await t.signedIn()
  const next = await t.sessions.refresh(session.refresh_token)
  expect(next.refresh_token).not.toBe(session.refresh_token)
  await expect(t.sessions.refresh(session.refresh_token)).rejects.toEqual(refused('unauthenticated'))
  await expect(t.sessions.refresh(next.refresh_token)).rejects.toEqual(refused('unauthenticated'))
  await expect(t.authenticator.authenticate(bearer(next.access_token))).rejects.toEqual(refused('unauthenticated'))
})

test('of two parallel refreshes with one token at most one succeeds', async () => {
  const { session } = await t.signedIn()
  const results = await Promise.allSettled([1, 2, 3].map(() => t.sessions.refresh(session.refresh_token)))
  expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
})

test('a refresh token ends with its time', async () => {
  const { session } = await t.signedIn()
  await t.clock.advance(3_600_001)
  await expect(t.sessions.refresh(session.refresh_token)).rejects.toEqual(refused('unauthenticated'))
  await t.sessions.prune()
  expect(await t.database.selectFrom('sessions').selectAll().execute()).toEqual([])
})

test('a change of password or role ends all sessions at once', async () => {
  const { user, session } = await t.signedIn('bob', 'viewer')
  await expect(t.authenticator.authenticate(bearer(session.access_token))).resolves.toMatchObject({ name: 'bob' })
  await t.users.changePassword(user.id, { current: PASSWORD, next: 'another long secret' })
  await expect(t.authenticator.authenticate(bearer(session.access_token))).rejects.toEqual(refused('unauthenticated'))
  const second = await t.sessions.login({ username: 'bob', password: 'another long secret' }, '10.0.0.1')
  await t.users.update(user.id, { role: 'operator' })
  await expect(t.authenticator.authenticate(bearer(second.access_token))).rejects.toEqual(refused('unauthenticated'))
})

test('the last administrator can be neither removed, disabled nor degraded', async () => {
  const { user } = await t.signedIn()
  await expect(t.users.remove(user.id)).rejects.toEqual(refused('conflict'))
  await expect(t.users.update(user.id, { role: 'viewer' })).rejects.toEqual(refused('conflict'))
  await expect(t.users.update(user.id, { disabled: true })).rejects.toEqual(refused('conflict'))
})

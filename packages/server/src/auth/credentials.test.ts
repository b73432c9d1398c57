import { createHash, createHmac } from 'node:crypto'
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createIds, permissionsIn, RotaError } from '@rota/core'
import { createMemoryHub, openInMemoryStore } from '@rota/engine'
import { config, parse } from '@rota/protocol'
import { ManualClock } from '@rota/testkit'
import type { Kysely } from 'kysely'
import { beforeEach, expect, test } from 'vitest'
import { StartFailure } from '../failure.ts'
import { createAccessStore } from '../store/access-store.ts'
import type { AccessTables } from '../store/tables.ts'
import { ThrottledError } from '../throttled-error.ts'
import { createAccess } from './access.ts'
import { loadKey, prepareDataDir } from './key-files.ts'

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

test('only our own unexpired access tokens are accepted, whatever a header claims', async () => {
  const { session } = await t.signedIn()
  const [, body] = session.access_token.split('.') as [string, string]
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString())
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const sign = (head: object, payload: object, key: Uint8Array = KEY, digest = 'sha256') => {
    const text = `${encode(head)}.${encode(payload)}`
    return `${text}.${createHmac(digest, key).update(text).digest('base64url')}`
  }
  const head = { alg: 'HS256', typ: 'at+jwt' }
  expect(await t.accessTokens.read(sign(head, claims))).toMatchObject({ userId: claims.sub })
  const forged = {
    none: `${encode({ ...head, alg: 'none' })}.${body}.`,
    emptySignature: `${encode(head)}.${body}.`,
    otherDigest: sign({ ...head, alg: 'HS512' }, claims, KEY, 'sha512'),
    rsaSwap: sign({ ...head, alg: 'RS256' }, claims),
    foreignKey: sign(head, claims, new Uint8Array(32)),
    keyByUrl: sign({ ...head, jku: 'http://evil/keys', kid: '../../etc/passwd' }, claims, new Uint8Array(32)),
    embeddedKey: sign({ ...head, jwk: { kty: 'oct', k: 'AAAA' } }, claims, new Uint8Array(3)),
    otherType: sign({ ...head, typ: 'JWT' }, claims),
    otherAudience: sign(head, { ...claims, aud: 'rota:node' }),
    otherIssuer: sign(head, { ...claims, iss: 'other' }),
    expired: sign(head, { ...claims, exp: claims.iat - 10 }),
    textExpiry: sign(head, { ...claims, exp: '9999999999' }),
    noExpiry: sign(head, { ...claims, exp: undefined }),
    notYet: sign(head, { ...claims, nbf: claims.exp + 100 }),
    huge: sign(head, { ...claims, pad: 'x'.repeat(100_000) }),
    otherUser: sign(head, { ...claims, sub: 7 }),
    critical: sign({ ...head, crit: ['b64'], b64: false }, claims),
    refreshToken: session.refresh_token,
    nonsense: 'a.b.c',
  }
  for (const [name, token] of Object.entries(forged)) {
    await expect(t.authenticator.authenticate(bearer(token)), name).rejects.toEqual(refused('unauthenticated'))
  }
  await t.clock.advance(910_000)
  await expect(t.accessTokens.read(session.access_token)).rejects.toEqual(refused('unauthenticated'))
})

test('an API token is shown once, stored as a hash, and never allows more than its maker may', async () => {
  const { session } = await t.signedIn('eve', 'viewer')
  const eve = await t.authenticator.authenticate(bearer(session.access_token))
  await expect(t.apiTokens.create(eve, { name: 'x', role: 'admin' })).rejects.toEqual(refused('invalid'))
  const { secret, token } = await t.apiTokens.create(eve, { name: 'ci', expires_in_days: 1 })
  expect(JSON.stringify(await t.database.selectFrom('api_tokens').selectAll().execute())).not.toContain(
    secret.split('.')[1],
  )
  const caller = await t.authenticator.authenticate(bearer(secret))
  expect(caller.name).toBe('token:ci')
  expect(permissionsIn(caller.rights)).toEqual(['view'])
  expect((await t.apiTokens.get(token.id, { userId: eve.userId })).last_used_at).not.toBeNull()
  await expect(t.apiTokens.create(caller, { name: 'child' })).resolves.toMatchObject({
    token: { expires_at: token.expires_at },
  })
  await t.clock.advance(86_400_001)
  await expect(t.authenticator.authenticate(bearer(secret))).rejects.toEqual(refused('unauthenticated'))
})

test('a revoked token and the tokens of a disabled user end at once', async () => {
  await t.signedIn('root1')
  const { user, session } = await t.signedIn('eve', 'viewer')
  const eve = await t.authenticator.authenticate(bearer(session.access_token))
  const first = await t.apiTokens.create(eve, { name: 'a' })
  const second = await t.apiTokens.create(eve, { name: 'b' })
  await t.authenticator.authenticate(bearer(first.secret))
  await t.apiTokens.revoke(first.token.id, { userId: eve.userId })
  await expect(t.authenticator.authenticate(bearer(first.secret))).rejects.toEqual(refused('unauthenticated'))
  await t.users.update(user.id, { disabled: true })
  await expect(t.authenticator.authenticate(bearer(second.secret))).rejects.toEqual(refused('unauthenticated'))
  const stolen = `${second.secret.slice(0, -2)}xx`
  await expect(t.authenticator.authenticate(bearer(stolen))).rejects.toEqual(refused('unauthenticated'))
})

test('two credentials at once are refused, a credential in the wrong place is not one', async () => {
  const { session } = await t.signedIn()
  const good = bearer(session.access_token)
  const with_ = (extra: object) => t.authenticator.authenticate({ ...good, ...extra })
  await expect(with_({ cookie: 'a=b; rota_session=x' })).rejects.toEqual(refused('malformed'))
  await expect(with_({ query: { access_token: 'x' } })).rejects.toEqual(refused('malformed'))
  await expect(with_({ rawHeaders: [...good.rawHeaders, 'X-API-Key', 'k'] })).rejects.toEqual(refused('malformed'))
  await expect(with_({ rawHeaders: [...good.rawHeaders, ...good.rawHeaders] })).rejects.toEqual(refused('malformed'))
  const basic = { rawHeaders: ['Authorization', 'Basic eDp5'], authorization: 'Basic eDp5' }
  await expect(with_(basic)).rejects.toEqual(refused('unauthenticated'))
  await expect(with_({ rawHeaders: [], query: { token: 'x' } })).rejects.toEqual(refused('unauthenticated'))
  await expect(with_({ cookie: 'theme=dark' })).resolves.toBeDefined()
})

test('a key is made once, readable by its owner only, and a bad one stops the start', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-keys-'))
  const key = loadKey(folder, 'signing.key')
  expect(key).toHaveLength(32)
  expect(loadKey(folder, 'signing.key')).toEqual(key)
  const path = join(folder, 'keys', 'signing.key')
  expect(statSync(path).mode & 0o777).toBe(0o600)
  chmodSync(path, 0o644)
  expect(() => loadKey(folder, 'signing.key')).toThrow(/chmod 600/)
  chmodSync(path, 0o600)
  for (const bad of ['', 'secret', '00'.repeat(32), createHash('md5').update('x').digest('hex')]) {
    writeFileSync(path, bad)
    expect(() => loadKey(folder, 'signing.key'), bad).toThrow(StartFailure)
  }
})

test('a key that a killed start has half written is made anew', () => {
  const folder = mkdtempSync(join(tmpdir(), 'rota-keys-'))
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'signing.key.new'), 'abc')
  expect(loadKey(folder, 'signing.key')).toHaveLength(32)
  expect(readdirSync(join(folder, 'keys'))).toEqual(['signing.key'])
})

test('the data directory is shut to others, and one that is shared or cannot be written is refused', () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'rota-dir-')), 'data')
  mkdirSync(folder, { mode: 0o755 })
  prepareDataDir(folder)
  expect(statSync(folder).mode & 0o777).toBe(0o700)
  const shared = `${folder}-shared`
  mkdirSync(shared)
  chmodSync(shared, 0o1777)
  expect(() => prepareDataDir(shared)).toThrow(/name one of its own/)
  writeFileSync(`${folder}-file`, '')
  expect(() => prepareDataDir(`${folder}-file/x`)).toThrow(expect.objectContaining({ exitCode: 73 }))
})

test('errors of access are RotaErrors, so that they become replies', () => {
  expect(RotaError.is(new ThrottledError('x', 1))).toBe(true)
})

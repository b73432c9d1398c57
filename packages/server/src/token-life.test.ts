import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, PERSON_PASSWORD, signIn, type TestBrowser } from './testing/test-browser.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const TOKENS = '/api/scheduler/tokens'
let t: TestServer
let person: TestBrowser
let username: string

async function start(settings: Record<string, string> = {}): Promise<void> {
  t = await startTestServer(settings)
  person = await openBrowser(t, 'editor')
  username = (await person.call('GET', '/api/auth/me')).json.user.username
}
afterEach(() => t.stop())

const isGood = async (token: string) => (await t.call('GET', '/api/auth/me', { as: token })).status === 200

describe('a token', () => {
  beforeEach(() => start())
  const byToken = async (as: string, body: object) =>
    (await t.call('POST', TOKENS, { as, body: { name: 'made', ...body } })).json as {
      id: string
      token: string
      made_by: string
    }
  const bySession = async () => (await person.call('POST', TOKENS, { body: { name: 'made' } })).json

  test('made by a token ends with it, and so does what that made', async () => {
    const first = await bySession()
    const second = await byToken(first.token, {})
    const third = await byToken(second.token, {})
    expect([first.made_by, second.made_by, third.made_by]).toEqual([null, first.id, second.id])
    expect(await isGood(third.token)).toBe(true)
    await person.call('DELETE', `${TOKENS}/${first.id}`)
    for (const { token } of [first, second, third]) expect(await isGood(token)).toBe(false)
    const { tokens } = (await person.call('GET', TOKENS)).json
    expect(tokens.map((token: { revoked_at: string | null }) => token.revoked_at)).not.toContain(null)
  })

  test('made beside a token, with the password, stands for the person', async () => {
    const first = await bySession()
    const wrong = await t.call('POST', TOKENS, { as: first.token, body: { name: 'x', password: 'wrong' } })
    expect(wrong.status).toBe(422)
    const own = await byToken(first.token, { password: PERSON_PASSWORD })
    await person.call('DELETE', `${TOKENS}/${first.id}`)
    expect(await isGood(own.token)).toBe(true)
  })

  test('ends when the password changes, by oneself or by an administrator', async () => {
    const [one, two] = [await bySession(), await bySession()]
    const child = await byToken(two.token, {})
    const body = { current_password: PERSON_PASSWORD, new_password: 'another amber lantern' }
    expect((await person.call('POST', '/api/auth/password', { body })).status).toBe(200)
    for (const { token } of [one, two, child]) expect(await isGood(token)).toBe(false)
    const later = await bySession()
    const { id } = (await person.call('GET', '/api/auth/me')).json.user
    const reset = { password: 'a third amber lantern' }
    expect((await t.call('PATCH', `/api/scheduler/users/${id}`, { as: 'admin', body: reset })).status).toBe(200)
    expect(await isGood(later.token)).toBe(false)
  })

  test('ends when its owner signs out everywhere, not when of one session', async () => {
    const made = await bySession()
    const again = await signIn(t, username, PERSON_PASSWORD)
    await person.call('POST', '/api/auth/logout')
    expect(await isGood(made.token)).toBe(true)
    await again.call('POST', '/api/auth/logout', { body: { everywhere: true } })
    expect(await isGood(made.token)).toBe(false)
  })

  test('of the command line beside the server ends with the server alone, and what it makes is the administrator’s', async () => {
    const local = JSON.parse(readFileSync(join(t.folder, 'cli-token'), 'utf8')).token as string
    const made = await byToken(local, {})
    expect(made.made_by).toBeNull()
    const { id } = (await t.call('GET', '/api/auth/me', { as: local })).json.user
    const reset = { password: 'a fourth amber lantern' }
    expect((await t.call('PATCH', `/api/scheduler/users/${id}`, { as: local, body: reset })).status).toBe(200)
    expect(await isGood(made.token)).toBe(false)
    expect(await isGood(local)).toBe(true)
  })
})

describe('a token that is rotated', () => {
  beforeEach(() => start())
  const made = async (body: object = {}) =>
    (await person.call('POST', TOKENS, { body: { name: 'ci', scopes: ['view'], ...body } })).json
  const rotate = (id: string, as: string, body: object = {}) => t.call('POST', `${TOKENS}/${id}/rotate`, { as, body })

  test('is taken for a while beside its successor, which may the same and stands as it stood', async () => {
    const first = await made({ addresses: ['127.0.0.0/8'], expires_in_days: 3 })
    const next = await rotate(first.id, first.token, { overlap_seconds: 600 })
    expect(next.status, next.text).toBe(201)
    const { id: _, token, created_at: __, last_used_at: ___, ...rest } = next.json
    expect(rest).toEqual({
      ...{
        name: 'ci',
        owner: username,
        tenant_id: null,
        scopes: ['view'],
        made_by: null,
        revoked_at: null,
        grants_only: false,
      },
      ...{ expires_at: first.expires_at, addresses: ['127.0.0.0/8'] },
    })
    expect([await isGood(first.token), await isGood(token)]).toEqual([true, true])
    const old = (await person.call('GET', `${TOKENS}/${first.id}`)).json
    const left = Date.parse(old.expires_at) - Date.now()
    expect(left).toBeGreaterThan(0)
    expect(left).toBeLessThanOrEqual(600_000)
  })

  test('ends at once without an overlap, and its successor goes on when it is revoked', async () => {
    const first = await made()
    const next = (await rotate(first.id, first.token, { overlap_seconds: 0 })).json
    expect([await isGood(first.token), await isGood(next.token)]).toEqual([false, true])
    await person.call('DELETE', `${TOKENS}/${first.id}`)
    expect(await isGood(next.token)).toBe(true)
    expect((await rotate(first.id, next.token)).status).toBe(409)
  })

  test('leaves what it has made to its successor', async () => {
    const first = await made()
    const child = (await t.call('POST', TOKENS, { as: first.token, body: { name: 'child' } })).json
    const next = (await rotate(first.id, first.token, { overlap_seconds: 0 })).json
    expect([await isGood(first.token), await isGood(child.token)]).toEqual([false, true])
    await person.call('DELETE', `${TOKENS}/${next.id}`)
    expect(await isGood(child.token)).toBe(false)
  })

  test('is one of the own: nobody, administrators included, gets the token of another', async () => {
    const first = await made()
    expect((await rotate(first.id, 'admin')).status).toBe(404)
  })

  test('by a token that may less is refused', async () => {
    const [less, more] = [await made(), await made({ scopes: ['view', 'edit'] })]
    expect((await rotate(more.id, less.token)).status).toBe(422)
  })
})

test('a token with addresses is taken from those alone, and from no others does it tell anything', async () => {
  await start()
  const make = (addresses: string[]) => person.call('POST', TOKENS, { body: { name: 'x', addresses } })
  const here = (await make(['192.0.2.7', '127.0.0.0/8', '::1'])).json
  expect(await isGood(here.token)).toBe(true)
  const elsewhere = (await make(['10.0.0.0/8', '2001:db8::/32'])).json
  const refused = await t.call('GET', '/api/auth/me', { as: elsewhere.token })
  expect([refused.status, refused.json.detail]).toEqual([403, 'This token is not taken from the address 127.0.0.1.'])
  const child = (await t.call('POST', TOKENS, { as: here.token, body: { name: 'child', addresses: ['10.0.0.0/8'] } }))
    .json
  expect((await t.call('GET', '/api/auth/me', { as: child.token })).status).toBe(403)
  const free = (await t.call('POST', TOKENS, { as: here.token, body: { name: 'child' } })).json
  const headers = { authorization: `Bearer ${free.token}` }
  const from = async (remoteAddress: string) =>
    (await t.server.app.server.inject({ url: '/api/auth/me', headers, remoteAddress })).statusCode
  expect([await from('127.0.0.9'), await from('192.0.2.7'), await from('198.51.100.1')]).toEqual([200, 200, 403])
  for (const wrong of ['10.0.0.0/33', 'example.org', '10.0.0', '::/129', '1.2.3.4/']) {
    const reply = await make(['10.0.0.1', wrong])
    expect([reply.status, reply.json.errors?.[0]?.path], wrong).toEqual([422, 'addresses[1]'])
  }
})

test('making a token in an old session needs the password again', async () => {
  await start({ 'auth.password_again_seconds': '0' })
  const refused = await person.call('POST', TOKENS, { body: { name: 'x' } })
  expect(refused.status).toBe(422)
  expect(refused.json.errors).toMatchObject([{ path: 'password', message: expect.stringContaining('needed again') }])
  const wrong = await person.call('POST', TOKENS, { body: { name: 'x', password: 'not the password' } })
  expect(wrong.json.errors).toMatchObject([{ path: 'password' }])
  expect((await person.call('POST', TOKENS, { body: { name: 'x', password: PERSON_PASSWORD } })).status).toBe(201)
})

import { totpAt } from '@rota/testkit/providers'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openBrowser, PERSON_PASSWORD, signIn, type TestBrowser } from './testing/test-browser.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

const FACTOR = '/api/auth/second-factor'
let t: TestServer
afterEach(() => t.stop())

/** The instant that codes count from: they are the same wherever in a step the test is. */
let base = 0
beforeEach(() => {
  base = Date.now()
})
/** The code that a device shows so many steps after the test began. */
const codeAt = (secret: string, steps = 0) => totpAt(secret, base + steps * 30_000)
const login = (username: string, more: object = {}, password = PERSON_PASSWORD) =>
  t.call('POST', '/api/auth/login', { body: { username, password, ...more } })

interface Enrolled {
  person: TestBrowser
  username: string
  id: string
  secret: string
  codes: string[]
}

/** With the code of step 0: that of step 1 is then still to be used. */
async function enrolled(): Promise<Enrolled> {
  const person = await openBrowser(t, 'editor')
  const { username, id } = (await person.call('GET', '/api/auth/me')).json.user
  const { secret, enrolment } = (await person.call('POST', FACTOR)).json
  const body = { enrolment, totp: codeAt(secret), password: PERSON_PASSWORD }
  const codes = (await person.call('PUT', FACTOR, { body })).json.recovery_codes
  return { person, username, id, secret, codes }
}

describe('a second factor', () => {
  test('is set up with its first code and the password, and then asked for', async () => {
    t = await startTestServer()
    const person = await openBrowser(t, 'editor')
    const { username } = (await person.call('GET', '/api/auth/me')).json.user
    const { secret, uri, enrolment } = (await person.call('POST', FACTOR)).json
    expect(uri).toContain(`secret=${secret}`)
    const totp = codeAt(secret)
    const wrong = [
      { enrolment, totp: '000000', password: PERSON_PASSWORD },
      { enrolment, totp, password: 'not the password' },
      { enrolment: `${enrolment.slice(0, -2)}xx`, totp, password: PERSON_PASSWORD },
    ]
    const paths = []
    for (const body of wrong) paths.push((await person.call('PUT', FACTOR, { body })).json.errors[0].path)
    expect(paths).toEqual(['totp', 'password', 'enrolment'])
    expect((await login(username)).status).toBe(200)
    const other = await openBrowser(t, 'editor')
    // What was offered to one is nothing to another.
    const stolen = await other.call('PUT', FACTOR, { body: { enrolment, totp, password: PERSON_PASSWORD } })
    expect(stolen.json.errors[0].path).toBe('enrolment')
    const done = await person.call('PUT', FACTOR, { body: { enrolment, totp, password: PERSON_PASSWORD } })
    expect(new Set(done.json.recovery_codes).size).toBe(10)
    const asked = await login(username)
    expect([asked.status, asked.json.type]).toEqual([401, 'urn:rota:problem:second_factor_required'])
    const wrongPassword = await login(username, { totp: codeAt(secret, 1) }, 'not the password')
    expect(wrongPassword.json.type).toBe('urn:rota:problem:unauthenticated')
    expect((await login(username, { totp: codeAt(secret, 1) })).status).toBe(200)
    expect((await person.call('GET', FACTOR)).json).toEqual({ enabled: true, required: false, recovery_codes_left: 10 })
  })

  test('takes each code once, also of several at the same instant, and none that is further away', async () => {
    t = await startTestServer()
    const { username, secret } = await enrolled()
    // That of the enrolment was taken.
    expect((await login(username, { totp: codeAt(secret) })).status).toBe(401)
    const totp = codeAt(secret, 1)
    const tried = await Promise.all([0, 1, 2].map(() => login(username, { totp })))
    expect(tried.map(({ status }) => status).toSorted()).toEqual([200, 401, 401])
    expect((await login(username, { totp: codeAt(secret, 4) })).status).toBe(401)
  })

  test('has recovery codes, each for once, which new ones end', async () => {
    t = await startTestServer({ 'auth.login_attempts': '100' })
    const { person, username, secret, codes } = await enrolled()
    const asTyped = codes[0]!.toUpperCase().replaceAll('-', ' ')
    expect((await login(username, { recovery_code: asTyped })).status).toBe(200)
    expect((await login(username, { recovery_code: codes[0] })).status).toBe(401)
    const body = { password: PERSON_PASSWORD, totp: codeAt(secret, 1) }
    const { recovery_codes: next } = (await person.call('POST', `${FACTOR}/recovery-codes`, { body })).json
    expect((await login(username, { recovery_code: codes[1] })).status).toBe(401)
    expect((await login(username, { recovery_code: next[1] })).status).toBe(200)
  })

  test('is removed with password and code, or by an administrator', async () => {
    t = await startTestServer()
    const { person, username, secret, codes, id } = await enrolled()
    const remove = (body: object) => person.call('POST', `${FACTOR}/removal`, { body })
    const bare = await remove({ password: PERSON_PASSWORD })
    expect([bare.status, bare.json.errors[0].path]).toEqual([422, 'totp'])
    expect((await remove({ password: 'not the password', totp: codeAt(secret) })).status).toBe(422)
    expect((await person.call('POST', FACTOR)).status).toBe(409)
    expect((await remove({ password: PERSON_PASSWORD, recovery_code: codes[3] })).status).toBe(204)
    expect((await login(username)).status).toBe(200)
    const again = await enrolled()
    const byOther = await person.call('DELETE', `/api/scheduler/users/${again.id}/second-factor`)
    expect(byOther.status).toBe(403)
    expect((await t.call('DELETE', `/api/scheduler/users/${again.id}/second-factor`, { as: 'admin' })).status).toBe(204)
    expect((await login(again.username)).status).toBe(200)
    expect(id).not.toBe(again.id)
  })

  test('is guessed no faster than a password; a right password without a code is no guess', async () => {
    t = await startTestServer({ 'auth.login_attempts': '3' })
    const { username, secret } = await enrolled()
    for (let n = 0; n < 8; n++) expect((await login(username)).status).toBe(401)
    const statuses = []
    for (let n = 0; n < 4; n++) statuses.push((await login(username, { totp: '000000' })).status)
    expect(statuses).toEqual([401, 401, 401, 429])
    expect((await login(username, { totp: codeAt(secret) })).status).toBe(429)
  })
})

describe('a second factor that is required', () => {
  const ADMIN = 'correct horse battery'
  const look = (person: TestBrowser) => person.call('GET', '/api/scheduler/tasks')

  test.each([
    ['admins', 200],
    ['all', 403],
  ])('of %s is set up before anything else is done', async (rule, ofViewer) => {
    t = await startTestServer({ 'auth.require_second_factor': rule })
    const admin = await signIn(t, 'admin', ADMIN)
    expect((await admin.call('GET', '/api/auth/me')).json.second_factor_due).toBe(true)
    const refused = await look(admin)
    expect([refused.status, refused.json.detail]).toEqual([403, expect.stringContaining('second factor first')])
    const { secret, enrolment } = (await admin.call('POST', FACTOR)).json
    const body = { enrolment, totp: codeAt(secret), password: ADMIN }
    expect((await admin.call('PUT', FACTOR, { body })).status).toBe(200)
    expect((await look(admin)).status).toBe(200)
    const made = { username: 'eve', role: 'viewer', password: PERSON_PASSWORD }
    expect((await admin.call('POST', '/api/scheduler/users', { body: made })).status).toBe(201)
    expect((await look(await signIn(t, 'eve', PERSON_PASSWORD))).status).toBe(ofViewer)
  })
})

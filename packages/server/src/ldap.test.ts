import { type OwnDirectory, PEOPLE_PASSWORD, startSlapd } from '@rota/testkit/providers'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { LdapDirectory } from './auth/ldap-directory.ts'
import { filledFilter } from './auth/ldap-filter.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let directory: OwnDirectory
let t: TestServer

const ROLES = [
  { group: 'admins', role: 'admin' },
  { group: 'backup', role: 'operator', in: 'backup' },
]
const settings = (more: Record<string, string> = {}) => ({
  'auth.ldap.url': directory.url,
  'auth.ldap.bind_dn': directory.root.dn,
  'auth.ldap.bind_password': directory.root.password,
  'auth.ldap.user_base': `ou=people,${directory.base}`,
  'auth.ldap.group_base': `ou=groups,${directory.base}`,
  'auth.ldap.roles': JSON.stringify(ROLES),
  'auth.ldap.timeout_seconds': '5',
  'auth.login_attempts': '1000',
  ...more,
})

beforeAll(async () => {
  directory = await startSlapd()
  t = await startTestServer(settings())
})
afterAll(async () => {
  await t.stop()
  await directory.stop()
})

const login = (username: string, password = PEOPLE_PASSWORD, server = t) =>
  server.call('POST', '/api/auth/login', { body: { username, password } })
const me = async (token: string, server = t) => (await server.call('GET', '/api/auth/me', { as: token })).json

describe('people of a directory', () => {
  test('sign in with the password of theirs there, and with no other', async () => {
    await directory.addPerson('ada', 'Ada Lovelace')
    const { json, status } = await login('ada')
    expect([status, json.user]).toEqual([
      200,
      expect.objectContaining({
        username: 'ada',
        display_name: 'Ada Lovelace',
        source: 'ldap',
        role: 'none',
        has_password: false,
      }),
    ])
    const told = (await login('ada', 'wrong')).json.detail
    for (const [name, password] of [
      ['ada', ''],
      ['nobody', PEOPLE_PASSWORD],
      ['admin', PEOPLE_PASSWORD],
    ] as const) {
      const reply = await login(name, password)
      expect([400, 401, 422]).toContain(reply.status)
      if (reply.status === 401) expect(reply.json.detail).toBe(told)
    }
    // What is empty never gets as far as a bind, which would succeed.
    const bare = new LdapDirectory(ldapOf())
    expect(await bare.signIn('ada', '')).toBeNull()
  })

  test('cannot write themselves into the filter', async () => {
    await directory.addPerson('bob')
    for (const name of ['*', '*)(uid=*', 'b*', 'bob)(|(uid=*', 'ada)(objectClass=*))(&(uid=bob', '\\2a', 'bob\u0000']) {
      expect((await login(name)).status, name).not.toBe(200)
    }
    expect((await login('bob')).status).toBe(200)
    expect(filledFilter('(&(uid={username})(x={dn}))', { username: '*)(uid=*', dn: 'a\\(b)' })).toBe(
      '(&(uid=\\2a\\29\\28uid=\\2a)(x=a\\5c\\28b\\29))',
    )
  })

  test('keep the account when they are renamed, and their groups are what the directory says at each sign-in', async () => {
    const dn = await directory.addPerson('carol')
    await directory.setGroup('admins', [dn])
    await directory.setGroup('backup', [dn])
    const first = await login('carol')
    const { rights, grants } = await me(first.json.access_token)
    expect([rights.user, grants.map(({ role }: { role: string }) => role)]).toEqual([['view', 'manage'], ['operator']])
    const subject = { kind: 'user', id: first.json.user.id }
    await t.call('POST', '/api/scheduler/grants', {
      as: 'admin',
      body: { subject, role: 'viewer', scope: { kind: 'global' } },
    })
    await directory.setGroup('admins', [])
    await directory.change((client) => client.modifyDN(dn, 'uid=caroline'))
    await directory.setGroup('backup', [`uid=caroline,ou=people,${directory.base}`])
    expect((await login('carol')).status).toBe(401)
    const again = await login('caroline')
    expect(again.json.user).toMatchObject({ id: first.json.user.id, username: 'carol' })
    const later = await me(again.json.access_token)
    expect(later.rights).toEqual(expect.objectContaining({ user: ['view'] }))
    expect(later.grants).toHaveLength(1)
    await directory.setGroup('backup', [])
    expect((await me((await login('caroline')).json.access_token)).grants).toEqual([])
  })

  test('have groups also by what their own entries say', async () => {
    const own = await startTestServer(settings({ 'auth.ldap.group_base': '' }))
    onTestFinished(() => own.stop())
    const dn = await directory.addPerson('dora')
    await directory.setGroup('backup', [dn])
    const { json } = await login('dora', PEOPLE_PASSWORD, own)
    expect((await me(json.access_token, own)).grants).toMatchObject([{ role: 'operator', scope: { id: 'backup' } }])
  })

  test('never get an account that has a password here', async () => {
    await directory.addPerson('admin')
    expect((await login('admin')).status).toBe(401)
    expect((await login('admin', 'correct horse battery')).json.user.source).toBeNull()
  })
})

describe('a directory', () => {
  const told = async (more: Record<string, string>, name = 'ada') => {
    const own = await startTestServer(settings(more))
    try {
      const reply = await login(name, PEOPLE_PASSWORD, own)
      const local = await login('admin', 'correct horse battery', own)
      return { status: reply.status, detail: reply.json.detail as string | undefined, local: local.status }
    } finally {
      await own.stop()
    }
  }
  const refused = (text: string) => ({ status: 503, detail: expect.stringContaining(text), local: 200 })

  test('is spoken to by TLS, from the first byte or later, when its certificate is trusted and not otherwise', async () => {
    const trusted = { 'auth.ldap.ca_file': directory.caFile }
    const startTls = { 'auth.ldap.start_tls': 'true' }
    const secure = { 'auth.ldap.url': directory.secureUrl }
    expect((await told({ ...startTls, ...trusted })).status).toBe(200)
    expect((await told({ ...secure, ...trusted })).status).toBe(200)
    expect(await told(startTls)).toEqual(refused('is not trusted'))
    expect(await told(secure)).toEqual(refused('is not trusted'))
    expect(await told({ ...startTls, 'auth.ldap.ca_file': '/no/such/file' })).toEqual(refused('cannot be read'))
  })

  test('that is configured wrongly says what is wrong, and passwords of our own go on', async () => {
    expect(await told({ 'auth.ldap.bind_password': 'wrong' })).toEqual(refused('refuses auth.ldap.bind_dn'))
    expect(await told({ 'auth.ldap.user_base': 'ou=nowhere,dc=example,dc=org' })).toEqual(refused('no such base'))
    expect(await told({ 'auth.ldap.id_attribute': 'employeeNumber' })).toEqual(refused('shows no employeeNumber'))
  })

  test('that is down says so, lets passwords of our own go on, and is asked again when it is back', async () => {
    await directory.end()
    const reply = await login('ada')
    expect([reply.status, reply.json.detail]).toEqual([503, expect.stringContaining('cannot be asked')])
    expect((await login('admin', 'correct horse battery')).status).toBe(200)
    await directory.begin()
    expect((await login('ada')).status).toBe(200)
  })

  test('beyond this machine is not spoken to in clear', async () => {
    const start = startTestServer({ 'auth.ldap.url': 'ldap://ldap.example.org' })
    await expect(start).rejects.toThrow('would send passwords in clear')
  })
})

function ldapOf() {
  return {
    ...{ url: directory.url, start_tls: false, ca_file: null, bind_dn: null, bind_password: null, timeout_seconds: 5 },
    ...{ user_base: directory.base, user_filter: '(uid={username})', id_attribute: 'entryUUID', roles: [] },
    ...{ username_attribute: 'uid', name_attribute: 'cn', group_base: null, group_filter: '', group_attribute: 'cn' },
    ...{ create_accounts: true, tenant: null },
  }
}

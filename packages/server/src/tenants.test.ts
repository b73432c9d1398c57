import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type StagedTenant, stageTenant, TENANT_PASSWORD, withoutUse } from './testing/tenant-stage.ts'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
let kestrel: StagedTenant
let osprey: StagedTenant

beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '10000', 'auth.login_attempts_per_account': '10000' })
  kestrel = await stageTenant(t, 'kestrel')
  osprey = await stageTenant(t, 'osprey')
})
afterAll(() => t.stop())

describe('a tenant', () => {
  test('has names of its own: users, groups, roles, tasks and keys that others have, too', async () => {
    const common = { name: 'the same', type: 'shell', command: 'true', group: 'shared' }
    for (const { call, word } of [kestrel, osprey]) {
      expect((await call('POST', '/api/scheduler/users', { username: 'ada', password: TENANT_PASSWORD })).status).toBe(
        201,
      )
      expect((await call('POST', '/api/scheduler/user-groups', { name: 'staff' })).status).toBe(201)
      const role = await call('POST', '/api/scheduler/roles', { name: 'runner', rights: { task: ['execute'] } })
      expect([role.status, role.json.name, role.json.tenant_id]).toEqual([201, 'runner', word])
      expect((await call('POST', '/api/scheduler/tasks', common)).status).toBe(201)
      const again = await call('POST', '/api/scheduler/users', { username: 'ADA', password: TENANT_PASSWORD })
      expect([again.status, again.json.errors]).toEqual([409, [{ path: 'username', message: 'is taken.' }]])
      const grant = { subject: { kind: 'user', id: 'ada' }, role: 'runner', scope: { kind: 'group', id: 'shared' } }
      const given = await call('POST', '/api/scheduler/grants', grant)
      expect([given.status, given.json.role, given.json.tenant_id]).toEqual([201, 'runner', word])
      const unknown = await call('POST', '/api/scheduler/grants', { ...grant, role: 'none such' })
      expect(unknown.json.errors[0].message).toContain(`${word}-role`)
      expect((await call('DELETE', '/api/scheduler/roles/runner')).status).toBe(409)
    }
    const plain = await t.call('POST', '/api/scheduler/users', {
      as: 'admin',
      body: { username: 'ada', password: 'another good password' },
    })
    expect([plain.status, plain.json.tenant_id]).toEqual([201, null])
    const signIn = (username: string, password: string) =>
      t.call('POST', '/api/auth/login', { body: { username, password } })
    expect((await signIn('kestrel/ada', TENANT_PASSWORD)).json.user.tenant_id).toBe('kestrel')
    expect((await signIn('OSPREY/Ada', TENANT_PASSWORD)).json.user.tenant_id).toBe('osprey')
    expect((await signIn('ada', 'another good password')).json.user.tenant_id).toBeNull()
    for (const wrong of ['ada', 'nobody/ada', '/ada', 'kestrel/', 'kestrel:ada', 'kestrel/osprey/ada']) {
      expect((await signIn(wrong, TENANT_PASSWORD)).status, wrong).toBe(401)
    }
  })

  test('is all that a grant on a group reaches, whoever else has a group of that name', async () => {
    const { json } = await t.call('POST', '/api/auth/login', {
      body: { username: 'kestrel/ada', password: TENANT_PASSWORD },
    })
    const ada = (method: string, url: string, body?: unknown) => t.call(method, url, { as: json.access_token, body })
    const runs = async (tenant: StagedTenant) => {
      const found = await tenant.call('GET', '/api/scheduler/tasks?group=shared')
      const reply = await ada('POST', `/api/scheduler/tasks/${found.json.tasks[0].id}/run`, {})
      return [found.json.total, reply.status]
    }
    expect([await runs(kestrel), await runs(osprey)]).toEqual([
      [1, 202],
      [1, 404],
    ])
    // The account's own role lets it see the rest of the tenant, and run nothing of it.
    expect((await ada('POST', `/api/scheduler/tasks/${kestrel.ids.task}/run`, {})).status).toBe(403)
    expect((await ada('GET', '/api/scheduler/tasks')).text).not.toContain('osprey')
    const holders = await kestrel.call('GET', '/api/scheduler/access/holders?group=shared')
    expect(holders.json.holders.map(({ user }: { user: string }) => user)).toContain('ada')
    expect(holders.text).not.toContain('osprey')
  })

  test('keeps its limits to itself, under the names that it has given them', async () => {
    const key = { overlap: 'allow', key: 'db', key_max: 1 }
    const blocked: Record<string, unknown>[] = []
    for (const { call } of [kestrel, osprey]) {
      const body = { name: 'holds', type: 'handler', handler: 'sleep', params: { args: [600] }, concurrency: key }
      const { json: task } = await call('POST', '/api/scheduler/tasks', body)
      expect((await call('POST', `/api/scheduler/tasks/${task.id}/run`, {})).json.waits_for).toBeNull()
      // The slot is taken when it starts.
      await started(call, task.id)
      const second = await call('POST', `/api/scheduler/tasks/${task.id}/run`, {})
      blocked.push(second.json)
      await call('POST', `/api/scheduler/tasks/${task.id}/stop`)
    }
    for (const reply of blocked) expect(reply).toMatchObject({ waits_for: { limit: 'key:db', max: 1 } })
  })

  test('answers an Idempotency-Key of somebody who asks for it and for another each with its own', async () => {
    const body = { name: 'once', type: 'shell', command: 'true' }
    const made = async (tenant: string) => {
      const headers = { 'idempotency-key': 'the-same', 'rota-tenant': tenant }
      const reply = await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body, headers })
      return [reply.status, reply.json.tenant_id, reply.headers['idempotency-replayed'] ?? null]
    }
    expect(await made('kestrel')).toEqual([201, 'kestrel', null])
    expect(await made('osprey')).toEqual([201, 'osprey', null])
    expect(await made('osprey')).toEqual([201, 'osprey', 'true'])
  })

  test('is told by its stream of its own alone', async () => {
    const response = await t.server.app.server.inject({
      url: '/api/scheduler/events',
      headers: { authorization: `Bearer ${kestrel.token}` },
      payloadAsStream: true,
    })
    await osprey.call('POST', `/api/scheduler/tasks/${osprey.ids.task}/run`, {})
    await osprey.call('PATCH', `/api/scheduler/tasks/${osprey.ids.task}`, { description: 'osprey again' })
    await kestrel.call('PATCH', `/api/scheduler/tasks/${kestrel.ids.task}`, { description: 'kestrel again' })
    let text = ''
    for await (const chunk of response.stream()) {
      text += chunk
      if (text.includes(kestrel.ids.task)) break
    }
    response.raw.res.destroy()
    expect(text).not.toContain('osprey')
    expect(text).not.toContain(osprey.ids.task)
  })
})

async function started(call: StagedTenant['call'], taskId: string): Promise<void> {
  await expect
    .poll(async () => (await call('GET', `/api/scheduler/tasks/${taskId}/executions?status=running`)).json.total)
    .toBe(1)
}

describe('an administrator above tenants', () => {
  const inTenant = (tenant: string) => ({
    get: (url: string) => t.call('GET', url, { as: 'admin', headers: { 'rota-tenant': tenant } }),
    post: (url: string, body: unknown) =>
      t.call('POST', url, { as: 'admin', body, headers: { 'rota-tenant': tenant } }),
  })

  test('sees all with whose it is, or what one chosen tenant sees', async () => {
    const all = await t.call('GET', '/api/scheduler/tasks?limit=1000', { as: 'admin' })
    const tenants = new Set(all.json.tasks.map(({ tenant_id }: { tenant_id: string }) => tenant_id))
    expect([...tenants]).toEqual(expect.arrayContaining(['kestrel', 'osprey']))
    for (const list of ['tasks', 'executions', 'users', 'user-groups', 'grants', 'tokens?all=true']) {
      const chosen = await inTenant('kestrel').get(`/api/scheduler/${list}`)
      const own = await kestrel.call('GET', `/api/scheduler/${list}`)
      expect(withoutUse(chosen.json), list).toEqual(withoutUse(own.json))
      expect(chosen.text, list).not.toContain('osprey')
    }
    expect((await inTenant('kestrel').get('/api/auth/me')).json.tenant).toEqual({
      id: 'kestrel',
      name: 'kestrel limited',
    })
    const unknown = await inTenant('nobody').get('/api/scheduler/tasks')
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([422, 'Rota-Tenant'])
  })

  test('makes what belongs to the tenant that is chosen, and takes nobody in from another', async () => {
    const made = await inTenant('kestrel').post('/api/scheduler/users', { username: 'zoe', password: TENANT_PASSWORD })
    expect(made.json.tenant_id).toBe('kestrel')
    expect((await inTenant('osprey').get(`/api/scheduler/users/${made.json.id}`)).status).toBe(404)
    const subject = { kind: 'user', id: osprey.ids.user }
    const grant = { subject, role: 'viewer', scope: { kind: 'global' } }
    const given = await inTenant('kestrel').post('/api/scheduler/grants', grant)
    expect([given.status, given.json.errors[0].path]).toEqual([422, 'subject.id'])
    const ofTask = { ...grant, scope: { kind: 'task', id: kestrel.ids.task } }
    const crossed = await t.call('POST', '/api/scheduler/grants', { as: 'admin', body: ofTask })
    expect([crossed.status, crossed.json.errors[0].path]).toEqual([422, 'scope.id'])
    const members = `/api/scheduler/user-groups/${kestrel.ids.userGroup}/members`
    for (const id of [osprey.ids.user, 'admin', 'osprey/osprey-user']) {
      const taken = await t.call('POST', members, { as: 'admin', body: { kind: 'user', id } })
      expect([taken.status, taken.json.errors[0].path], id).toEqual([422, 'id'])
    }
  })

  test('makes tokens for one tenant, which reach no other and nothing that all share', async () => {
    const made = await inTenant('kestrel').post('/api/scheduler/tokens', { name: 'for kestrel' })
    expect(made.json.tenant_id).toBe('kestrel')
    const ask = (url: string, headers = {}) => t.call('GET', url, { as: made.json.token, headers })
    expect((await ask(`/api/scheduler/tasks/${kestrel.ids.task}`)).status).toBe(200)
    expect((await ask(`/api/scheduler/tasks/${osprey.ids.task}`)).status).toBe(404)
    expect((await ask('/api/scheduler/tasks', { 'rota-tenant': 'osprey' })).status).toBe(403)
    for (const url of ['/status', '/metrics', '/api/scheduler/config', '/api/scheduler/tenants']) {
      expect((await ask(url)).status, url).toBe(403)
    }
  })

  test('disables a tenant, so that nobody of it is let in, and deletes one that has nothing', async () => {
    const small = await stageTenant(t, 'wren')
    const made = await inTenant('wren').post('/api/scheduler/tokens', { name: 'for wren' })
    const own = await small.call('POST', '/api/scheduler/tokens', { name: 'own' })
    const change = (body: object) => t.call('PUT', '/api/scheduler/tenants/wren', { as: 'admin', body })
    const statuses = async () => [
      (await small.call('GET', '/api/scheduler/tasks')).status,
      (await small.browser.call('GET', '/api/scheduler/tasks')).status,
      (await t.call('GET', '/api/scheduler/tasks', { as: own.json.token })).status,
      (await t.call('GET', '/api/scheduler/tasks', { as: made.json.token })).status,
      (await t.call('POST', '/api/auth/login', { body: { username: 'wren/wren-boss', password: TENANT_PASSWORD } }))
        .status,
    ]
    expect(await statuses()).toEqual([200, 200, 200, 200, 200])
    expect((await change({ disabled: true })).json.disabled).toBe(true)
    expect(await statuses()).toEqual([401, 401, 401, 401, 401])
    expect((await change({ disabled: false, name: 'Wren' })).json.name).toBe('Wren')
    expect((await statuses())[0]).toBe(200)
    const remove = (id: string) => t.call('DELETE', `/api/scheduler/tenants/${id}`, { as: 'admin' })
    const refused = await remove('wren')
    expect([refused.status, refused.json.detail]).toEqual([
      409,
      'The tenant wren still has 4 tasks (deleted ones count until they are purged), 2 users, 1 user groups, 1 roles, 1 grants, 1 secrets, 1 nodes, 1 pools; delete these first.',
    ])
    const create = (id: string) => t.call('POST', '/api/scheduler/tenants', { as: 'admin', body: { id } })
    expect((await create('empty')).status).toBe(201)
    expect((await create('empty')).json.errors[0].path).toBe('id')
    expect((await remove('empty')).status).toBe(204)
    expect((await remove('empty')).status).toBe(404)
    const again = await create('empty')
    expect([again.status, again.json.detail]).toEqual([
      409,
      'There was a tenant empty once, of which histories still tell; choose another id.',
    ])
    for (const id of ['Big', 'a/b', '-a', '', 'a'.repeat(41), 'a:b']) expect((await create(id)).status, id).toBe(422)
  })
})

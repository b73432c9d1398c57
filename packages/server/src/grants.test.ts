import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
const PASSWORD = 'a long enough password'

beforeAll(async () => {
  t = await startTestServer()
})
afterAll(() => t.stop())

const as = (credential: string) => ({
  get: (url: string) => t.call('GET', url, { as: credential }),
  post: (url: string, body: unknown) => t.call('POST', url, { as: credential, body }),
  patch: (url: string, body: unknown) => t.call('PATCH', url, { as: credential, body }),
  remove: (url: string) => t.call('DELETE', url, { as: credential }),
})

let serial = 0

/** A user without a role of its own, signed in. */
async function person(role = 'none') {
  const username = `person${++serial}`
  const made = await as('admin').post('/api/scheduler/users', { username, password: PASSWORD, role })
  expect(made.status).toBe(201)
  const { json } = await t.call('POST', '/api/auth/login', { body: { username, password: PASSWORD } })
  return { id: made.json.id as string, username, token: json.access_token as string, ...as(json.access_token) }
}

async function task(group: string | null, more: object = {}) {
  const body = { name: `task ${++serial}`, type: 'shell', command: 'true', schedule: { type: 'none' }, group, ...more }
  const made = await as('admin').post('/api/scheduler/tasks', body)
  expect(made.status).toBe(201)
  return made.json as { id: string; name: string; group: string }
}

async function grantTo(userId: string, role: string, scope: object, kind = 'user') {
  const made = await as('admin').post('/api/scheduler/grants', { subject: { kind, id: userId }, role, scope })
  expect(made.status, made.text).toBe(201)
  return made.json as { id: string }
}

const inGroup = (id: string) => ({ kind: 'group', id })

describe('a grant on a group', () => {
  test('shows its tasks, those below it and what hangs on them, and counts nothing else', async () => {
    const group = `team${++serial}`
    const [own, below, beside] = [await task(group), await task(`${group}/night`), await task(`${group}x`)]
    const ada = await person()
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(403)
    await grantTo(ada.id, 'viewer', inGroup(group))
    const list = await ada.get('/api/scheduler/tasks')
    expect([list.json.total, list.json.tasks.map((each: { id: string }) => each.id).sort()]).toEqual([
      2,
      [own.id, below.id].sort(),
    ])
    expect((await ada.get(`/api/scheduler/tasks/${below.id}`)).status).toBe(200)
    expect((await ada.get(`/api/scheduler/tasks/${beside.id}`)).status).toBe(404)
    const ran = await as('admin').post(`/api/scheduler/tasks/${beside.id}/run`, {})
    expect((await ada.get(`/api/scheduler/executions/${ran.json.execution_id}`)).status).toBe(404)
    expect((await ada.get('/api/scheduler/executions')).json.total).toBe(0)
    expect((await ada.get('/api/scheduler/stats')).json.total_tasks).toBe(2)
    expect((await ada.get('/api/scheduler/groups')).text).not.toContain(`${group}x`)
    expect((await ada.get(`/api/scheduler/tasks/export`)).text).not.toContain(beside.name)
    expect((await ada.get(`/api/scheduler/tasks?q=${encodeURIComponent(beside.name)}`)).json.total).toBe(0)
  })

  test('lets do there what its role allows, and nothing elsewhere', async () => {
    const group = `team${++serial}`
    const [own, seen] = [await task(`${group}/a`), await task(`${group}/b`)]
    const ada = await person()
    await grantTo(ada.id, 'viewer', inGroup(group))
    await grantTo(ada.id, 'editor', inGroup(`${group}/a`))
    expect((await ada.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })).status).toBe(200)
    const refused = await ada.patch(`/api/scheduler/tasks/${seen.id}`, { description: 'x' })
    expect([refused.status, refused.json.detail]).toEqual([
      403,
      `This needs the permission "edit" in the group "${group}/b", which ${ada.username} does not have there.`,
    ])
    for (const verb of ['run', 'pause', 'disable', 'clone', 'stop']) {
      expect((await ada.post(`/api/scheduler/tasks/${seen.id}/${verb}`, {})).status, verb).toBe(403)
    }
    expect((await ada.remove(`/api/scheduler/tasks/${seen.id}`)).status).toBe(403)
    const bulk = await ada.post('/api/scheduler/tasks/bulk', { action: 'run', ids: [own.id, seen.id] })
    expect([bulk.json.succeeded, bulk.json.failed]).toEqual([1, 1])
  })

  test('lets tasks be made and moved within it only', async () => {
    const group = `team${++serial}`
    const ada = await person()
    await grantTo(ada.id, 'editor', inGroup(group))
    const body = { type: 'shell', command: 'true', schedule: { type: 'none' } }
    const made = await ada.post('/api/scheduler/tasks', { ...body, name: `made ${serial}`, group: `${group}/new` })
    expect(made.status).toBe(201)
    for (const elsewhere of [null, 'other', `${group}x`]) {
      const there = await ada.post('/api/scheduler/tasks', { ...body, name: `no ${serial}`, group: elsewhere })
      expect(there.status, String(elsewhere)).toBe(403)
      expect((await ada.patch(`/api/scheduler/tasks/${made.json.id}`, { group: elsewhere })).status).toBe(403)
      const copy = await ada.post(`/api/scheduler/tasks/${made.json.id}/clone`, { name: 'copy', group: elsewhere })
      expect(copy.status).toBe(403)
    }
    const imported = await ada.post('/api/scheduler/tasks/import', {
      tasks: [{ ...body, name: `imported ${serial}`, group: 'other' }],
    })
    expect(imported.json.tasks?.[0]?.status ?? imported.text).not.toBe('created')
    expect((await ada.post('/api/scheduler/executions', { type: 'shell', payload: { command: 'true' } })).status).toBe(
      403,
    )
  })

  test('shows secrets of tasks to who may edit them there', async () => {
    const group = `team${++serial}`
    const [own, seen] = [
      await task(`${group}/a`, { env: { API_TOKEN: 'canary' } }),
      await task(group, { env: { API_TOKEN: 'canary' } }),
    ]
    const ada = await person('viewer')
    await grantTo(ada.id, 'editor', inGroup(`${group}/a`))
    for (const path of ['', '/revisions']) {
      expect((await ada.get(`/api/scheduler/tasks/${own.id}${path}`)).text).toContain('canary')
      expect((await ada.get(`/api/scheduler/tasks/${seen.id}${path}`)).text).not.toContain('canary')
    }
  })
})

describe('grants', () => {
  test('on one task reach that task, also where it has no group', async () => {
    const [own, other] = [await task(null), await task(null)]
    const ada = await person()
    await grantTo(ada.id, 'operator', { kind: 'task', id: own.id })
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(202)
    expect((await ada.post(`/api/scheduler/tasks/${other.id}/run`, {})).status).toBe(404)
    expect((await ada.get('/api/scheduler/tasks')).json.total).toBe(1)
    expect((await ada.patch(`/api/scheduler/tasks/${own.id}`, { description: 'x' })).status).toBe(403)
  })

  test('come by way of user groups, however deep, and go when the membership goes', async () => {
    const group = `team${++serial}`
    const own = await task(group)
    const ada = await person()
    const [inner, outer] = await Promise.all(
      ['inner', 'outer'].map(
        async (name) => (await as('admin').post('/api/scheduler/user-groups', { name: `${name}${serial}` })).json,
      ),
    )
    const members = (id: string) => `/api/scheduler/user-groups/${id}/members`
    await as('admin').post(members(inner.id), { kind: 'user', id: ada.username })
    await as('admin').post(members(outer.id), { kind: 'group', id: inner.name })
    await grantTo(outer.id, 'operator', inGroup(group), 'group')
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(202)
    const circle = await as('admin').post(members(inner.id), { kind: 'group', id: outer.id })
    expect([circle.status, circle.json.errors[0].path]).toEqual([409, 'id'])
    expect((await as('admin').post(members(inner.id), { kind: 'group', id: inner.id })).status).toBe(409)
    const explained = await ada.get(`/api/scheduler/access/explain?permission=execute&task=${own.id}`)
    expect(explained.json).toMatchObject({ allowed: true, by: [{ role: 'operator', user_group: outer.name }] })
    await as('admin').remove(`${members(inner.id)}/user/${ada.id}`)
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(403)
  })

  test('of a role that was made allow what it allows, from the moment it is changed', async () => {
    const group = `team${++serial}`
    const own = await task(group)
    const ada = await person()
    const name = `runner${serial}`
    const made = await as('admin').post('/api/scheduler/roles', { name, rights: { task: ['execute'] } })
    expect(made.json.rights).toEqual({ task: ['view', 'execute'] })
    await grantTo(ada.id, name, inGroup(group))
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(202)
    await as('admin').patch(`/api/scheduler/roles/${name}`, { rights: { task: ['view'] } })
    expect((await ada.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(403)
    expect((await as('admin').remove(`/api/scheduler/roles/${name}`)).status).toBe(409)
    expect((await as('admin').remove('/api/scheduler/roles/viewer')).status).toBe(409)
    expect((await as('admin').post('/api/scheduler/roles', { name: 'admin', rights: { task: ['view'] } })).status).toBe(
      409,
    )
  })

  test('end at once when they are taken back, and with the user or group they were given to', async () => {
    const group = `team${++serial}`
    await task(group)
    const ada = await person()
    const { id } = await grantTo(ada.id, 'viewer', inGroup(group))
    expect((await grantTo(ada.id, 'viewer', inGroup(group))).id).toBe(id)
    expect((await ada.get('/api/scheduler/tasks')).json.total).toBe(1)
    expect((await as('admin').remove(`/api/scheduler/grants/${id}`)).status).toBe(204)
    expect((await ada.get('/api/scheduler/tasks')).status).toBe(403)
    await grantTo(ada.id, 'viewer', inGroup(group))
    await as('admin').remove(`/api/scheduler/users/${ada.id}`)
    expect((await as('admin').get(`/api/scheduler/grants?group=${group}`)).json.total).toBe(0)
  })

  test('are no more than a token of their holder may use', async () => {
    const group = `team${++serial}`
    const own = await task(group)
    const ada = await person()
    await grantTo(ada.id, 'editor', inGroup(group))
    const made = await ada.post('/api/scheduler/tokens', { name: 'reader', scopes: ['view'] })
    expect(made.status, made.text).toBe(201)
    const reader = as(made.json.token)
    expect((await reader.get(`/api/scheduler/tasks/${own.id}`)).status).toBe(200)
    expect((await reader.post(`/api/scheduler/tasks/${own.id}/run`, {})).status).toBe(403)
    const told = await reader.get(`/api/scheduler/access/explain?permission=execute&task=${own.id}`)
    expect(told.json).toMatchObject({ allowed: true, narrowed_by_token: true })
  })

  test('are refused with the field and what there is', async () => {
    const ada = await person()
    const give = async (input: object) => {
      const subject = { kind: 'user', id: ada.id }
      const { status, json } = await as('admin').post('/api/scheduler/grants', {
        subject,
        role: 'viewer',
        scope: { kind: 'global' },
        ...input,
      })
      return [status, json.errors?.[0]?.path]
    }
    expect(await give({ role: 'root' })).toEqual([422, 'role'])
    expect(await give({ subject: { kind: 'user', id: 'nobody' } })).toEqual([422, 'subject.id'])
    expect(await give({ subject: { kind: 'group', id: 'nobody' } })).toEqual([422, 'subject.id'])
    expect(await give({ scope: { kind: 'task', id: ada.id } })).toEqual([422, 'scope.id'])
    expect(await give({ scope: { kind: 'group' } })).toEqual([422, 'scope.id'])
    expect(await give({ scope: { kind: 'group', id: '/a' } })).toEqual([422, 'scope.id'])
    expect(await give({ scope: { kind: 'global', id: 'a' } })).toEqual([422, 'scope.id'])
    const unknown = await as('admin').post('/api/scheduler/roles', { name: 'odd', rights: { user: ['execute'] } })
    expect([unknown.status, unknown.json.errors[0].path]).toEqual([422, 'rights.user'])
  })

  test('beyond what the giver may are refused', async () => {
    const ada = await person()
    const name = `keeper${++serial}`
    await as('admin').post('/api/scheduler/roles', { name, rights: { user: ['manage'] } })
    await grantTo(ada.id, name, { kind: 'global' })
    expect((await ada.get('/api/scheduler/users')).status).toBe(200)
    const subject = { kind: 'user', id: ada.id }
    const more = await ada.post('/api/scheduler/grants', { subject, role: 'admin', scope: { kind: 'global' } })
    expect([more.status, more.json.errors[0].path]).toEqual([422, 'role'])
    const role = await ada.post('/api/scheduler/roles', { name: `${name}2`, rights: { task: ['edit'] } })
    expect([role.status, role.json.errors[0].path]).toEqual([422, 'rights'])
    const user = await ada.patch(`/api/scheduler/users/${ada.id}`, { role: 'admin' })
    expect([user.status, user.json.errors[0].path]).toEqual([422, 'role'])
    const other = await ada.post('/api/scheduler/users', { username: `${name}3`, password: PASSWORD, role: 'admin' })
    expect([other.status, other.json.errors[0].path]).toEqual([422, 'role'])
    const group = (await as('admin').post('/api/scheduler/user-groups', { name: `bosses${serial}` })).json
    const outer = (await as('admin').post('/api/scheduler/user-groups', { name: `top${serial}` })).json
    const members = (id: string) => `/api/scheduler/user-groups/${id}/members`
    await as('admin').post(members(outer.id), { kind: 'group', id: group.id })
    await grantTo(outer.id, 'editor', inGroup('vault'), 'group')
    const own = { kind: 'user', id: ada.id }
    for (const { id } of [group, outer]) expect((await ada.post(members(id), own)).status).toBe(403)
    const mine = (await ada.post('/api/scheduler/user-groups', { name: `mine${serial}` })).json
    expect((await ada.post(members(mine.id), own)).status).toBe(200)
    expect((await ada.post(members(group.id), { kind: 'group', id: mine.id })).status).toBe(403)
    const boss = (await as('admin').get('/api/scheduler/users')).json.users[0]
    expect((await ada.patch(`/api/scheduler/users/${boss.id}`, { password: 'another long password' })).status).toBe(403)
    expect((await ada.remove(`/api/scheduler/users/${boss.id}`)).status).toBe(403)
  })
})

describe('an explanation', () => {
  test('says what is missing and who can give it, without telling of what is not seen', async () => {
    const group = `secret${++serial}`
    const hidden = await task(group)
    const ada = await person()
    const own = await ada.get(`/api/scheduler/access/explain?permission=edit&task=${hidden.id}`)
    expect(own.json).toMatchObject({ allowed: false, by: [], can_grant: expect.arrayContaining(['admin']) })
    expect(own.text).not.toContain(group)
    const none = await ada.get(
      '/api/scheduler/access/explain?permission=edit&task=01900000-0000-7000-8000-000000000000',
    )
    expect(none.json.missing).toBe(own.json.missing)
    expect((await ada.get('/api/scheduler/access/explain?user=admin')).status).toBe(403)
    const asked = await as('admin').get(
      `/api/scheduler/access/explain?user=${ada.username}&permission=edit&task=${hidden.id}`,
    )
    expect(asked.json.missing).toContain(`"${group}"`)
  })

  test('of a place names everybody who may do something there, and how', async () => {
    const group = `team${++serial}`
    const ada = await person()
    const bob = await person('operator')
    await person()
    await grantTo(ada.id, 'editor', inGroup(group))
    const { json } = await as('admin').get(`/api/scheduler/access/holders?group=${group}/below`)
    const by = new Map(json.holders.map((each: { user: string }) => [each.user, each]))
    expect(by.get(ada.username)).toMatchObject({
      permissions: ['view', 'execute', 'edit', 'delete'],
      by: [{ role: 'editor' }],
    })
    expect(by.get(bob.username)).toMatchObject({ by: [{ grant_id: null, role: 'operator' }] })
    expect(by.has(`person${serial}`)).toBe(false)
  })
})

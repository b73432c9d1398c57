import { expect, test } from 'vitest'
import { ApiError, createClient, UnreachableError } from './index.ts'
import { fakeFetch, json, type SeenRequest } from './testing/fake-fetch.ts'

const URL = 'http://rota.test:7070'

const session = (name: string) => ({
  access_token: `access-${name}`,
  refresh_token: `refresh-${name}`,
  token_type: 'Bearer',
  expires_in: 900,
  user: { username: 'alice' },
})

const authorization = ({ headers }: SeenRequest) => headers.authorization

test('a token is sent with every request', async () => {
  const { fetch, seen } = fakeFetch(json({ id: 'a b' }))
  await createClient({ url: `${URL}/`, token: 'rota_x', fetch }).tasks.get('a b')
  expect(seen[0]).toMatchObject({ method: 'GET', path: '/api/scheduler/tasks/a%20b' })
  expect(authorization(seen[0]!)).toBe('Bearer rota_x')
})

test('name and password log in with the first call, not before', async () => {
  const { fetch, seen } = fakeFetch(json(session('1')), json({ rows: [] }))
  const client = createClient({ url: URL, username: 'alice', password: 'secret', fetch })
  expect(seen).toHaveLength(0)
  await client.tasks.list()
  expect(seen.map(({ path }) => path)).toEqual(['/api/auth/login', '/api/scheduler/tasks'])
  expect(seen[0]!.body).toEqual({ username: 'alice', password: 'secret' })
  expect(authorization(seen[1]!)).toBe('Bearer access-1')
})

test('an expired access token is refreshed once for all calls under way', async () => {
  const expired = () => json({ type: 'urn:rota:problem:unauthenticated', status: 401 }, 401)
  const { fetch, seen } = fakeFetch(expired(), expired(), json(session('2')), json({ id: '1' }), json({ id: '2' }))
  const client = createClient({ url: URL, token: 'old', refreshToken: 'refresh-1', fetch })
  await Promise.all([client.tasks.get('1'), client.tasks.get('2')])
  expect(seen.filter(({ path }) => path === '/api/auth/refresh')).toHaveLength(1)
  expect(seen.slice(3).map(authorization)).toEqual(['Bearer access-2', 'Bearer access-2'])
})

test('the rotated refresh token is told, so that a caller can keep it', async () => {
  const told: string[] = []
  const { fetch } = fakeFetch(json(session('2')), json({}))
  const onLogin = (reply: { refresh_token: string }) => told.push(reply.refresh_token)
  await createClient({ url: URL, refreshToken: 'refresh-1', onLogin, fetch }).auth.me()
  expect(told).toEqual(['refresh-2'])
})

test('a refused refresh ends in the 401 that caused it', async () => {
  const { fetch } = fakeFetch(json({ detail: 'Expired.' }, 401), json({}, 401))
  const client = createClient({ url: URL, token: 'old', refreshToken: 'gone', fetch })
  await expect(client.auth.me()).rejects.toMatchObject({ status: 401, detail: 'Expired.' })
})

test('a wrong password is an ApiError with the server’s words', async () => {
  const { fetch } = fakeFetch(
    json({ title: 'Authentication required', detail: 'User name or password is wrong.' }, 401),
  )
  const client = createClient({ url: URL, username: 'a', password: 'b', fetch })
  await expect(client.tasks.list()).rejects.toMatchObject({ status: 401, message: 'User name or password is wrong.' })
})

test('problem details become an ApiError with code, fields and request id', async () => {
  const problem = {
    type: 'urn:rota:problem:invalid',
    title: 'Invalid content',
    detail: 'name: is required.',
    errors: [{ path: 'name', message: 'is required.' }],
  }
  const { fetch } = fakeFetch(
    new Response(JSON.stringify(problem), { status: 422, headers: { 'x-request-id': 'r1', 'retry-after': '7' } }),
  )
  const error = await createClient({ url: URL, token: 't', fetch })
    .tasks.create({ name: '', type: 'shell' })
    .catch((e) => e)
  expect(ApiError.is(error)).toBe(true)
  expect(error).toMatchObject({ status: 422, code: 'invalid', requestId: 'r1', retryAfterSeconds: 7 })
  expect(error.errors).toEqual(problem.errors)
})

test('an error page of a proxy is an ApiError, not a parse error', async () => {
  const { fetch } = fakeFetch(new Response('<html>Bad Gateway</html>', { status: 502, statusText: 'Bad Gateway' }))
  await expect(createClient({ url: URL, fetch }).health()).rejects.toMatchObject({ status: 502, title: 'Bad Gateway' })
})

test('an answer that is not JSON says that this is no Rota server', async () => {
  const { fetch } = fakeFetch(new Response('<html>hello</html>'))
  await expect(createClient({ url: URL, fetch }).health()).rejects.toThrow(/not JSON/)
})

test('a refused connection is an UnreachableError with the system’s code', async () => {
  const cause = Object.assign(new AggregateError([Object.assign(new Error(), { code: 'ECONNREFUSED' })]), {})
  const { fetch } = fakeFetch(new TypeError('fetch failed', { cause }))
  const error = await createClient({ url: URL, fetch })
    .health()
    .catch((e) => e)
  expect(UnreachableError.is(error)).toBe(true)
  expect(error.code).toBe('ECONNREFUSED')
})

test('an aborted call throws the abort, not an unreachable server', async () => {
  const abort = new AbortController()
  const { fetch } = fakeFetch(() => {
    abort.abort(new Error('enough'))
    throw new Error('aborted')
  })
  await expect(createClient({ url: URL, signal: abort.signal, fetch }).health()).rejects.toThrow('aborted')
})

test('a change carries the version that was seen, and a creation its idempotency key', async () => {
  const { fetch, seen } = fakeFetch(json({}), json({}, 201), json({}, 202))
  const { tasks } = createClient({ url: URL, token: 't', fetch })
  await tasks.update('1', { priority: 2 }, { version: 3 })
  await tasks.create({ name: 'a', type: 'shell' }, { idempotencyKey: 'k' })
  await tasks.run('1', {}, { idempotencyKey: 'r' })
  expect(seen[0]!.headers['if-match']).toBe('"3"')
  expect(seen[1]!.headers['idempotency-key']).toBe('k')
  expect(seen[2]!.headers['idempotency-key']).toBe('r')
})

test('filters that are not given are not sent, and lists are joined by commas', async () => {
  const { fetch, seen } = fakeFetch(json({ executions: [], total: 0, page: 1, limit: 50, next_cursor: null }))
  await createClient({ url: URL, token: 't', fetch }).executions.list({
    status: ['failed', 'cancelled'],
    task_id: undefined,
    from: '2026-01-01',
  })
  expect(seen[0]!.query).toEqual({ status: 'failed,cancelled', from: '2026-01-01' })
})

test('all() walks from cursor to cursor until there is none', async () => {
  const page = (ids: string[], cursor: string | null) =>
    json({ tasks: ids.map((id) => ({ id })), total: 3, page: 1, limit: 2, next_cursor: cursor })
  const { fetch, seen } = fakeFetch(page(['1', '2'], 'c1'), page(['3'], null))
  const ids: string[] = []
  for await (const { id } of createClient({ url: URL, token: 't', fetch }).tasks.all({ limit: 2 })) ids.push(id)
  expect(ids).toEqual(['1', '2', '3'])
  expect(seen.map(({ query }) => query.cursor)).toEqual([undefined, 'c1'])
})

test('a changed password goes on with the new session', async () => {
  const { fetch, seen } = fakeFetch(json(session('1')), json(session('2')), json({ user: {} }))
  const { auth } = createClient({ url: URL, username: 'alice', password: 'old', fetch })
  await auth.changePassword('old', 'new')
  await auth.me()
  expect(authorization(seen[2]!)).toBe('Bearer access-2')
})

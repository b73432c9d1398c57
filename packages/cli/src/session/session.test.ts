import { chmod, mkdir, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { json } from '../testing/fake-api.ts'
import { run } from '../testing/run.ts'
import { checkUrl } from './connect.ts'

interface Place {
  home: string
  data: string
}

async function place(): Promise<Place> {
  const home = await mkdtemp(join(tmpdir(), 'rota-home-'))
  const data = join(home, 'work', 'data')
  await mkdir(data, { recursive: true })
  return { home, data }
}

async function leaveToken(data: string, mode = 0o600): Promise<void> {
  await writeFile(join(data, 'cli-token'), JSON.stringify({ url: 'http://127.0.0.1:9', token: 'local' }))
  await chmod(join(data, 'cli-token'), mode)
}

/** Runs a command and answers where it went and with which credential. */
async function whereTo(
  home: string,
  env: Record<string, string>,
  args: string[] = [],
): Promise<[string, string | undefined]> {
  let to: [string, string | undefined] = ['', undefined]
  await run(['task', 'list', ...args], {
    env: { HOME: home, ...env },
    cwd: join(home, 'work'),
    fetch: async (input, init) => {
      to = [new URL(String(input)).origin, (init!.headers as Record<string, string>).authorization]
      return json({ tasks: [], total: 0 })
    },
  })
  return to
}

async function logIn(home: string, url: string): Promise<{ code: number; seen: string[] }> {
  const seen: string[] = []
  const replies: Record<string, unknown> = {
    '/api/auth/login': { access_token: 'a', refresh_token: 'r', user: { username: 'alice' } },
    '/api/auth/me': { user: { username: 'alice', must_change_password: false } },
    '/api/scheduler/tokens': { id: 't1', token: 'rota_made' },
  }
  const { code } = await run(['login', url, '-u', 'alice', '--password-stdin'], {
    env: { HOME: home },
    stdin: 'secret\n',
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input))
      seen.push(`${init?.method} ${pathname} ${init?.body ?? ''}`)
      return pathname === '/api/auth/logout' ? new Response(null, { status: 204 }) : json(replies[pathname])
    },
  })
  return { code, seen }
}

test('the address and token of the environment go first', async () => {
  const { home, data } = await place()
  await leaveToken(data)
  await logIn(home, 'https://far.test')
  expect(await whereTo(home, { ROTA_URL: 'http://a.test', ROTA_TOKEN: 'x' })).toEqual(['http://a.test', 'Bearer x'])
  expect(await whereTo(home, { ROTA_URL: 'http://a.test' })).toEqual(['http://a.test', undefined])
  expect(await whereTo(home, {}, ['--url', 'https://far.test'])).toEqual(['https://far.test', 'Bearer rota_made'])
})

test('a named data directory goes before the last login, ./data after it', async () => {
  const { home, data } = await place()
  await leaveToken(data)
  expect(await whereTo(home, {})).toEqual(['http://127.0.0.1:9', 'Bearer local'])
  await logIn(home, 'https://far.test')
  expect(await whereTo(home, {})).toEqual(['https://far.test', 'Bearer rota_made'])
  expect(await whereTo(home, { ROTA_DATA_DIR: data })).toEqual(['http://127.0.0.1:9', 'Bearer local'])
  expect(await whereTo(home, {}, ['--data', 'data'])).toEqual(['http://127.0.0.1:9', 'Bearer local'])
})

test('a data directory that is named but has no server is told, not replaced by another server', async () => {
  const { home, data } = await place()
  await logIn(home, 'https://far.test')
  const { code, err } = await run(['task', 'list', '--data', data], { env: { HOME: home } })
  expect(code).toBe(7)
  expect(err).toMatch(/No server is running on .*work\/data/)
})

test('a local token that others could have written or read is not used', async () => {
  const { home, data } = await place()
  await leaveToken(data, 0o644)
  expect(await whereTo(home, {})).toEqual(['http://127.0.0.1:7070', undefined])
})

test('a login keeps a token, never the password, in a file that only its owner can read', async () => {
  const { home } = await place()
  const { code, seen } = await logIn(home, 'https://far.test')
  expect(code).toBe(0)
  const file = join(home, '.config', 'rota', 'credentials.json')
  const text = await readFile(file, 'utf8')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  expect(text).toContain('rota_made')
  expect(text).not.toContain('secret')
  expect(seen.at(-1)).toMatch(/^POST \/api\/auth\/logout/)
})

test('a one-time password is changed on the way, by the second line', async () => {
  const { home } = await place()
  const bodies: unknown[] = []
  await run(['login', 'http://localhost:1', '--password-stdin'], {
    env: { HOME: home },
    stdin: 'once\nchosen\n',
    fetch: async (input, init) => {
      const { pathname } = new URL(String(input))
      if (pathname === '/api/auth/password') bodies.push(JSON.parse(String(init?.body)))
      if (pathname === '/api/auth/me') return json({ user: { username: 'admin', must_change_password: true } })
      return json({ access_token: 'a', refresh_token: 'r', id: 't', token: 'x' })
    },
  })
  expect(bodies).toEqual([{ current_password: 'once', new_password: 'chosen' }])
})

test('logging out revokes the token and forgets it, also when the server is gone', async () => {
  const { home } = await place()
  await logIn(home, 'https://far.test')
  const { code, err } = await run(['logout'], { env: { HOME: home } })
  expect(code).toBe(0)
  expect(err).toMatch(/server could not be told/)
  expect(await whereTo(home, {})).toEqual(['http://127.0.0.1:7070', undefined])
})

test('a damaged credentials file is named with what to do', async () => {
  const { home } = await place()
  await mkdir(join(home, '.config', 'rota'), { recursive: true })
  await writeFile(join(home, '.config', 'rota', 'credentials.json'), '{')
  const { code, err } = await run(['task', 'list'], { env: { HOME: home } })
  expect(code).toBe(1)
  expect(err).toMatch(/credentials\.json is damaged\.\n {2}Remove it/)
})

test.each([
  ['rota.test:7070', 'http://rota.test:7070'],
  ['https://rota.test/sub/', 'https://rota.test/sub'],
])('the address %s is taken as %s', (text, url) => {
  expect(checkUrl(text)).toBe(url)
})

test.each(['ftp://x', 'http://', 'https://user:pw@rota.test'])('%s is no address', (text) => {
  expect(() => checkUrl(text)).toThrow()
})

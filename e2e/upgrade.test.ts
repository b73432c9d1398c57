import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { zstdDecompressSync } from 'node:zlib'
import { createLogger, createServer, loadConfig } from '@rota/server'
import { startPostgres } from '@rota/testkit/cluster'
import { Client } from 'pg'
import { afterAll, describe, expect, test } from 'vitest'

/**
 * Stores as an earlier release left them, each filled with the same: people, a role that is granted to a user group, tasks, a
 * run, an API token. They are never made anew: what stands in them is what those who update have.
 */
const KEPT = [
  {
    made: '2026-11-30',
    tokens: {
      sqlite: 'rota_pat_h36oWgcoNZ92GaPvtWjE71gYAZmvtP43wFoI',
      postgres: 'rota_pat_gyO7K35g9MyoURQoVPZzGkVNxVNpil3FF5qZ',
    },
  },
] as const

const text = (made: string, name: string) =>
  zstdDecompressSync(readFileSync(join(import.meta.dirname, 'upgrade', made, `${name}.zst`)))

const postgres = await startPostgres()
if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
afterAll(() => postgres.stop())

/** Starts a server in this process on what was kept. */
async function serve(folder: string, set: Record<string, string> = {}) {
  const { config } = loadConfig({ data: folder, port: 0, set: { 'log.level': 'silent', ...set } }, {}, folder)
  const server = await createServer(config, { logger: createLogger('silent') })
  await server.start()
  const call = async (method: 'GET' | 'POST' | 'PATCH', url: string, as?: string, payload?: object) => {
    const headers = as === undefined ? {} : { authorization: `Bearer ${as}` }
    const reply = await server.app.server.inject({ method, url, headers, ...(payload && { payload }) })
    return { status: reply.statusCode, json: reply.payload === '' ? null : JSON.parse(reply.payload) }
  }
  const signIn = async (username: string, password: string) =>
    (await call('POST', '/api/auth/login', undefined, { username, password })).json.access_token as string
  return { server, call, signIn }
}

async function hold({ server, call, signIn }: Awaited<ReturnType<typeof serve>>, token: string): Promise<void> {
  try {
    const list = await call('GET', '/api/scheduler/tasks', token)
    const named = (name: string) => list.json.tasks.find((each: { name: string }) => each.name === name)
    const nightly = named('nightly')
    expect([list.json.total, named('weekly').status]).toEqual([5, 'disabled'])
    expect(nightly).toMatchObject({
      description: 'all of it',
      env: { LEVEL: '***' },
      version: 2,
      last_status: 'success',
    })
    expect((await call('GET', `/api/scheduler/tasks/${nightly.id}/executions`, token)).json).toMatchObject({ total: 1 })
    expect((await call('POST', `/api/scheduler/tasks/${nightly.id}/run`, token, {})).status).toBe(202)

    const [admin, ada, bob] = [
      await signIn('admin', 'correct horse battery'),
      await signIn('ada', 'an analytical engine'),
      await signIn('bob', 'a builder of things'),
    ]
    // By the grant to his group.
    expect((await call('GET', '/api/scheduler/tasks', bob)).json).toMatchObject({
      total: 1,
      tasks: [{ name: 'nightly' }],
    })
    const changed = await call('PATCH', `/api/scheduler/tasks/${nightly.id}`, ada, { description: 'most of it' })
    expect(changed).toMatchObject({ status: 200, json: { version: 3, env: { LEVEL: '9' } } })
    const { entries } = (await call('GET', `/api/scheduler/audit?actor=ada&subject=${nightly.id}`, admin)).json
    expect(entries).toMatchObject([{ action: 'updated', before: { description: 'all of it' } }])
    const tokens = await call('GET', '/api/scheduler/tokens', admin)
    expect(tokens.json.tokens.map((each: { name: string }) => each.name)).toContain('ci')
  } finally {
    await server.stop({ graceMs: 0 })
  }
}

describe.each(KEPT)('a store of $made opens with the same people, rights, tokens and tasks', ({ made, tokens }) => {
  const folder = () => mkdtempSync(join(tmpdir(), 'rota-upgrade-'))

  test('in a data directory', async () => {
    const data = folder()
    writeFileSync(join(data, 'state.db'), text(made, 'state.db'), { mode: 0o600 })
    await hold(await serve(data), tokens.sqlite)
  })

  test('in PostgreSQL', async () => {
    const client = new Client(postgres.url)
    await client.connect()
    await client.query(text(made, 'postgres.sql').toString())
    await client.end()
    await hold(
      await serve(folder(), { 'database.url': postgres.url, 'database.schema': 'rota_fixture' }),
      tokens.postgres,
    )
  })
})

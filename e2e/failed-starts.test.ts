import { execFileSync, spawn } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import {
  cleanUp,
  eventually,
  freePort,
  rota,
  type ServerOptions,
  ServerProcess,
  startPostgres,
  temporaryFolder,
} from '@rota/testkit/cluster'
import { Client } from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

const ROOT = join(import.meta.dirname, '..')
/** What a start that fails has for it, beyond what the very first mistake takes on this machine at the moment. */
const WITHIN_MS = 5_000
const PASSWORD = 'hunter2 is secret'

const postgres = await startPostgres({ password_encryption: "'scram-sha-256'" })
if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
const socket = dirname(postgres.socket)
const databaseAt = (database: string, user = 'postgres') =>
  `postgres://${user}:${encodeURIComponent(PASSWORD)}@/${database}?host=${encodeURIComponent(socket)}`

/** Takes connections and says nothing. */
const silent = createServer()
let silentPort: number

beforeAll(async () => {
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
  silentPort = (silent.address() as AddressInfo).port
  const rules = join(socket, 'data/pg_hba.conf')
  writeFileSync(rules, `local all locked scram-sha-256\n${readFileSync(rules, 'utf8')}`)
  await sql("CREATE ROLE locked LOGIN PASSWORD 'another'", 'SELECT pg_reload_conf()')
})
afterEach(() => cleanUp())
afterAll(() => {
  silent.close()
  postgres.stop()
})

async function sql(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: databaseAt('postgres') })
  await client.connect()
  for (const statement of statements) await client.query(statement)
  await client.end()
}

interface End {
  code: number | null
  output: string
  tookMs: number
}

/** How a server ends that must not start; -1 when it does not. */
async function endOf(server: ServerProcess): Promise<End> {
  const startedAt = performance.now()
  const { ended } = await server.launch()
  const { code } = await Promise.race([
    ended,
    new Promise<{ code: number }>((resolve) => setTimeout(() => resolve({ code: -1 }), 60_000)),
  ])
  return { code, output: server.output, tookMs: performance.now() - startedAt }
}

/** Names, modes and sizes; null where there is nothing. */
function contentOf(folder: string): string[] | null {
  try {
    const names = ['', ...readdirSync(folder, { recursive: true }).map(String)]
    return names.toSorted().map((name) => {
      const { mode, size } = statSync(join(folder, name))
      return `${name} ${mode.toString(8)} ${name === '' ? '' : size}`
    })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    if ((error as NodeJS.ErrnoException).code === 'ENOTDIR') return ['a file']
    throw error
  }
}

const processesOf = (folder: string) =>
  execFileSync('ps', ['-eo', 'args='], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes(folder))

function file(name: string, text: string): string {
  const path = join(temporaryFolder(), name)
  writeFileSync(path, text)
  return path
}

/** A data directory that a server has used and left in good order. */
const used = mkdtempSync(join(tmpdir(), 'rota-used-'))
beforeAll(async () => {
  const server = await new ServerProcess({ dataDir: used, env: { ROTA_EXAMPLES: 'false' } }).start()
  await server.stop()
}, 120_000)
afterAll(() => rmSync(used, { recursive: true }))

/** A copy of it, after `spoil`. */
function spoilt(spoil: (folder: string) => void = () => undefined): string {
  const folder = join(temporaryFolder(), 'data')
  cpSync(used, folder, { recursive: true })
  spoil(folder)
  return folder
}

const key = (folder: string) => join(folder, 'keys/signing.key')
const onPostgres = (url: string, more: Record<string, string> = {}): ServerOptions => ({
  env: { ROTA_DATABASE_URL: url, ROTA_DATABASE_WAIT_SECONDS: '0', ...more },
})
const handlers = (module: string): ServerOptions => ({ env: { ROTA_HANDLERS_MODULE: module } })

/** What is wrong, the exit code and what is said of it. */
const CASES: Record<string, [number, RegExp, () => ServerOptions]> = {
  'a setting is wrong': [78, /ROTA_PORT.*whole number/, () => ({ env: { ROTA_PORT: 'many' } })],
  'PostgreSQL is not there': [
    69,
    /database\.url: .*database\.wait_seconds/,
    () => onPostgres('postgres://127.0.0.1:1/x'),
  ],
  'PostgreSQL takes connections and says nothing': [
    69,
    /database\.url: .*database\.wait_seconds/,
    () => onPostgres(`postgres://127.0.0.1:${silentPort}/x`),
  ],
  'PostgreSQL refuses the password': [
    78,
    /database\.url: .*password/,
    () => onPostgres(databaseAt('postgres', 'locked')),
  ],
  'PostgreSQL does not know the user': [
    78,
    /database\.url: .*nobody/,
    () => onPostgres(databaseAt('postgres', 'nobody')),
  ],
  'there is no such database': [78, /database\.url: .*nowhere/, () => onPostgres(databaseAt('nowhere'))],
  'the schema of PostgreSQL is empty beside a directory that was used': [
    78,
    /database\.url: The schema "empty" is empty.*was used before.*begin anew/s,
    () => ({ ...onPostgres(databaseAt('postgres'), { ROTA_DATABASE_SCHEMA: 'empty' }), dataDir: spoilt() }),
  ],
  'Redis refuses the password': [78, /redis\.url: /, () => ({ env: { ROTA_REDIS_URL: 'redis://x:y@127.0.0.1:6379' } })],
  'the handler module is missing': [78, /handlers\.module: .*nowhere\.mjs/, () => handlers('/nowhere.mjs')],
  'the handler module throws': [
    78,
    /handlers\.module: .*boom/,
    () => handlers(file('a.mjs', 'throw new Error("boom")')),
  ],
  'the handler module is no JavaScript': [78, /handlers\.module: .*Syntax/, () => handlers(file('a.mjs', 'export {'))],
  'the handler module exports nothing of use': [
    78,
    /handlers\.module: .*must export/,
    () => handlers(file('a.mjs', 'export const handler = 1')),
  ],
  'the handler module waits for ever': [
    78,
    /handlers\.module: /,
    () => handlers(file('a.mjs', 'await new Promise(() => {}); export const handlers = {}')),
  ],
  'the port is taken': [69, /Port \d+ .*--port/, () => ({ port: silentPort })],
  'this machine has no such address': [69, /--host/, () => ({ args: ['--host', '192.0.2.1'] })],
  'others may read the key': [
    78,
    /signing\.key can be read by other users; run: chmod 600/,
    () => ({ dataDir: spoilt((folder) => chmodSync(key(folder), 0o644)) }),
  ],
  'the key is too short': [
    78,
    /signing\.key is not 32 bytes/,
    () => ({ dataDir: spoilt((folder) => writeFileSync(key(folder), 'abcd\n')) }),
  ],
  'the data directory is a file': [73, /cannot be written/, () => ({ dataDir: file('data', '') })],
  'the data directory lies in a file': [73, /--data/, () => ({ dataDir: join(file('data', ''), 'data') })],
  'the database is damaged': [
    65,
    /state\.db is damaged.*rota restore/,
    () => ({ dataDir: spoilt((folder) => writeFileSync(join(folder, 'state.db'), 'x'.repeat(50_000))) }),
  ],
  'the database is gone': [
    78,
    /state\.db is missing.*rota restore/,
    () => ({ dataDir: spoilt((folder) => rmSync(join(folder, 'state.db'))) }),
  ],
  'the database is empty': [
    78,
    /state\.db is empty.*rota restore/,
    () => ({ dataDir: spoilt((folder) => writeFileSync(join(folder, 'state.db'), '')) }),
  ],
  'the first password is too short': [
    78,
    /ROTA_ADMIN_PASSWORD: .*12 characters/,
    () => ({ env: { ROTA_ADMIN_PASSWORD: 'x' } }),
  ],
  'the file of the first password holds one that is too short': [
    78,
    /ROTA_ADMIN_PASSWORD_FILE: .*12 characters/,
    () => ({ ownPassword: true, env: { ROTA_ADMIN_PASSWORD_FILE: file('password', 'x\n') } }),
  ],
  'there is no file of the first password': [
    78,
    /ROTA_ADMIN_PASSWORD_FILE: .*cannot be read/,
    () => ({ ownPassword: true, env: { ROTA_ADMIN_PASSWORD_FILE: '/proc/nowhere' } }),
  ],
  'the first password is refused on PostgreSQL': [
    78,
    /ROTA_ADMIN_PASSWORD: .*12 characters/,
    () => onPostgres(databaseAt('postgres'), { ROTA_DATABASE_SCHEMA: 'first', ROTA_ADMIN_PASSWORD: 'x' }),
  ],
}

describe('a start that fails because', () => {
  let usualMs: number
  beforeAll(async () => {
    const { tookMs } = await endOf(new ServerProcess({ args: ['--nope'] }))
    usualMs = tookMs
  })

  test.each(Object.entries(CASES))('%s ends soon, says why, and leaves nothing', async (_, [code, words, options]) => {
    const server = new ServerProcess(options())
    const before = contentOf(server.dataDir)
    const end = await endOf(server)
    expect([end.code, end.output]).toEqual([code, expect.stringMatching(words)])
    expect(end.output).not.toContain(PASSWORD)
    expect(end.output).not.toMatch(/^\s+at /m)
    expect(end.tookMs).toBeLessThan(usualMs + WITHIN_MS)
    expect(contentOf(server.dataDir)).toEqual(before)
    expect(processesOf(server.dataDir)).toEqual([])
  })
})

describe('a first start that has failed', () => {
  test.each(['sqlite', 'postgres'] as const)(
    'is forgotten by the next one, which makes the administrator (%s)',
    async (store) => {
      const env = store === 'sqlite' ? {} : onPostgres(databaseAt('postgres'), { ROTA_DATABASE_SCHEMA: 'again' }).env!
      const failed = new ServerProcess({ env: { ...env, ROTA_ADMIN_PASSWORD: 'x' } })
      expect((await endOf(failed)).code).toBe(78)
      const right = await new ServerProcess({
        env: { ...env, ROTA_EXAMPLES: 'false' },
        dataDir: failed.dataDir,
      }).start()
      const { user } = await right.ask<{ user: { username: string } }>('GET', '/api/auth/me')
      expect(user.username).toBe('admin')
      expect(await right.stop()).toEqual({ code: 0, signal: null })
    },
  )

  test('takes nothing away that was in the directory before', async () => {
    const folder = join(temporaryFolder(), 'data')
    mkdirSync(join(folder, 'programs'), { recursive: true, mode: 0o700 })
    chmodSync(folder, 0o700)
    writeFileSync(join(folder, 'programs/mine'), 'mine')
    writeFileSync(join(folder, 'notes'), 'mine')
    const before = contentOf(folder)
    expect((await endOf(new ServerProcess({ dataDir: folder, env: { ROTA_ADMIN_PASSWORD: 'x' } }))).code).toBe(78)
    expect(contentOf(folder)).toEqual(before)
  })

  test('when it was killed, is taken up where it was', async () => {
    const killed = new ServerProcess({ env: { ROTA_HANDLERS_MODULE: file('a.mjs', 'for (;;);') } })
    const { ended } = await killed.launch()
    await eventually('key', 20_000, () => existsSync(key(killed.dataDir)))
    await killed.kill()
    await ended
    const right = await new ServerProcess({ dataDir: killed.dataDir, env: { ROTA_EXAMPLES: 'false' } }).start()
    expect(readdirSync(right.dataDir)).not.toContain('.first-use')
    await right.stop()
  })
})

test('a password that is given again later is no hindrance, be it unreadable', async () => {
  const dataDir = spoilt()
  const env = { ROTA_ADMIN_PASSWORD_FILE: '/proc/nowhere' }
  const server = await new ServerProcess({ dataDir, ownPassword: true, env }).start()
  expect(server.output).not.toContain('Password')
})

test('the files of a data directory are its owner’s alone', async () => {
  const server = await new ServerProcess().start()
  await server.ask('POST', '/api/scheduler/executions', { type: 'shell', payload: { command: 'echo kept' } })
  await eventually('log', 10_000, () => readdirSync(server.dataDir).includes('logs.db'))
  const files = readdirSync(server.dataDir, { recursive: true, withFileTypes: true }).filter((each) => each.isFile())
  // A journal that was listed may have gone by now.
  const modeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.mode ?? 0
  const open = files.filter(({ parentPath, name }) => (modeOf(join(parentPath, name)) & 0o077) !== 0)
  expect(open.map(({ name }) => name)).toEqual([])
  expect(files.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['state.db', 'logs.db', 'lock.db', 'signing.key']),
  )
  expect(statSync(server.dataDir).mode & 0o777).toBe(0o700)
})

test.each([
  ['is not there', () => 1],
  ['takes connections and says nothing', () => silentPort],
])('a start goes on without a Redis that %s, and says so', async (_, port) => {
  const env = { ROTA_REDIS_URL: `redis://127.0.0.1:${port()}`, ROTA_EXAMPLES: 'false' }
  const server = await new ServerProcess({ env }).start()
  expect(server.output).toContain('going on without Redis')
  const { hot_state } = await server.ask<{ hot_state: { trouble: string | null } }>('GET', '/status')
  expect(hot_state.trouble).not.toBeNull()
  expect(await server.stop()).toEqual({ code: 0, signal: null })
})

test('a server on PostgreSQL refuses a database whose accounts are gone', async () => {
  const more = { ROTA_DATABASE_SCHEMA: 'accounts', ROTA_EXAMPLES: 'false' }
  const server = await new ServerProcess(onPostgres(databaseAt('postgres'), more)).start()
  await server.stop()
  await sql('TRUNCATE accounts.users CASCADE')
  const end = await endOf(server)
  expect([end.code, end.output]).toEqual([78, expect.stringMatching(/has no account.*was used before.*begin anew/)])
  await sql('DROP SCHEMA accounts CASCADE')
  expect((await endOf(server)).code).toBe(78)
  const doctor = await rota(['doctor', '--data', server.dataDir], server.options.env)
  expect([doctor.code, doctor.stdout]).toEqual([9, expect.stringContaining('its schema is empty, though')])
  // The way out that the message names.
  rmSync(server.dataDir, { recursive: true })
  await server.start()
  await server.stop()
})

test('a restore that fails leaves neither folder nor lock', async () => {
  const folder = temporaryFolder()
  const target = join(folder, 'deep/data')
  const done = await rota(['restore', join(folder, 'no-backup'), '--data', target])
  expect(done.code).not.toBe(0)
  expect(readdirSync(folder)).toEqual([])
})

describe('an embedded scheduler whose start fails', () => {
  /** A program that starts a scheduler on a folder, tells how it went, and has no reason to live on. */
  const program = (more: string) => `
    import { createScheduler } from '@rota/engine'
    const scheduler = createScheduler({ store: { folder: process.argv[1] } })
    scheduler.every('1s', () => {}, { name: 'a' })
    ${more}
    await scheduler.start().then(() => console.log('started'), (error) => console.log(error.name, error.message))`

  function end(folder: string, more = ''): Promise<{ code: number | null; output: string }> {
    const argv = ['--input-type=module', '-e', program(more), folder]
    const child = spawn(process.execPath, argv, {
      cwd: join(ROOT, 'packages/server'),
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk))
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000)
    return new Promise((resolve) => {
      child.on('close', (code) => {
        clearTimeout(timer)
        resolve({ code, output })
      })
    })
  }

  const newFolder = () => join(temporaryFolder(), 'data')

  test.each<[string, () => string, RegExp, string?]>([
    ['the folder is a file', () => file('data', ''), /DataDirectoryError .*cannot be written/],
    [
      'the database is damaged',
      () => spoilt((at) => writeFileSync(join(at, 'state.db'), 'x'.repeat(50_000))),
      /damaged/,
    ],
    ['the database is gone', () => spoilt((at) => rmSync(join(at, 'state.db'))), /state\.db is missing/],
    ['nothing handles a schedule', newFolder, /no handler nobody/, "scheduler.every('1s', 'nobody', { name: 'b' })"],
    [
      'nothing handles a schedule, and it is stopped meanwhile',
      newFolder,
      /no handler nobody/,
      "scheduler.every('1s', 'nobody', { name: 'b' }); setImmediate(() => scheduler.stop())",
    ],
  ])('because %s rejects, and the program ends', async (_, folder, words, more) => {
    const { code, output } = await end(folder(), more)
    expect([code, output]).toEqual([0, expect.stringMatching(words)])
  })

  test('because another program has the folder rejects, and the program ends', async () => {
    const server = await new ServerProcess({ port: await freePort() }).start()
    const { code, output } = await end(server.dataDir)
    expect([code, output]).toEqual([0, expect.stringMatching(/in use by process \d+/)])
  })
})

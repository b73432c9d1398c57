import { execFileSync } from 'node:child_process'
import { chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from 'pg'
import { beforeAll, describe } from 'vitest'

/** Where a server is looked for when `ROTA_TEST_POSTGRES_URL` names none. */
const USUAL = ['postgres://postgres@127.0.0.1:5432/test', 'postgres://postgres@127.0.0.1:5432/postgres']

/** A server for tests. */
interface TestServer {
  url: string
  /** Ends a server that was started for the tests. */
  stop(): void
}

type StopMode = 'fast' | 'immediate'

/** A server that a test may end and begin again. */
interface OwnServer extends TestServer {
  begin(): void
  end(mode: StopMode): void
}

/** The server that is named, that runs, or that can be started from the PATH; null when none can be had. */
async function findServer(): Promise<TestServer | null> {
  const named = process.env.ROTA_TEST_POSTGRES_URL
  for (const url of named === undefined ? USUAL : [named]) if (await answers(url)) return { url, stop() {} }
  return named === undefined ? startServer() : null
}

async function answers(url: string): Promise<boolean> {
  const client = new Client({ connectionString: url, connectionTimeoutMillis: 3000 })
  client.on('error', () => {})
  try {
    await client.connect()
    await client.end()
    return true
  } catch {
    return false
  }
}

/** One that listens on a socket in a folder of its own, without fsync. Root starts it as somebody else: it insists. */
export function startServer(): OwnServer | null {
  const folder = mkdtempSync(join(tmpdir(), 'rota-postgres-'))
  const data = join(folder, 'data')
  const user = unprivilegedUser()
  const run = (program: string, ...args: string[]) =>
    execFileSync(program, args, { ...user, cwd: folder, stdio: 'ignore', timeout: 60_000 })
  const options = `-c listen_addresses='' -c unix_socket_directories=${folder} -c fsync=off`
  const begin = () => run('pg_ctl', 'start', '-w', '-D', data, '-o', options, '-l', join(folder, 'log'))
  const end = (mode: StopMode) => run('pg_ctl', 'stop', '-w', '-D', data, '-m', mode)
  try {
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid)
    run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '-N')
    begin()
    const stop = () => {
      end('immediate')
      rmSync(folder, { recursive: true, force: true })
    }
    return { url: `postgres://postgres@/postgres?host=${encodeURIComponent(folder)}`, stop, begin, end }
  } catch {
    rmSync(folder, { recursive: true, force: true })
    return null
  }
}

function unprivilegedUser(): { uid: number; gid: number } | { uid?: undefined } {
  if (process.getuid?.() !== 0) return {}
  const idOf = (flag: string) => Number(execFileSync('id', [flag, 'nobody']).toString())
  return { uid: idOf('-u'), gid: idOf('-g') }
}

const server = await findServer()
if (server !== null) process.on('exit', server.stop)

/**
 * Suites that need PostgreSQL: skipped, and said so, where none can be had; failing where CI=true. `suites` gets the
 * server's URL.
 */
export function withPostgres(name: string, suites: (url: string) => void): void {
  if (server !== null) suites(server.url)
  else if (process.env.CI === 'true') {
    describe(name, () => {
      beforeAll(() => {
        throw new Error('No PostgreSQL: name one in ROTA_TEST_POSTGRES_URL, or put initdb and pg_ctl into the PATH.')
      })
    })
  } else {
    console.warn(`Skipped: ${name}. No PostgreSQL at ROTA_TEST_POSTGRES_URL, on the usual port or in the PATH.`)
    describe.skip(`${name} (no PostgreSQL)`, () => {})
  }
}

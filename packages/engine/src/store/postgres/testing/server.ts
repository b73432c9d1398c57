import { startPostgres } from '@rota/testkit/cluster'
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

/** The server that is named, that runs, or that can be started from the PATH; null when none can be had. */
async function findServer(): Promise<TestServer | null> {
  const named = process.env.ROTA_TEST_POSTGRES_URL
  for (const url of named === undefined ? USUAL : [named]) if (await answers(url)) return { url, stop() {} }
  return named === undefined ? startPostgres() : null
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

import { dirname } from 'node:path'
import { openPostgresStore } from '@rota/engine'
import { rota, startPostgres, temporaryFolder } from '@rota/testkit/cluster'
import type { Kysely } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { accessStoreContract } from '../packages/server/src/access-store-contract.ts'
import { createAccessStore } from '../packages/server/src/store/access-store.ts'
import type { AccessTables } from '../packages/server/src/store/tables.ts'

const postgres = await startPostgres()
if (postgres === null) throw new Error('There is no initdb and pg_ctl in the PATH.')
const { url } = postgres
afterAll(() => postgres.stop())

accessStoreContract({
  name: 'PostgreSQL',
  async open() {
    const store = await openPostgresStore({ url, schema: 'access' })
    const database = store.kysely as unknown as Kysely<AccessTables>
    return {
      store: createAccessStore(store),
      async clear() {
        for (const table of [
          'users',
          'sessions',
          'api_tokens',
          'request_keys',
          'sign_in_places',
          'invitations',
          'recovery_codes',
          'used_once',
          'grants',
          'settings',
        ] as const) {
          await database.deleteFrom(table).execute()
        }
      },
      close: () => store.close(),
    }
  },
})

describe('a server that cannot have its database', () => {
  const PASSWORD = 'hunter2'
  const start = (databaseUrl: string, more: Record<string, string> = {}) =>
    rota(['server', '--data', temporaryFolder(), '--port', '0'], {
      ...{ ROTA_DATABASE_URL: databaseUrl, ROTA_DATABASE_WAIT_SECONDS: '1' },
      ...more,
    })
  const socket = dirname(postgres.socket)
  const at = (database: string, user = 'postgres') =>
    `postgres://${user}:${PASSWORD}@/${database}?host=${encodeURIComponent(socket)}`

  beforeAll(async () => {
    const store = await openPostgresStore({ url, schema: 'newer' })
    const run = (sql: string) => store.kysely.executeQuery({ sql, parameters: [], query: {} } as never)
    await run("INSERT INTO schema_migrations VALUES ('9999_later.sql', 'x', 0)")
    await run('CREATE SCHEMA foreigner')
    await run('CREATE TABLE foreigner.orders (id INTEGER)')
    await store.close()
  })

  test.each([
    ['is not there', 69, 'postgres://u:hunter2@127.0.0.1:1/x', {}, 'Waited for it for 1 s'],
    ['has another name', 78, at('nowhere'), {}, 'no such database'],
    ['does not know the user', 78, at('postgres', 'nobody'), {}, 'does not let this user in'],
    ['is not a URL', 78, 'postgres://u:hunter2@[', {}, 'cannot be read'],
    ['is of a newer release', 78, at('postgres'), { ROTA_DATABASE_SCHEMA: 'newer' }, 'newer Rota'],
    ['is somebody else’s', 78, at('postgres'), { ROTA_DATABASE_SCHEMA: 'foreigner' }, 'not Rota’s (orders)'],
    ['must not be migrated', 78, at('postgres'), { ROTA_DATABASE_MIGRATE: 'false' }, 'rota migrate'],
  ])(
    'because it %s says so in a line, with exit code %i, and tells no password',
    async (_, code, where, more, text) => {
      const ended = await start(where, more as Record<string, string>)
      expect(ended.code).toBe(code)
      const said = ended.stderr.trim().split('\n').at(-1)
      expect(said).toContain('rota server: database.url: ')
      expect(said).toContain(text)
      expect(ended.stdout + ended.stderr).not.toContain(PASSWORD)
    },
  )
})

import { Kysely, PostgresDialect } from 'kysely'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Schema } from '../../ports/schema.ts'
import { createQueries } from '../queries/queries.ts'
import { START, sortedListRules } from '../queries/testing/sorted-lists.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: sorted lists', (url) => {
  let schema: TestSchema
  beforeAll(async () => {
    schema = await makeSchema(url)
  })
  beforeEach(() => schema.clear())
  afterAll(() => schema.drop())

  sortedListRules(() => ({
    queries: () =>
      createQueries(new Kysely<Schema>({ dialect: new PostgresDialect({ pool: schema.pool }) }), () => START),
    async insert(table, row) {
      const columns = Object.keys(row)
      const holes = columns.map((_, at) => `$${at + 1}`)
      const answer = table === 'schedules' ? 'id' : 'seq'
      const text = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${holes.join(', ')}) RETURNING ${answer} AS key`
      return Number((await schema.pool.query(text, Object.values(row))).rows[0].key)
    },
  }))
})

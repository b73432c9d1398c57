import { auditContract } from '@rota/testkit/contracts'
import { openPostgresStore } from './open.ts'
import { dropSchema, newSchemaName } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: the audit', (url) => {
  auditContract('PostgreSQL', async () => {
    const schema = newSchemaName()
    const store = await openPostgresStore({ url, schema, poolSizes: { scheduling: 3, people: 4, logs: 1 } })
    return {
      ...store,
      async close() {
        await store.close()
        await dropSchema(url, schema)
      },
    }
  })
})

import { nodeStoresContract } from '@rota/testkit/contracts'
import { openPostgresStore } from './open.ts'
import { dropSchema, newSchemaName } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: nodes', (url) => {
  nodeStoresContract({
    name: 'PostgreSQL',
    async open() {
      const schema = newSchemaName()
      const store = await openPostgresStore({ url, schema, poolSizes: { scheduling: 3, people: 4, logs: 1 } })
      return {
        ...store,
        async close() {
          await store.close()
          await dropSchema(url, schema)
        },
      }
    },
  })
})

import { executionStoreContract, type StoreAdapter, taskStoreContract } from '@rota/testkit/contracts'
import { afterAll } from 'vitest'
import { createExecutionDetails } from './details.ts'
import { createExecutionStore } from './executions.ts'
import { createTaskStore } from './tasks.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: the contracts of the stores', (url) => {
  let schema: TestSchema | null = null
  afterAll(() => schema?.drop())

  const postgres: StoreAdapter = {
    name: 'PostgreSQL',
    async open() {
      schema ??= await makeSchema(url)
      await schema.clear()
      const { db, pool, effort } = schema
      return {
        executions: createExecutionStore(db),
        tasks: createTaskStore(db),
        details: createExecutionDetails(db),
        select: async (sql) => (await pool.query(sql)).rows,
        effort,
        async close() {},
      }
    },
  }

  executionStoreContract(postgres)
  taskStoreContract(postgres)
})

import {
  executionStoreContract,
  type SharedStoreAdapter,
  sharedStoreContract,
  taskStoreContract,
} from '@rota/testkit/contracts'
import { Kysely, PostgresDialect } from 'kysely'
import { afterAll } from 'vitest'
import type { Schema } from '../../ports/schema.ts'
import { createExecutionDetails } from '../details.ts'
import { batchesOn } from './batches.ts'
import { createCancellations } from './cancellations.ts'
import { detailsAccess } from './details-access.ts'
import { createExecutionStore } from './executions.ts'
import { createPostgresOutbox } from './outbox.ts'
import { createTaskStore } from './tasks.ts'
import { makeSchema, type TestSchema } from './testing/schema.ts'
import { withPostgres } from './testing/server.ts'

withPostgres('PostgreSQL: the contracts of the stores', (url) => {
  let schema: TestSchema | null = null
  afterAll(() => schema?.drop())

  const postgres: SharedStoreAdapter = {
    name: 'PostgreSQL',
    async open() {
      schema ??= await makeSchema(url)
      await schema.clear()
      const { db, pool, effort } = schema
      const kysely = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) })
      const views = new Map<string, ReturnType<Awaited<ReturnType<SharedStoreAdapter['open']>>['of']>>()
      const executions = createExecutionStore(db)
      return {
        executions,
        cancellations: createCancellations(db, executions),
        tasks: createTaskStore(db),
        details: createExecutionDetails(detailsAccess(db)),
        outbox: createPostgresOutbox(db, { kysely, runBatch: batchesOn(kysely) }),
        select: async (sql) => (await pool.query(sql)).rows,
        effort,
        async close() {},
        // As each instance opens it.
        of(instanceId) {
          const known = views.get(instanceId)
          if (known) return known
          const ours = new Set<string>()
          const executions = createExecutionStore(db, db, ours)
          const tasks = createTaskStore(db, (id) => ours.has(id))
          const view = { executions, tasks, cancellations: createCancellations(db, executions) }
          views.set(instanceId, view)
          return view
        },
      }
    },
  }

  executionStoreContract(postgres, { numRuns: 60 })
  taskStoreContract(postgres)
  sharedStoreContract(postgres, { hasWishes: true, numRuns: 60 })
})

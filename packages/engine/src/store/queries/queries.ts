import type { Kysely } from 'kysely'
import type { Queries } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { executionKeys } from './execution-keys.ts'
import { executionRecord, executionRecords } from './execution-rows.ts'
import { gaugesOf } from './gauges.ts'
import { knownInstances } from './instances.ts'
import { ledgerPage } from './ledger.ts'
import { createOverviews } from './overviews.ts'
import { createTotals, readPage, sliceOf } from './page.ts'
import { prunedOf } from './pruned.ts'
import { summaryOf, taskTally, timeseries, topTasks } from './statistics.ts'
import { taskKeys } from './task-keys.ts'
import { revisionsOf, taskRecords, tasksNamed } from './task-parts.ts'

/** Queries through `db`, in SQL that SQLite and PostgreSQL both speak. `now` is the clock's. */
export function createQueries(db: Kysely<Schema>, now: () => number): Queries {
  const remembered = createTotals(now)
  return {
    ...createOverviews(db),

    async listTasks(query, tenantId) {
      const { slice, keys, count } = taskKeys(db, query, tenantId, now())
      return readPage({
        slice,
        keys,
        count: () => remembered({ ...query, list: 'tasks', tenantId }, count),
        rows: (found) =>
          taskRecords(
            db,
            found.map((key) => key.seq),
            now(),
          ),
        cursorOf: ({ a, b }) => [a, b],
      })
    },

    async taskById(id, tenantId) {
      const row = await db.selectFrom('tasks').select(['seq', 'tenant_id']).where('id', '=', id).executeTakeFirst()
      if (row === undefined || (tenantId !== null && row.tenant_id !== tenantId)) return null
      const [record] = await taskRecords(db, [row.seq], now())
      return record ?? null
    },

    tasksNamed: (names, tenantId) => tasksNamed(db, names, tenantId),
    revisions: (taskId, tenantId) => revisionsOf(db, taskId, tenantId),

    async listExecutions(query, tenantId) {
      const list = await executionKeys(db, query, tenantId)
      if (list === null) {
        const { page, limit } = sliceOf({ ...query, cursor: undefined }, '', 0)
        return { total: 0, page, limit, rows: [], nextCursor: null }
      }
      const { slice, keys, count, cursorOf } = list
      return readPage({
        slice,
        keys,
        count: () => remembered({ ...query, list: 'executions', tenantId }, count),
        rows: (found) =>
          executionRecords(
            db,
            found.map((key) => key.id),
            query.fields ?? [],
          ),
        cursorOf,
      })
    },

    executionById: (id, tenantId) => executionRecord(db, id, tenantId),
    pruned: (of, tenantId) => prunedOf(db, of, tenantId),
    ledger: (query, tenantId) => ledgerPage(db, query, tenantId),
    summary: (tenantId) => summaryOf(db, tenantId, now()),
    gauges: () => gaugesOf(db),
    instances: (since) => knownInstances(db, since),
    taskTally: (taskId, range, tenantId) => taskTally(db, taskId, range, tenantId, now()),
    timeseries: (query, tenantId) => timeseries(db, query, tenantId),
    top: (query, tenantId) => topTasks(db, query, tenantId),
  }
}

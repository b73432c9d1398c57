import { isWithin } from '@rota/core'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { Queries, TaskQuery } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { executionList } from './execution-list.ts'
import { executionRecord, executionRecords } from './execution-rows.ts'
import { gaugesOf } from './gauges.ts'
import { knownInstances } from './instances.ts'
import { ledgerPage } from './ledger.ts'
import { createOverviews } from './overviews.ts'
import { createTotals, readPage, sliceOf } from './page.ts'
import { prunedOf } from './pruned.ts'
import { createWithin } from './scope.ts'
import { createShapes, hole } from './shape.ts'
import { summaryOf, taskTally, timeseries, topTasks } from './statistics.ts'
import { type RunBriefly, taskList } from './task-list.ts'
import { revisionsOf, tasksNamed } from './task-parts.ts'
import { isCutShort, type RecordRow, recordsIn, recordsOf } from './task-records.ts'

/** What makes lists and single tasks cheaper than other queries. */
export interface ShortWays {
  /** How often rows of tasks have changed, where nobody else can change them. */
  taskChanges?: () => number
  /** Reads what takes little, at once: in this process where the database is, else as a statement that is prepared. */
  readBriefly?: (query: CompiledQuery) => unknown[] | Promise<unknown[]>
  /** Whether the database has lateral joins. */
  isLateral?: boolean
}

/** Rows of a kind that are counted in a short way; of a task that has more, another query tells. */
const FEW = 50
/** After a page with too much on it the next ones go no short way for so long: to look in vain is work, too. */
const LONG_PAGES_MS = 10_000

/** Queries through `db`, in SQL that SQLite and PostgreSQL both speak. `now` is the clock's. */
export function createQueries(db: Kysely<Schema>, now: () => number, ways: ShortWays = {}): Queries {
  const { taskChanges, readBriefly, isLateral = false } = ways
  const remembered = createTotals(now)
  const { filled, run } = createShapes(db)

  const within = createWithin(db, () => taskChanges?.() ?? null)

  const byId = (most: number | null) =>
    recordsOf({ from: sql`tasks as t`, where: sql`where t.id = ${hole('id')}`, order: sql`t.seq`, most, isLateral })

  const runBriefly: RunBriefly = async (shape, build, values) => {
    if (readBriefly === undefined) return null
    const rows = (await readBriefly(filled(`brief ${shape}`, () => build(FEW), values))) as RecordRow[]
    return isCutShort(rows, FEW) ? null : rows
  }

  let longPageAt = Number.NEGATIVE_INFINITY
  const runPageBriefly: RunBriefly = async (shape, build, values) => {
    if (Math.abs(now() - longPageAt) < LONG_PAGES_MS) return null
    const rows = await runBriefly(shape, build, values)
    if (rows === null) longPageAt = now()
    return rows
  }

  return {
    ...createOverviews(db, within),

    async listTasks(query, whose) {
      const scope = whose.kind === 'granted' ? await within(whose) : whose
      const { slice, entries, count } = taskList(
        { db, run, runBriefly: runPageBriefly, isLateral },
        query,
        scope,
        now(),
      )
      return readPage({
        slice,
        positions: entries,
        count: () =>
          remembered({ ...query, list: 'tasks', scope: whose }, count, isByTime(query) ? null : taskChanges?.()),
        rows: async (found) => found.map(({ record }) => record),
        cursorOf: ({ position }) => position,
      })
    },

    async taskById(id, scope) {
      const values = { id, now: now() }
      const rows =
        (await runBriefly('task by id', byId, values)) ?? (await run<RecordRow>('task by id', () => byId(null), values))
      const [record] = recordsIn(rows)
      return record !== undefined && isWithin(scope, record.task) ? record : null
    },

    tasksNamed: async (names, scope) => tasksNamed(db, names, await within(scope)),
    revisions: async (taskId, scope) => revisionsOf(db, taskId, await within(scope)),

    async listExecutions(query, whose) {
      const scope = await within(whose)
      const list = await executionList(db, query, scope)
      if (list === null) {
        const { page, limit } = sliceOf({ ...query, cursor: undefined }, '', 0)
        return { total: 0, page, limit, rows: [], nextCursor: null }
      }
      const { slice, positions, count, cursorOf } = list
      return readPage({
        slice,
        positions,
        count: () => remembered({ ...query, list: 'executions', scope: whose }, count),
        rows: (found) =>
          executionRecords(
            db,
            found.map((position) => position.id),
            query.fields ?? [],
          ),
        cursorOf,
      })
    },

    executionById: (id, scope) => executionRecord(db, id, scope),
    pruned: async (of, scope) => prunedOf(db, of, await within(scope)),
    ledger: async (query, scope) => ledgerPage(db, query, await within(scope)),
    summary: async (scope) => summaryOf(db, await within(scope), now()),
    gauges: () => gaugesOf(db),
    instances: (since) => knownInstances(db, since),
    taskTally: async (taskId, range, scope) => taskTally(db, taskId, { range, now: now() }, await within(scope)),
    timeseries: async (query, scope) => timeseries(db, query, await within(scope)),
    top: async (query, scope) => topTasks(db, query, await within(scope)),
  }
}

/** Tasks come to be of this status, or cease to, while nobody changes them; housekeeping removes deleted ones. */
function isByTime({ status }: TaskQuery): boolean {
  return status === 'active' || status === 'finished' || status === 'deleted'
}

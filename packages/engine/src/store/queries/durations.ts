import { type Kysely, PostgresAdapter, type RawBuilder, sql } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'

/** As `views/execution-view.ts` makes them out of a record, in the words of the databases: ms of executions as `e`. */

type Ms = RawBuilder<number | null>

/** When the first attempt began. */
function firstStart(db: Kysely<Schema>): Ms {
  return sql`coalesce(${startOf(db, sql.ref('e.attempts'), 0)}, e.started_at)`
}

/** When the last of some earlier attempts began. */
export function lastStart(db: Kysely<Schema>, attempts: RawBuilder<unknown>): Ms {
  return startOf(db, attempts, -1)
}

/** The two databases read an instant out of a document in different words. */
function startOf(db: Kysely<Schema>, attempts: RawBuilder<unknown>, which: 0 | -1): Ms {
  const at = sql.lit(which)
  return db.getExecutor().adapter instanceof PostgresAdapter
    ? sql`cast(extract(epoch from cast(cast(${attempts} as json) -> ${at} ->> 'started_at' as timestamptz)) * 1000 as bigint)`
    : sql`cast(round(unixepoch(${attempts} -> ${at} ->> 'started_at', 'subsec') * 1000) as integer)`
}

/** How much later than it was to it started. */
export function latenessOf(db: Kysely<Schema>): Ms {
  return sql`(${firstStart(db)} - e.due_at - coalesce(e.jitter_ms, 0))`
}

/** How long the attempts of an ended one ran; null when none did. */
export function durationOf(db: Kysely<Schema>): Ms {
  return sql`case when ${firstStart(db)} is not null then coalesce(e.earlier_ms, 0)
    + case when e.finished_at > e.started_at then e.finished_at - e.started_at else 0 end end`
}

/** Delay of the attempt that it is at: what the index of delayed executions holds. */
export const delay = sql<number>`coalesce(e.started_at, e.finished_at) - e.due_at - coalesce(e.jitter_ms, 0)`
/** Ms from which on that index holds what was late. */
export const DELAYED_FROM_MS = 1_000
/** The condition of that index. */
export const delayed: Condition = sql`(e.attempt > 1 or ${delay} > ${sql.lit(DELAYED_FROM_MS)})`

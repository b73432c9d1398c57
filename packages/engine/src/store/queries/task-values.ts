import { type Kysely, type RawBuilder, type SelectQueryBuilder, sql } from 'kysely'
import type { UnindexedTaskField } from '../../ports/queries.ts'
import type { Schema, TasksTable } from '../../ports/schema.ts'
import type { CursorValue } from './page.ts'
import { bound, hole } from './shape.ts'
import { lastRunOf, runCount } from './task-records.ts'

/** A task in a list by a value that no index has: whether it lacks the value, and the value. */
export interface ValuePosition {
  seq: number
  n: number
  a: CursorValue | null
}

/** What tasks as `t` are sorted by, and what that is called. */
export interface SortedValue {
  field: UnindexedTaskField
  value: RawBuilder<CursorValue | null>
}

export function sortedValueOf(db: Kysely<Schema>, field: UnindexedTaskField): SortedValue {
  const values = {
    last_run: () => lastRunOf(db),
    run_count: () => runCount,
    // As they are read, with commas between: what has more tags comes behind what has only the first of them.
    tags: () => sql<string | null>`replace(substr(t.tags, 3, length(t.tags) - 4), '","', ', ')`,
  }
  return { field, value: values[field]() }
}

interface Sorting {
  value: SortedValue['value']
  isReversed: boolean
  /** The position that it goes on behind, which the holes `k0` and `k1` say; null from the beginning. */
  after: readonly CursorValue[] | null
}

/** Positions of tasks in the order of a value; what lacks it comes last either way. */
export function sortedByValue(
  tasks: SelectQueryBuilder<Schema & { t: TasksTable }, 't', object>,
  { value, isReversed, after }: Sorting,
) {
  const direction = isReversed ? sql`desc` : sql`asc`
  const where = after === null ? sql`` : sql`where ${behind(after[1] === 1, isReversed)}`
  // Materialized, as each value costs some look-ups.
  return sql<ValuePosition>`with v as materialized ${tasks.select(['t.seq', value.as('a')])}
    select k.seq, k.n, k.a from (select v.seq, v.a, case when v.a is null then 1 else 0 end as n from v) as k
    ${where} order by k.n, k.a ${direction}, k.seq ${direction} limit ${bound('limit')} offset ${bound('offset')}`
}

function behind(isWithout: boolean, isReversed: boolean) {
  const than = isReversed ? sql`<` : sql`>`
  const [a, seq] = [hole('k0'), hole('k1')]
  if (isWithout) return sql<boolean>`(k.n = 1 and k.seq ${than} ${seq})`
  return sql<boolean>`(k.n = 1 or k.a ${than} ${a} or (k.a = ${a} and k.seq ${than} ${seq}))`
}

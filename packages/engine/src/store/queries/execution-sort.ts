import { invalid, say } from '@rota/core'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { PageRequest, SortedField } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { type ArmPlan, armOf, countArms } from './arms.ts'
import { durationOf, latenessOf } from './durations.ts'
import { type CursorValue, MOST_SORTED, sliceOf } from './page.ts'

/** An execution in a sorted list: whether it lacks the value, the value, and its id. */
interface SortedPosition {
  n: number
  a: CursorValue | null
  id: string
}

type Value = RawBuilder<CursorValue | null>

/** What a live or ended execution as `e` is sorted by. */
const VALUES: Record<SortedField, (db: Kysely<Schema>, live: boolean) => Value> = {
  // What goes on first, then what went wrong.
  status: (_, live) =>
    live
      ? sql`case e.state when 4 then 0 else 1 end`
      : sql`case e.status when 'failed' then 2 when 'cancelled' then 3 when 'skipped' then 4 else 5 end`,
  task_name: () => sql`(select n.name from tasks as n where n.seq = e.task_seq)`,
  lateness: (db) => latenessOf(db),
  duration: (db, live) => (live ? sql`cast(null as bigint)` : durationOf(db)),
  trigger: () => sql`e.trigger`,
  attempt: () => sql`e.attempt`,
}

interface Sorted {
  field: SortedField
  isDescending: boolean
  page: PageRequest
}

/**
 * The positions of rows in an order that no index has: all of them are read and sorted, so that there is a most.
 * Throws `invalid` where more match.
 */
export function sortedPositions(db: Kysely<Schema>, arms: readonly ArmPlan[], { field, isDescending, page }: Sorted) {
  const slice = sliceOf(page, `executions:${isDescending ? '-' : ''}${field}`, 3)
  const most = MOST_SORTED
  const count = async () => {
    const total = await countArms(db, arms, most + 1)
    if (total > most) throw invalid([{ path: 'sort', message: tooMany(field, most) }])
    return total
  }
  return {
    slice,
    async positions(limit: number): Promise<SortedPosition[]> {
      if ((await count()) === 0) return []
      const all = arms.map((arm) => valued(db, arm, field)).reduce((union, arm) => union.unionAll(arm) as typeof union)
      let rows = db.selectFrom(all.as('k')).selectAll()
      if (slice.after !== null) rows = rows.where(behind(slice.after, isDescending))
      const direction = isDescending ? 'desc' : 'asc'
      const sorted = rows.orderBy('k.n').orderBy('k.a', direction).orderBy('k.id', direction)
      return sorted.offset(slice.offset).limit(limit).execute()
    },
    count,
    cursorOf: ({ n, a, id }: SortedPosition): CursorValue[] => [n, a ?? 0, id],
  }
}

function valued(db: Kysely<Schema>, arm: ArmPlan, field: SortedField) {
  const value = VALUES[field](db, arm.live)
  const isMissing = sql<number>`case when ${value} is null then 1 else 0 end`
  return armOf(db, arm)
    .select(['e.id', isMissing.as('n'), value.as('a')])
    .$castTo<SortedPosition>()
}

function behind([n, a, id]: readonly CursorValue[], isDescending: boolean) {
  const than = isDescending ? sql`<` : sql`>`
  if (n === 1) return sql<boolean>`(k.n = 1 and k.id ${than} ${id})`
  return sql<boolean>`(k.n = 1 or k.a ${than} ${a} or (k.a = ${a} and k.id ${than} ${id}))`
}

function tooMany(field: SortedField, most: number) {
  return say`orders at most ${most} executions by ${field}, and more match. Ask for fewer: those of a task, a group, a status or a time.`
}

import { type Kysely, sql } from 'kysely'
import type { LateBound } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import type { ArmPlan } from './arms.ts'
import type { Condition } from './condition.ts'
import { DELAYED_FROM_MS, delayed, latenessOf } from './durations.ts'
import { ofTasks } from './of-tasks.ts'
import { tasksWithin, type Within } from './scope.ts'
import { found, patternOf } from './task-filter.ts'

/** The errors of so many failures are read, the latest ones: a text in any of ten million has no index. */
const ERRORS_READ = 10_000
/** UUIDs begin with their instant: fewer digits would be a day, and a word may be made of them. */
const ID_BEGIN = /^[0-9a-f]{8}[0-9a-f-]{0,28}$/i

/**
 * The rows of some arms that a text names: their id begins with it, or their task's name or error holds it. Each way
 * has an index of its own, so that it is an arm of its own, without what the ways before it find.
 */
export async function searchArms(
  db: Kysely<Schema>,
  { q, scope }: { q: string; scope: Within },
  arms: readonly ArmPlan[],
): Promise<ArmPlan[]> {
  const pattern = sql`${patternOf(q)}`
  const named = await ofTasks(db, (task) =>
    allOf([found(sql.ref(`${task}.name`), pattern), ...tasksWithin(scope, task)]),
  )
  const id = q.trim().toLowerCase()
  const ways: { isLive: boolean; where: Condition }[] = []
  // 'g' follows the last digit.
  if (ID_BEGIN.test(id)) ways.push({ isLive: true, where: sql`(e.id >= ${id} and e.id < ${`${id}g`})` })
  if (named !== null) ways.push({ isLive: true, where: named })
  const failed = allOf([sql`e.status <> 'success'`, sql`e.status = 'failed'`, LATEST_FAILURES])
  ways.push({ isLive: false, where: allOf([failed, found(sql`e.error`, pattern)]) })
  return arms.flatMap(({ live, where }) =>
    ways.flatMap((way, at) => {
      if (live && !way.isLive) return []
      const before = ways.slice(0, at).map((other): Condition => sql`not coalesce(${other.where}, false)`)
      return [{ live, where: [...where, way.where, ...before] }]
    }),
  )
}

const LATEST_FAILURES: Condition = sql`e.seq in (select r.seq from execution_history as r
  where r.status <> 'success' and r.status = 'failed' order by r.seq desc limit ${sql.lit(ERRORS_READ)})`

function allOf(conditions: readonly Condition[]): Condition {
  return sql`(${sql.join(conditions, sql` and `)})`
}

/** The rows of some arms that started so late, or so little late. Only what schedules planned has an instant to miss. */
export function lateArms(db: Kysely<Schema>, { is, ms }: LateBound, arms: readonly ArmPlan[]): ArmPlan[] {
  const isSo: Condition = sql`${latenessOf(db)} ${sql.raw(is)} ${ms}`
  const isDelayed = is === '>' ? ms >= DELAYED_FROM_MS : is === '>=' && ms > DELAYED_FROM_MS
  // Names the condition of the index of what was delayed.
  const byIndex: Condition[] = isDelayed ? [sql`e.status <> 'skipped'`, delayed] : []
  return arms.map(({ live, where }) => ({
    live,
    where: [...where, sql<boolean>`e.schedule_id is not null`, ...(live ? [] : byIndex), isSo],
  }))
}

import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { TaskQuery } from '../../ports/queries.ts'
import type { Schema, TasksTable } from '../../ports/schema.ts'
import { MOST_COUNTED, type Slice, sliceOf } from './page.ts'
import { type Condition, taskConditions } from './task-filter.ts'

/** A task in a list: its seq and the values it is sorted by. */
export interface TaskKey {
  seq: number
  a: string | number
  b: number
}

/** Sorts after every instant: tasks without a next run come last. */
const NEVER = Number.MAX_SAFE_INTEGER

/** The tasks of a list in its order. */
export function taskKeys(db: Kysely<Schema>, query: TaskQuery, tenantId: string | null, now: number) {
  const sort = query.sort ?? 'name'
  const slice = sliceOf(query, `tasks:${sort}`, 2)
  const conditions = taskConditions(query, tenantId, now)
  return {
    slice,
    async keys(limit: number): Promise<TaskKey[]> {
      if (sort === 'next_run') return byNextRun(db, conditions, slice, limit)
      return orderOf(db, sort, conditions, slice).offset(slice.offset).limit(limit).execute()
    },
    count: () => countTasks(db, conditions),
  }
}

async function countTasks(db: Kysely<Schema>, conditions: readonly Condition[], most = MOST_COUNTED.tasks + 1) {
  const matching = matchingTasks(db, conditions).select(sql<number>`1`.as('one'))
  const counted = db.selectFrom(matching.limit(most).as('m')).select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}

type Keys = SelectQueryBuilder<Schema & { t: TasksTable }, 't', TaskKey>

function orderOf(
  db: Kysely<Schema>,
  sort: Exclude<TaskQuery['sort'], 'next_run' | undefined>,
  conditions: readonly Condition[],
  slice: Slice,
): Keys {
  let tasks = matchingTasks(db, conditions)
  const [a, b] = slice.after ?? []
  switch (sort) {
    case 'name':
      if (a !== undefined) tasks = tasks.where(sql<boolean>`t.name >= ${a} and (t.name > ${a} or t.seq > ${b})`)
      return tasks.select(['t.seq', 't.name as a', 't.seq as b']).orderBy('t.name').orderBy('t.seq')
    case 'updated_at': {
      const before = sql<boolean>`t.updated_at <= ${a} and (t.updated_at < ${a} or t.seq < ${b})`
      if (a !== undefined) tasks = tasks.where(before)
      const keyed = tasks.select(['t.seq', 't.updated_at as a', 't.seq as b'])
      return keyed.orderBy('t.updated_at', 'desc').orderBy('t.seq', 'desc')
    }
    case 'created_at':
      if (b !== undefined) tasks = tasks.where('t.seq', '<', Number(b))
      return tasks.select(['t.seq', 't.created_at as a', 't.seq as b']).orderBy('t.seq', 'desc')
  }
}

/** Tasks that are due again, by their earliest schedule, and behind them those that are not. */
async function byNextRun(db: Kysely<Schema>, conditions: readonly Condition[], slice: Slice, limit: number) {
  const { after, offset } = slice
  const onlyIdle = after !== null && after[0] === NEVER
  const due = onlyIdle ? [] : await dueKeys(db, conditions, after).offset(offset).limit(limit).execute()
  if (due.length === limit) return due
  const passed = offset === 0 || due.length > 0 ? offset : await countDue(db, conditions, offset)
  const idle = idleKeys(db, conditions, onlyIdle ? Number(after[1]) : null)
  return [
    ...due,
    ...(await idle
      .offset(offset - passed)
      .limit(limit - due.length)
      .execute()),
  ]
}

function dueTasks(db: Kysely<Schema>, conditions: readonly Condition[]) {
  const earlier = sql<boolean>`exists (select 1 from schedules as o where o.task_seq = s.task_seq and o.id <> s.id
    and (o.next_due_at < s.next_due_at or (o.next_due_at = s.next_due_at and o.id < s.id)))`
  let due = db
    .selectFrom('schedules as s')
    .innerJoin('tasks as t', 't.seq', 's.task_seq')
    .where('s.next_due_at', 'is not', null)
    .where(sql<boolean>`not ${earlier}`)
  for (const condition of conditions) due = due.where(condition)
  return due
}

function dueKeys(db: Kysely<Schema>, conditions: readonly Condition[], after: Slice['after']) {
  let due = dueTasks(db, conditions)
  if (after !== null) {
    const [a, b] = after
    due = due.where(sql<boolean>`s.next_due_at >= ${a} and (s.next_due_at > ${a} or s.id > ${b})`)
  }
  const keyed = due.select(['t.seq', 's.id as b']).select(sql<number>`s.next_due_at`.as('a'))
  return keyed.orderBy('s.next_due_at').orderBy('s.id')
}

async function countDue(db: Kysely<Schema>, conditions: readonly Condition[], most: number): Promise<number> {
  const due = dueTasks(db, conditions).select('s.id').limit(most)
  const counted = db.selectFrom(due.as('m')).select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}

function idleKeys(db: Kysely<Schema>, conditions: readonly Condition[], afterSeq: number | null) {
  let idle = matchingTasks(db, conditions).where(
    sql<boolean>`not exists (select 1 from schedules as s where s.task_seq = t.seq and s.next_due_at is not null)`,
  )
  if (afterSeq !== null) idle = idle.where('t.seq', '>', afterSeq)
  return idle.select(['t.seq', 't.seq as b', sql<number>`${sql.lit(NEVER)}`.as('a')]).orderBy('t.seq')
}

function matchingTasks(db: Kysely<Schema>, conditions: readonly Condition[]) {
  let tasks = db.selectFrom('tasks as t')
  for (const condition of conditions) tasks = tasks.where(condition)
  return tasks
}

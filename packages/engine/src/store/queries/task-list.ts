import type { Scope } from '@rota/core'
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { TaskQuery, TaskRecord } from '../../ports/queries.ts'
import type { Schema, TasksTable } from '../../ports/schema.ts'
import { type CursorValue, MOST_COUNTED, type Slice, sliceOf } from './page.ts'
import { hole, type RunShape } from './shape.ts'
import { filterShape, filterValues, taskConditions } from './task-filter.ts'
import { type RecordRow, recordsIn, recordsOf } from './task-records.ts'

type Sort = NonNullable<TaskQuery['sort']>

/** A task in a list by its next run: its seq and the values it is sorted by. */
interface TaskPosition {
  seq: number
  a: number
  b: number
}

/** A task in a list, and where a page goes on behind it. */
export interface TaskEntry {
  record: TaskRecord
  position: CursorValue[]
}

/** Sorts after every instant: tasks without a next run come last. */
const NEVER = Number.MAX_SAFE_INTEGER

/** How the statements of a list are run. */
interface Ways {
  db: Kysely<Schema>
  run: RunShape
  /** Reads a short page where the engine works; null for one of which there is too much. */
  runBriefly?: RunBriefly
}

/** Null when more was to be counted than `most`, or when that is to be expected. */
export type RunBriefly = (shape: string, build: BuildRecords, values: Record<string, unknown>) => RecordRow[] | null

/** How many rows of a kind are counted. Null: all of them. */
type BuildRecords = (most: number | null) => ReturnType<typeof recordsOf>

/** A page in the order of names may have so many tasks and follow so many to be read in place. */
const SHORT_PAGE = 25
const FEW_BEFORE = 1_000

/** The tasks of a list in its order. */
export function taskList({ db, run, runBriefly }: Ways, query: TaskQuery, scope: Scope, now: number) {
  const sort = query.sort ?? 'name'
  const slice = sliceOf(query, `tasks:${sort}`, 2)
  const [a, b] = slice.after ?? []
  const place = { a, b, offset: slice.offset, onlyIdle: a === NEVER }
  const list: List = {
    run,
    runBriefly: isShort(query, slice, scope) ? runBriefly : undefined,
    slice,
    matching: () => matchingTasks(db, query, scope),
    due: () => dueTasks(db, query, scope),
    shape: filterShape(query, scope),
    values: { ...filterValues(query, scope, now), ...place },
  }
  return {
    slice,
    entries: (limit: number) => (sort === 'next_run' ? byNextRun(list, limit) : inOrder(list, sort, limit)),
    count: () => countTasks(list),
  }
}

/** All tasks by name: an index holds those that are listed in their order, and none besides. */
function isShort(query: TaskQuery, { limit, offset }: Slice, scope: Scope): boolean {
  const { page: _, limit: __, cursor: ___, sort = 'name', ...filter } = query
  const isWhole = scope.kind === 'all' && Object.values(filter).every((value) => value === undefined)
  return isWhole && sort === 'name' && limit <= SHORT_PAGE && offset <= FEW_BEFORE
}

interface List {
  run: RunShape
  /** Absent where the page may be long. */
  runBriefly: RunBriefly | undefined
  slice: Slice
  matching: () => Tasks
  due: () => ReturnType<typeof dueTasks>
  /** What the filter's text depends on. */
  shape: string
  values: Record<string, unknown>
}

type Tasks = SelectQueryBuilder<Schema & { t: TasksTable }, 't', object>

/** SQLite would prepare a statement anew at each execution for a bare bound limit; PostgreSQL takes `$1 + 0` for short. */
const bound = (name: string) => sql<number>`cast(${hole(name)} as bigint) + 0`

async function countTasks({ run, matching, shape, values }: List): Promise<number> {
  const build = () => {
    const ones = matching()
      .select(sql<number>`1`.as('one'))
      .limit(sql.lit(MOST_COUNTED.tasks + 1))
    return sql<{ n: number }>`select count(*) as n from ${ones.as('m')}`
  }
  const [counted] = await run<{ n: number }>(`count of tasks ${shape}`, build, values)
  return Number(counted!.n)
}

/** Keys and records in one statement. */
async function inOrder(list: List, sort: Exclude<Sort, 'next_run'>, limit: number) {
  const { run, runBriefly, slice, matching } = list
  const isFirst = slice.after === null
  const { order, behind, positionOf } = ORDERS[sort]
  const build: BuildRecords = (most) => {
    const tasks = isFirst ? matching() : matching().where(behind)
    const positions = tasks.select('t.seq').orderBy(order).limit(bound('limit')).offset(bound('offset'))
    return recordsOf({ from: sql`${positions.as('k')} inner join tasks as t on t.seq = k.seq`, order, most })
  }
  const shape = `tasks by ${sort} ${Number(isFirst)} ${list.shape}`
  const values = { ...list.values, limit }
  const rows = runBriefly?.(shape, build, values) ?? (await run<RecordRow>(shape, () => build(null), values))
  return recordsIn(rows).map((record): TaskEntry => ({ record, position: positionOf(record) }))
}

const [a, b] = [hole<number>('a'), hole<number>('b')]

const ORDERS = {
  name: {
    order: sql`t.name, t.seq`,
    behind: sql<boolean>`t.name >= ${a} and (t.name > ${a} or t.seq > ${b})`,
    positionOf: ({ task }: TaskRecord): CursorValue[] => [task.name, task.seq],
  },
  updated_at: {
    order: sql`t.updated_at desc, t.seq desc`,
    behind: sql<boolean>`t.updated_at <= ${a} and (t.updated_at < ${a} or t.seq < ${b})`,
    positionOf: ({ task }: TaskRecord): CursorValue[] => [task.updatedAt, task.seq],
  },
  created_at: {
    order: sql`t.seq desc`,
    behind: sql<boolean>`t.seq < ${b}`,
    positionOf: ({ task }: TaskRecord): CursorValue[] => [task.createdAt, task.seq],
  },
}

/** Tasks that are due again, by their earliest schedule, and behind them those that are not. */
async function byNextRun(list: List, limit: number): Promise<TaskEntry[]> {
  const { run, values } = list
  const positions = await positionsByNextRun(list, limit)
  if (positions.length === 0) return []
  const holes = positions.map((_, at) => hole<number>(`seq${at}`))
  const where = sql`where t.seq in (${sql.join(holes)})`
  const build = () => recordsOf({ from: sql`tasks as t`, where, order: sql`t.seq` })
  const seqs = Object.fromEntries(positions.map(({ seq }, at) => [`seq${at}`, seq]))
  const rows = await run<RecordRow>(`records of ${positions.length} tasks`, build, { ...values, ...seqs })
  const bySeq = new Map(recordsIn(rows).map((record) => [record.task.seq, record]))
  return positions.flatMap(({ seq, a, b }) => {
    const record = bySeq.get(seq)
    return record === undefined ? [] : [{ record, position: [a, b] }]
  })
}

async function positionsByNextRun(list: List, limit: number): Promise<TaskPosition[]> {
  const { run, slice, shape, values } = list
  const { after, offset } = slice
  const onlyIdle = after !== null && after[0] === NEVER
  const isBehind = after !== null
  const due = onlyIdle
    ? []
    : await run<TaskPosition>(`due tasks ${isBehind} ${shape}`, () => duePositions(list, isBehind), {
        ...values,
        limit,
      })
  if (due.length === limit) return due
  const passed = offset === 0 || due.length > 0 ? offset : await countDue(list, offset)
  const rest = { ...values, limit: limit - due.length, offset: offset - passed }
  const idle = await run<TaskPosition>(`idle tasks ${onlyIdle} ${shape}`, () => idlePositions(list, onlyIdle), rest)
  return [...due, ...idle]
}

function dueTasks(db: Kysely<Schema>, query: TaskQuery, scope: Scope) {
  const earlier = sql<boolean>`exists (select 1 from schedules as o where o.task_seq = s.task_seq and o.id <> s.id
    and (o.next_due_at < s.next_due_at or (o.next_due_at = s.next_due_at and o.id < s.id)))`
  let due = db
    .selectFrom('schedules as s')
    .innerJoin('tasks as t', 't.seq', 's.task_seq')
    .where('s.next_due_at', 'is not', null)
    .where(sql<boolean>`not ${earlier}`)
  for (const condition of taskConditions(query, scope)) due = due.where(condition)
  return due
}

function duePositions({ due }: List, isBehind: boolean) {
  const behind = sql<boolean>`s.next_due_at >= ${a} and (s.next_due_at > ${a} or s.id > ${b})`
  const rows = isBehind ? due().where(behind) : due()
  const positioned = rows.select(['t.seq', sql<number>`s.next_due_at`.as('a'), 's.id as b'])
  return positioned.orderBy('s.next_due_at').orderBy('s.id').limit(bound('limit')).offset(bound('offset'))
}

async function countDue({ run, due, shape, values }: List, most: number): Promise<number> {
  const build = () =>
    sql<{ n: number }>`select count(*) as n from ${due().select('s.id').limit(bound('limit')).as('m')}`
  const [counted] = await run<{ n: number }>(`count of due tasks ${shape}`, build, { ...values, limit: most })
  return Number(counted!.n)
}

function idlePositions({ matching }: List, isBehind: boolean) {
  const isIdle = sql<boolean>`not exists (
    select 1 from schedules as s where s.task_seq = t.seq and s.next_due_at is not null)`
  const idle = isBehind ? matching().where(isIdle).where(sql<boolean>`t.seq > ${b}`) : matching().where(isIdle)
  const positioned = idle.select(['t.seq', sql<number>`${sql.lit(NEVER)}`.as('a'), 't.seq as b'])
  return positioned.orderBy('t.seq').limit(bound('limit')).offset(bound('offset'))
}

function matchingTasks(db: Kysely<Schema>, query: TaskQuery, scope: Scope): Tasks {
  let tasks = db.selectFrom('tasks as t')
  for (const condition of taskConditions(query, scope)) tasks = tasks.where(condition)
  return tasks as unknown as Tasks
}

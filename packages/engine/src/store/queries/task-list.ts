import { invalid, say } from '@rota/core'
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { TaskQuery, TaskRecord } from '../../ports/queries.ts'
import type { Schema, TasksTable } from '../../ports/schema.ts'
import { type CursorValue, MOST_COUNTED, MOST_SORTED, type Slice, sliceOf } from './page.ts'
import type { Within } from './scope.ts'
import { bound, hole, type RunShape } from './shape.ts'
import { filterShape, filterValues, taskConditions } from './task-filter.ts'
import { isUnindexed, orderOf, POSITION_LENGTH, type Stretch, stretchesOf } from './task-orders.ts'
import { type RecordRow, recordsIn, recordsOf } from './task-records.ts'
import { type SortedValue, sortedByValue, sortedValueOf, type ValuePosition } from './task-values.ts'

/** A task in a list by its next run: its seq and the values it is sorted by. */
interface TaskPosition {
  seq: number
  a: number
  b: number
}

/** A task in a list, by its seq. */
interface SeqPosition {
  seq: number
  position: CursorValue[]
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
  /** Reads a short page in a short way; null for one of which there is too much. */
  runBriefly?: RunBriefly
  /** Whether the database has lateral joins. */
  isLateral: boolean
}

/** Null when more was to be counted than `most`, or when that is to be expected. */
export type RunBriefly = (
  shape: string,
  build: BuildRecords,
  values: Record<string, unknown>,
) => Promise<RecordRow[] | null>

/** How many rows of a kind are counted. Null: all of them. */
type BuildRecords = (most: number | null) => ReturnType<typeof recordsOf>

/** A page in the order of names may have so many tasks and follow so many to be read in place. */
const SHORT_PAGE = 25
const FEW_BEFORE = 1_000

/** The tasks of a list in its order. */
export function taskList({ db, run, runBriefly, isLateral }: Ways, query: TaskQuery, scope: Within, now: number) {
  const { field, isReversed } = orderOf(query.sort)
  const slice = sliceOf(query, `tasks:${query.sort ?? 'name'}`, POSITION_LENGTH)
  const list: List = {
    run,
    runBriefly: isShort(query, slice, scope) ? runBriefly : undefined,
    slice,
    isReversed,
    isLateral,
    matching: () => matchingTasks(db, query, scope),
    due: () => dueTasks(db, query, scope),
    shape: `${Number(isReversed)} ${filterShape(query, scope)}`,
    values: filterValues(query, scope, now),
  }
  return {
    slice,
    entries(limit: number): Promise<TaskEntry[]> {
      if (field === 'next_run') return byNextRun(list, limit)
      if (isUnindexed(field)) return byValue(list, sortedValueOf(db, field), limit)
      return inStretches(list, stretchesOf({ field, isReversed }), limit)
    },
    count: () => countTasks(list),
  }
}

/** All tasks by name: an index holds those that are listed in their order, and none besides. */
function isShort(query: TaskQuery, { limit, offset }: Slice, scope: Within): boolean {
  const { page: _, limit: __, cursor: ___, sort = 'name', ...filter } = query
  const isWhole = scope.kind === 'all' && Object.values(filter).every((value) => value === undefined)
  return isWhole && sort === 'name' && limit <= SHORT_PAGE && offset <= FEW_BEFORE
}

interface List {
  run: RunShape
  /** Absent where the page may be long. */
  runBriefly: RunBriefly | undefined
  slice: Slice
  isReversed: boolean
  isLateral: boolean
  matching: () => Tasks
  due: () => ReturnType<typeof dueTasks>
  /** What the text of filter and order depends on. */
  shape: string
  values: Record<string, unknown>
}

type Tasks = SelectQueryBuilder<Schema & { t: TasksTable }, 't', object>

const countTasks = (list: List) => countMatching(list, MOST_COUNTED.tasks + 1)

async function countMatching({ run, matching, shape, values }: List, most: number): Promise<number> {
  const build = () => {
    const ones = matching().select(sql<number>`1`.as('one')).limit(sql.lit(most))
    return sql<{ n: number }>`select count(*) as n from ${ones.as('m')}`
  }
  const [counted] = await run<{ n: number }>(`count of tasks to ${most} ${shape}`, build, values)
  return Number(counted!.n)
}

/** One stretch behind the other, until there are enough. */
async function inStretches(list: List, stretches: readonly Stretch[], limit: number): Promise<TaskEntry[]> {
  const { after } = list.slice
  const found: TaskEntry[] = []
  let { offset } = list.slice
  for (let at = after === null ? 0 : Number(after[0]); found.length < limit; at++) {
    const stretch = stretches[at]
    if (stretch === undefined) break
    const behind = after !== null && at === after[0] ? after.slice(1) : null
    const records = await inOrder(list, stretch, { limit: limit - found.length, offset, behind })
    for (const record of records) found.push({ record, position: positionOf(at, stretch.positionOf(record)) })
    if (found.length > 0) offset = 0
    // Whoever turns pages by number has passed over all of this stretch.
    else if (offset > 0 && at < stretches.length - 1) offset -= await countStretch(list, stretch, offset)
  }
  return found
}

/** All positions are of one length, which cursors are told by. */
function positionOf(stretch: number, values: readonly CursorValue[]): CursorValue[] {
  return Array.from({ length: POSITION_LENGTH }, (_, at) => (at === 0 ? stretch : (values[at - 1] ?? 0)))
}

interface Cut {
  limit: number
  offset: number
  /** The position that it goes on behind; null from the beginning. */
  behind: readonly CursorValue[] | null
}

/** Keys and records in one statement. */
async function inOrder(list: List, stretch: Stretch, { limit, offset, behind }: Cut): Promise<TaskRecord[]> {
  const { run, runBriefly, isLateral } = list
  const { order } = stretch
  const build: BuildRecords = (most) => {
    const all = within(list, stretch)
    const tasks = behind === null ? all : all.where(stretch.behind)
    const positions = tasks.select('t.seq').orderBy(order).limit(bound('limit')).offset(bound('offset'))
    return recordsOf({ from: sql`${positions.as('k')} inner join tasks as t on t.seq = k.seq`, order, most, isLateral })
  }
  const shape = `tasks ${list.slice.kind} ${stretch.name} ${Number(behind === null)} ${list.shape}`
  const after = Object.fromEntries((behind ?? []).map((value, at) => [`k${at}`, value]))
  const values = { ...list.values, ...after, limit, offset }
  const rows = (await runBriefly?.(shape, build, values)) ?? (await run<RecordRow>(shape, () => build(null), values))
  return recordsIn(rows)
}

function within({ matching }: List, { where }: Stretch): Tasks {
  return where.reduce((tasks, condition) => tasks.where(condition), matching())
}

async function countStretch(list: List, stretch: Stretch, most: number): Promise<number> {
  const build = () => {
    const ones = within(list, stretch).select(sql<number>`1`.as('one')).limit(bound('limit'))
    return sql<{ n: number }>`select count(*) as n from ${ones.as('m')}`
  }
  const shape = `count of ${stretch.name} ${list.slice.kind} ${list.shape}`
  const [counted] = await list.run<{ n: number }>(shape, build, { ...list.values, limit: most })
  return Number(counted!.n)
}

const [a, b] = [hole<number>('a'), hole<number>('b')]

/** Tasks that are due again, by their earliest schedule, and behind them, in either direction, those that are not. */
async function byNextRun(list: List, limit: number): Promise<TaskEntry[]> {
  const positions = await positionsByNextRun(list, limit)
  return entriesAt(
    list,
    positions.map(({ seq, a, b }) => ({ seq, position: positionOf(0, [a, b]) })),
  )
}

/** The tasks of some positions. */
async function entriesAt({ run, values, isLateral }: List, positions: readonly SeqPosition[]): Promise<TaskEntry[]> {
  if (positions.length === 0) return []
  const holes = positions.map((_, at) => hole<number>(`seq${at}`))
  const where = sql`where t.seq in (${sql.join(holes)})`
  const build = () => recordsOf({ from: sql`tasks as t`, where, order: sql`t.seq`, isLateral })
  const seqs = Object.fromEntries(positions.map(({ seq }, at) => [`seq${at}`, seq]))
  const rows = await run<RecordRow>(`records of ${positions.length} tasks`, build, { ...values, ...seqs })
  const bySeq = new Map(recordsIn(rows).map((record) => [record.task.seq, record]))
  return positions.flatMap(({ seq, position }) => {
    const record = bySeq.get(seq)
    return record === undefined ? [] : [{ record, position }]
  })
}

/** In the order of a value that no index has. Throws `invalid` where more match than are sorted. */
async function byValue(list: List, { field, value }: SortedValue, limit: number): Promise<TaskEntry[]> {
  const { run, matching, isReversed, slice } = list
  const { after, offset, kind } = slice
  const total = await countMatching(list, MOST_SORTED + 1)
  if (total > MOST_SORTED) throw invalid([{ path: 'sort', message: tooMany(field) }])
  const build = () => sortedByValue(matching(), { value, isReversed, after })
  const shape = `tasks ${kind} ${after?.[1] ?? ''} ${list.shape}`
  const rows = await run<ValuePosition>(shape, build, { ...list.values, k0: after?.[2], k1: after?.[3], limit, offset })
  const read = field === 'tags' ? String : Number
  return entriesAt(
    list,
    rows.map(({ seq, n, a }) => ({ seq, position: positionOf(0, [Number(n), a === null ? 0 : read(a), seq]) })),
  )
}

function tooMany(field: string) {
  return say`orders at most ${MOST_SORTED} tasks by ${field}, and more match. Ask for fewer: those of a group, a type, a tag or a status.`
}

async function positionsByNextRun(list: List, limit: number): Promise<TaskPosition[]> {
  const { run, slice, shape } = list
  const { after, offset } = slice
  const onlyIdle = after !== null && after[1] === NEVER
  const isBehind = after !== null
  const values = { ...list.values, a: after?.[1], b: after?.[2], offset }
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

function dueTasks(db: Kysely<Schema>, query: TaskQuery, scope: Within) {
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

function duePositions({ due, isReversed }: List, isBehind: boolean) {
  const behind = sql<boolean>`(s.next_due_at, s.id) ${isReversed ? sql`<` : sql`>`} (${a}, ${b})`
  const rows = isBehind ? due().where(behind) : due()
  const positioned = rows.select(['t.seq', sql<number>`s.next_due_at`.as('a'), 's.id as b'])
  const direction = isReversed ? 'desc' : 'asc'
  const sorted = positioned.orderBy('s.next_due_at', direction).orderBy('s.id', direction)
  return sorted.limit(bound('limit')).offset(bound('offset'))
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

function matchingTasks(db: Kysely<Schema>, query: TaskQuery, scope: Within): Tasks {
  let tasks = db.selectFrom('tasks as t')
  for (const condition of taskConditions(query, scope)) tasks = tasks.where(condition)
  return tasks as unknown as Tasks
}

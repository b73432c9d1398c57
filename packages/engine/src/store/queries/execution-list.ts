import type { ExecutionStatus, Scope } from '@rota/core'
import { type Kysely, type SelectQueryBuilder, sql } from 'kysely'
import type { ExecutionQuery } from '../../ports/queries.ts'
import type { ExecutionHistoryTable, Schema } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'
import { type CursorValue, MOST_COUNTED, type Slice, sliceOf } from './page.ts'
import { executionsWithin, tasksWithin } from './scope.ts'
import { inGroup } from './task-filter.ts'

/** An execution in a list: its id and the values it is sorted by, descending. */
export interface ExecutionPosition {
  id: string
  a: CursorValue
  b: CursorValue
}

/**
 * Orders that an index gives. `created`: by id. `due`: by due instant, then id. `ended`: live ones first, then by the
 * end; the indexes of what is rare are in that order.
 */
export type ExecutionOrder = 'created' | 'due' | 'ended'

type Arm = SelectQueryBuilder<Schema & { e: ExecutionHistoryTable }, 'e', object>

/** One part of a union. All parts select from `e`, which is either table of executions. */
export interface ArmPlan {
  live: boolean
  where: readonly Condition[]
}

/** A group with no more tasks and no more history is listed through the index by task, and sorted. */
const SMALL_GROUP = { tasks: 1000, rows: 20_000 }

/** Null when the filter names something that does not exist. */
export async function executionList(db: Kysely<Schema>, query: ExecutionQuery, scope: Scope) {
  const { taskId, group, from, to, status, failure, trigger } = query
  const where: Condition[] = []
  where.push(...executionsWithin(scope))
  if (taskId !== undefined) {
    const seq = await seqOf(db, taskId, scope)
    if (seq === null) return null
    where.push(sql`e.task_seq = ${seq}`)
  }
  if (group !== undefined) where.push(await groupCondition(db, group))
  if (from !== undefined) where.push(sql`e.due_at >= ${from}`)
  if (to !== undefined) where.push(sql`e.due_at < ${to}`)
  if (trigger !== undefined) where.push(sql`e.trigger = ${trigger}`)

  const byDue = taskId !== undefined || group !== undefined || from !== undefined || to !== undefined
  const wanted = failure === undefined ? status : (status ?? ['failed']).filter((s) => s === 'failed')
  const rareTrigger = trigger !== undefined && trigger !== 'schedule'
  const unsuccessful = wanted !== undefined && !wanted.includes('success')
  const rare = !byDue && (rareTrigger || unsuccessful)
  // A task's own rows are few; those of a group or a time are found among what did not succeed.
  const each = unsuccessful && taskId === undefined
  const live = liveArms(wanted)
  const final = finalArms(wanted, failure, each)
  // Names the condition of the index of what no schedule started.
  if (rareTrigger) where.push(sql`e.trigger <> 'schedule'`)
  const arms = [...live, ...final].map((arm) => ({ ...arm, where: [...where, ...arm.where] }))
  return positionsOf(db, arms, { order: byDue ? 'due' : rare ? 'ended' : 'created', list: 'executions' }, query)
}

/** The positions of the rows that some arms yield together, in an order. */
export function positionsOf(
  db: Kysely<Schema>,
  arms: readonly ArmPlan[],
  { order, list }: { order: ExecutionOrder; list: string },
  page: { page?: number | undefined; limit?: number | undefined; cursor?: string | undefined },
) {
  const slice = sliceOf(page, `${list}:${order}`, 2)
  return {
    slice,
    async positions(limit: number): Promise<ExecutionPosition[]> {
      if (order !== 'ended') return union(db, arms, order, slice).offset(slice.offset).limit(limit).execute()
      return liveThenEnded(db, arms, slice, limit)
    },
    count: () => countArms(db, arms, MOST_COUNTED.executions + 1),
    cursorOf: ({ a, b }: ExecutionPosition): CursorValue[] => [a, b],
  }
}

/** Both walks are in the order of an index only when they are apart. */
async function liveThenEnded(db: Kysely<Schema>, arms: readonly ArmPlan[], slice: Slice, limit: number) {
  const { after, offset } = slice
  const live = arms.filter((arm) => arm.live)
  const ended = arms.filter((arm) => !arm.live)
  const first = after?.[0] === 0 ? [] : await union(db, live, 'ended', slice).offset(offset).limit(limit).execute()
  if (first.length === limit || ended.length === 0) return first
  const passed = offset === 0 || first.length > 0 ? offset : await countArms(db, live, offset)
  const behindLive = after?.[0] === 0 ? slice : { ...slice, after: null }
  const rest = union(db, ended, 'ended', behindLive).offset(offset - passed)
  return [...first, ...(await rest.limit(limit - first.length).execute())]
}

function union(db: Kysely<Schema>, arms: readonly ArmPlan[], order: ExecutionOrder, slice: Slice) {
  const parts = arms.map(({ live, where }) =>
    positioned(armOf(db, [...where, ...behind(order, slice)], live), order, live),
  )
  let all = parts[0] ?? positioned(armOf(db, [sql`1 = 0`], true), order, true)
  for (const part of parts.slice(1)) all = all.unionAll(part) as typeof all
  return order === 'ended' ? all.orderBy('b', 'desc') : all.orderBy('a', 'desc').orderBy('b', 'desc')
}

async function countArms(db: Kysely<Schema>, arms: readonly ArmPlan[], most: number): Promise<number> {
  let total = 0
  for (const arm of arms) if (total < most) total += await countArm(db, arm, most - total)
  return total
}

function armOf(db: Kysely<Schema>, where: readonly Condition[], live: boolean): Arm {
  // The columns used are the same in both tables.
  const table = (live ? 'executions as e' : 'execution_history as e') as 'execution_history as e'
  let arm: Arm = db.selectFrom(table)
  for (const condition of where) arm = arm.where(condition)
  return arm
}

function positioned(arm: Arm, order: ExecutionOrder, live: boolean) {
  const id = arm.select('e.id')
  if (order === 'created') return id.select(['e.id as a', sql<CursorValue>`0`.as('b')]).$castTo<ExecutionPosition>()
  if (order === 'due') return id.select(['e.due_at as a', 'e.id as b']).$castTo<ExecutionPosition>()
  return id.select([sql<CursorValue>`${sql.lit(live ? 1 : 0)}`.as('a'), 'e.seq as b']).$castTo<ExecutionPosition>()
}

/** What comes behind the last row of the page before. */
function behind(order: ExecutionOrder, { after }: Slice): Condition[] {
  if (after === null) return []
  const [a, b] = after
  if (order === 'created') return [sql`e.id < ${a}`]
  if (order === 'due') return [sql`e.due_at <= ${a}`, sql`(e.due_at < ${a} or e.id < ${b})`]
  return [sql`e.seq < ${b}`]
}

async function countArm(db: Kysely<Schema>, arm: ArmPlan, most: number): Promise<number> {
  const rows = armOf(db, arm.where, arm.live).select(sql<number>`1`.as('one')).limit(most)
  const counted = db.selectFrom(rows.as('m')).select((eb) => eb.fn.countAll<number>().as('n'))
  return Number((await counted.executeTakeFirstOrThrow()).n)
}

function liveArms(status: readonly ExecutionStatus[] | undefined): ArmPlan[] {
  const pending = status === undefined || status.includes('pending')
  const running = status === undefined || status.includes('running')
  if (pending && running) return [{ live: true, where: [] }]
  if (running) return [{ live: true, where: [sql`e.state = 4`] }]
  return pending ? [{ live: true, where: [sql`e.state < 4`] }] : []
}

function finalArms(
  status: readonly ExecutionStatus[] | undefined,
  failure: string | undefined,
  each: boolean,
): ArmPlan[] {
  const failed: Condition[] = failure === undefined ? [] : [sql`e.failure = ${failure}`]
  if (status === undefined) return [{ live: false, where: failed }]
  const final = [...new Set(status)].filter((s) => s !== 'pending' && s !== 'running')
  if (final.length === 0) return []
  // One arm per status, so that each is a walk through the index of what did not succeed.
  if (each)
    return final.map((s) => ({ live: false, where: [sql`e.status <> 'success'`, sql`e.status = ${s}`, ...failed] }))
  if (final.length === 4) return [{ live: false, where: failed }]
  return [{ live: false, where: [sql`e.status in (${sql.join(final)})`, ...failed] }]
}

/** Null for a task that is not there, or outside the scope. */
export async function seqOf(db: Kysely<Schema>, taskId: string, scope: Scope): Promise<number | null> {
  let tasks = db.selectFrom('tasks as t').select('t.seq').where('t.id', '=', taskId)
  for (const condition of tasksWithin(scope)) tasks = tasks.where(condition)
  return (await tasks.executeTakeFirst())?.seq ?? null
}

/** Of a large group the latest rows of all tasks are looked through: many of them belong to it. */
export async function groupCondition(db: Kysely<Schema>, group: string): Promise<Condition> {
  const members = await db
    .selectFrom('tasks as t')
    .select('t.seq')
    .where(inGroup(sql.ref('t.task_group'), group))
    .limit(SMALL_GROUP.tasks + 1)
    .execute()
  if (members.length === 0) return sql`1 = 0`
  const ofMembers: Condition = sql`e.task_seq in (${sql.join(members.map((m) => m.seq))})`
  const isSmall =
    members.length <= SMALL_GROUP.tasks &&
    (await countArm(db, { live: false, where: [ofMembers] }, SMALL_GROUP.rows + 1)) <= SMALL_GROUP.rows
  if (isSmall) return ofMembers
  return sql`exists (select 1 from tasks as g where g.seq = e.task_seq and ${inGroup(sql.ref('g.task_group'), group)})`
}

import type { ExecutionStatus } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import type { ExecutionQuery, SortedField } from '../../ports/queries.ts'
import type { Schema } from '../../ports/schema.ts'
import { type ArmPlan, armOf, countArms } from './arms.ts'
import type { Condition } from './condition.ts'
import { lateArms, searchArms } from './execution-search.ts'
import { sortedPositions } from './execution-sort.ts'
import { ofTasks } from './of-tasks.ts'
import { type CursorValue, MOST_COUNTED, type PageParts, type Slice, sliceOf } from './page.ts'
import { executionsWithin, tasksWithin, type Within } from './scope.ts'
import { inGroup } from './task-filter.ts'

/** An execution in a list: its id and the values it is sorted by. */
interface ExecutionPosition {
  id: string
  a: CursorValue
  b: CursorValue
}

/**
 * Orders that an index gives. `created`: by id. `due`: by due instant, then id. `ended`: live ones first, then by the
 * end; the indexes of what is rare are in that order.
 */
type ExecutionOrder = 'created' | 'due' | 'ended'

/** Null when the filter names something that does not exist. */
export async function executionList(db: Kysely<Schema>, query: ExecutionQuery, scope: Within) {
  const { taskId, nodeId, group, from, to, status, failure, trigger, late, q, sort } = query
  const where: Condition[] = []
  where.push(...(await executionsWithin(db, scope)))
  if (taskId !== undefined) {
    const seq = await seqOf(db, taskId, scope)
    if (seq === null) return null
    where.push(sql`e.task_seq = ${seq}`)
  }
  if (group !== undefined) where.push(await groupCondition(db, group))
  if (from !== undefined) where.push(sql`e.due_at >= ${from}`)
  if (to !== undefined) where.push(sql`e.due_at < ${to}`)
  if (trigger !== undefined) where.push(sql`e.trigger = ${trigger}`)
  if (nodeId !== undefined) where.push(sql`e.node_id = ${nodeId}`)

  const byDue = [taskId, group, from, to, late, q, sort].some((given) => given !== undefined)
  const wanted = failure === undefined ? status : (status ?? ['failed']).filter((s) => s === 'failed')
  const rareTrigger = trigger !== undefined && trigger !== 'schedule'
  const unsuccessful = wanted !== undefined && !wanted.includes('success')
  // What ran on a node is in the order of its end, too.
  const rare = !byDue && (rareTrigger || unsuccessful || nodeId !== undefined)
  // A task's own rows are few; those of a group or a time are found among what did not succeed.
  const each = unsuccessful && taskId === undefined
  // Names the condition of the index of what no schedule started.
  if (rareTrigger) where.push(sql`e.trigger <> 'schedule'`)
  const ends = endConditions(query)
  const ended = finalArms(wanted, failure, each).map((arm) => withAll(arm, ends))
  // What lives has no end.
  const arms = ends.length > 0 ? ended : [...liveArms(wanted), ...ended]
  const within = await narrowed(db, query, { scope, arms: arms.map((arm) => withAll(arm, where)) })
  return inOrder(db, within, { query, usual: byDue ? 'due' : rare ? 'ended' : 'created' })
}

function endConditions({ finishedFrom, finishedTo }: ExecutionQuery): Condition[] {
  const ends: Condition[] = []
  if (finishedFrom !== undefined) ends.push(sql`e.finished_at >= ${finishedFrom}`)
  if (finishedTo !== undefined) ends.push(sql`e.finished_at < ${finishedTo}`)
  return ends
}

const withAll = ({ live, where }: ArmPlan, all: readonly Condition[]) => ({ live, where: [...all, ...where] })

/** What a text and a lateness leave of some arms. */
async function narrowed(db: Kysely<Schema>, query: ExecutionQuery, of: { scope: Within; arms: ArmPlan[] }) {
  const { late, q = '' } = query
  const timed = late === undefined ? of.arms : lateArms(db, late, of.arms)
  return q.trim() === '' ? timed : searchArms(db, { q: q.trim(), scope: of.scope }, timed)
}

/** By due instant walks an index, as do the usual orders; the others sort what matches. */
function inOrder(
  db: Kysely<Schema>,
  arms: ArmPlan[],
  { query, usual }: { query: ExecutionQuery; usual: ExecutionOrder },
) {
  const { sort } = query
  const isDescending = sort === undefined || sort.startsWith('-')
  const field = sort?.replace('-', '') as 'scheduled_at' | SortedField | undefined
  if (field === undefined || field === 'scheduled_at') {
    return listing(positionsOf(db, arms, { order: usual, isAscending: !isDescending, list: 'executions' }, query))
  }
  return listing(sortedPositions(db, arms, { field, isDescending, page: query }))
}

type Positions<Position> = Pick<PageParts<Position, unknown>, 'slice' | 'positions' | 'count' | 'cursorOf'>

/** Positions of whatever order as lists turn their pages by them. */
function listing<Position extends { id: string }>({ positions, cursorOf, ...rest }: Positions<Position>) {
  return {
    ...rest,
    positions: async (limit: number) =>
      (await positions(limit)).map((position) => ({ id: position.id, cursor: cursorOf(position) })),
    cursorOf: (at: { id: string; cursor: CursorValue[] }) => at.cursor,
  }
}

/** The positions of the rows that some arms yield together, in an order. */
export function positionsOf(
  db: Kysely<Schema>,
  arms: readonly ArmPlan[],
  { order, isAscending = false, list }: { order: ExecutionOrder; isAscending?: boolean; list: string },
  page: { page?: number | undefined; limit?: number | undefined; cursor?: string | undefined },
) {
  const slice = sliceOf(page, `${list}:${order}${isAscending ? ' up' : ''}`, 2)
  const walk = { order, isAscending, slice }
  return {
    slice,
    async positions(limit: number): Promise<ExecutionPosition[]> {
      if (order !== 'ended') return union(db, arms, walk).offset(slice.offset).limit(limit).execute()
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
  const first =
    after?.[0] === 0 ? [] : await union(db, live, { order: 'ended', slice }).offset(offset).limit(limit).execute()
  if (first.length === limit || ended.length === 0) return first
  const passed = offset === 0 || first.length > 0 ? offset : await countArms(db, live, offset)
  const behindLive = after?.[0] === 0 ? slice : { ...slice, after: null }
  const rest = union(db, ended, { order: 'ended', slice: behindLive }).offset(offset - passed)
  return [...first, ...(await rest.limit(limit - first.length).execute())]
}

interface Walk {
  order: ExecutionOrder
  isAscending?: boolean
  slice: Slice
}

function union(db: Kysely<Schema>, arms: readonly ArmPlan[], walk: Walk) {
  const { order, isAscending = false } = walk
  const parts = arms.map(({ live, where }) =>
    positioned(armOf(db, { live, where: [...where, ...behind(walk)] }), order, live),
  )
  let all = parts[0] ?? positioned(armOf(db, { live: true, where: [sql`1 = 0`] }), order, true)
  for (const part of parts.slice(1)) all = all.unionAll(part) as typeof all
  const direction = isAscending ? 'asc' : 'desc'
  return order === 'ended' ? all.orderBy('b', direction) : all.orderBy('a', direction).orderBy('b', direction)
}

function positioned(arm: ReturnType<typeof armOf>, order: ExecutionOrder, live: boolean) {
  const id = arm.select('e.id')
  if (order === 'created') return id.select(['e.id as a', sql<CursorValue>`0`.as('b')]).$castTo<ExecutionPosition>()
  if (order === 'due') return id.select(['e.due_at as a', 'e.id as b']).$castTo<ExecutionPosition>()
  return id.select([sql<CursorValue>`${sql.lit(live ? 1 : 0)}`.as('a'), 'e.seq as b']).$castTo<ExecutionPosition>()
}

/** What comes behind the last row of the page before. */
function behind({ order, isAscending = false, slice: { after } }: Walk): Condition[] {
  if (after === null) return []
  const [a, b] = after
  const than = isAscending ? sql`>` : sql`<`
  if (order === 'created') return [sql`e.id ${than} ${a}`]
  if (order === 'due') return [sql`e.due_at ${than}= ${a}`, sql`(e.due_at ${than} ${a} or e.id ${than} ${b})`]
  return [sql`e.seq ${than} ${b}`]
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
export async function seqOf(db: Kysely<Schema>, taskId: string, scope: Within): Promise<number | null> {
  let tasks = db.selectFrom('tasks as t').select('t.seq').where('t.id', '=', taskId)
  for (const condition of tasksWithin(scope)) tasks = tasks.where(condition)
  return (await tasks.executeTakeFirst())?.seq ?? null
}

/** What executions of a group have in common. */
export async function groupCondition(db: Kysely<Schema>, group: string): Promise<Condition> {
  return (await ofTasks(db, (task) => inGroup(sql.ref(`${task}.task_group`), group))) ?? sql`1 = 0`
}

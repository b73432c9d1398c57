import { type Expression, sql } from 'kysely'
import type { TaskQuery } from '../../ports/queries.ts'
import type { Condition } from './condition.ts'
import { scopeShape, scopeValues, taskHolesWithin, type Within } from './scope.ts'
import { hole } from './shape.ts'

/**
 * Conditions on `tasks as t` for a list, with holes for {@link filterValues}. Constants stand in the text where a partial
 * index asks for them.
 */
export function taskConditions(query: TaskQuery, scope: Within): Condition[] {
  const { group, status, type, tag, origin, q } = query
  const conditions: Condition[] = [
    status === 'deleted' ? sql`t.deleted_at is not null` : sql`t.deleted_at is null`,
    ...statusConditions(status),
    ...taskHolesWithin(scope),
  ]
  if (group !== undefined) conditions.push(withinGroup(sql.ref('t.task_group'), holesOf(boundsOf(group))))
  if (type !== undefined) conditions.push(sql`t.type = ${hole('type')}`)
  if (tag !== undefined) conditions.push(HAS_TAG)
  if (origin !== undefined) conditions.push(COMES_FROM)
  if (isSearch(q)) conditions.push(MENTIONS)
  return conditions
}

/** What lists have in common whose conditions have the same text. */
export function filterShape({ group, status, type, tag, origin, q }: TaskQuery, scope: Within): string {
  const isThere = [type !== undefined, tag !== undefined, origin !== undefined, isSearch(q)]
  const groups = group === undefined ? '' : Object.keys(boundsOf(group)).join()
  return `${scopeShape(scope)} ${status ?? ''} ${groups} ${isThere.map(Number).join('')}`
}

/** What goes into the holes of {@link taskConditions}. */
export function filterValues(query: TaskQuery, scope: Within, now: number): Record<string, unknown> {
  const { group, type, tag, origin, q } = query
  return {
    now,
    ...scopeValues(scope),
    type,
    origin,
    ...(group !== undefined && boundsOf(group)),
    // Tags are stored as JSON.stringify writes an array: the first follows `[`, the others a comma.
    ...(tag !== undefined && { firstTag: `[${JSON.stringify(tag)}`, furtherTag: `,${JSON.stringify(tag)}` }),
    ...(isSearch(q) && { pattern: patternOf(q) }),
  }
}

/** Where names of groups lie: one alone, or one with all below it. */
type GroupBounds = { only: string } | { root: string; end: string; below: string }

function boundsOf(group: string): GroupBounds {
  if (group.startsWith('=')) return { only: group.slice(1) }
  const root = group.endsWith('/') ? group.slice(0, -1) : group
  // '0' follows '/' in ASCII: the range holds what begins with `root/`, and names such as `root.old`, which are left out.
  return { root, end: `${root}0`, below: `${root}/` }
}

function holesOf<Bounds extends GroupBounds>(bounds: Bounds): Bounds {
  return Object.fromEntries(Object.keys(bounds).map((name) => [name, hole(name)])) as Bounds
}

/** A group with all below it, with or without a slash behind its name; alone after an equals sign. */
export function inGroup(column: Expression<string | null>, group: string): Condition {
  return withinGroup(column, boundsOf(group))
}

function withinGroup(column: Expression<string | null>, bounds: GroupBounds): Condition {
  if ('only' in bounds) return sql`${column} = ${bounds.only}`
  const { root, end, below } = bounds
  return sql`(${column} >= ${root} and ${column} < ${end} and (${column} = ${root} or ${column} >= ${below}))`
}

/** Enabled and unpaused, with schedules of which none has an occurrence left, planned or not. */
export function hasFinished(now: number): Condition {
  return sql`(
    t.seq in (select ended.task_seq from schedules as ended where ended.next_due_at is null)
    and not exists (select 1 from schedules as s where s.task_seq = t.seq and (s.next_due_at is not null
      or exists (select 1 from executions as e where e.schedule_id = s.id and e.due_at >= ${now}))))`
}

/** What tasks of a status have in common; the hole `now` is the clock's. */
export function statusConditions(status: TaskQuery['status']): Condition[] {
  const finished = hasFinished(hole<number>('now'))
  switch (status) {
    case 'disabled':
      return [sql`t.enabled = 0`]
    case 'halted':
      return [sql`(t.enabled = 0 or t.paused_at is not null)`]
    case 'paused':
      return [sql`t.enabled = 1`, sql`t.paused_at is not null`]
    case 'finished':
      return [sql`t.enabled = 1`, sql`t.paused_at is null`, finished]
    case 'active':
      return [sql`t.enabled = 1`, sql`t.paused_at is null`, sql`not ${finished}`]
    default:
      return []
  }
}

/** What replace() can take out is in there, to the letter; LIKE would not mind the case. */
const HAS_TAG: Condition = sql`(t.tags is not null and (replace(t.tags, ${hole('firstTag')}, '') <> t.tags
    or replace(t.tags, ${hole('furtherTag')}, '') <> t.tags))`

/** Its origin begins with the text. */
const COMES_FROM: Condition = sql`substr(t.definition ->> 'origin', 1, length(cast(${hole('origin')} as text))) = ${hole('origin')}`

const isSearch = (q: string | undefined): q is string => q !== undefined && q !== ''

/** What `like` takes for a text that may be anywhere, with nothing in it standing for anything else. */
export function patternOf(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`
}

/** Without regard to case. */
export function found(text: Expression<unknown>, pattern: Expression<unknown>): Condition {
  return sql`lower(${text}) like lower(${pattern}) escape '\\'`
}

const pattern = sql`${hole('pattern')}`
const MENTIONS: Condition = sql`(${found(sql.ref('t.name'), pattern)} or ${found(sql`t.definition ->> 'description'`, pattern)})`

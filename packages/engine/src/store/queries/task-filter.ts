import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely'
import type { TaskQuery } from '../../ports/queries.ts'

export type Condition = RawBuilder<SqlBool>

/** Conditions on `tasks as t` for a list. Constants stand in the text where a partial index asks for them. */
export function taskConditions(query: TaskQuery, tenantId: string | null, now: number): Condition[] {
  const { group, status, type, tag, origin, q } = query
  const conditions: Condition[] = [
    status === 'deleted' ? sql`t.deleted_at is not null` : sql`t.deleted_at is null`,
    ...statusConditions(status, now),
  ]
  if (tenantId !== null) conditions.push(sql`t.tenant_id = ${tenantId}`)
  if (group !== undefined) conditions.push(inGroup(sql.ref('t.task_group'), group))
  if (type !== undefined) conditions.push(sql`t.type = ${type}`)
  if (tag !== undefined) conditions.push(hasTag(tag))
  if (origin !== undefined) conditions.push(comesFrom(origin))
  if (q !== undefined && q !== '') conditions.push(mentions(q))
  return conditions
}

/** A group with all below it, with or without a slash behind its name; alone after an equals sign. */
export function inGroup(column: Expression<string | null>, group: string): Condition {
  if (group.startsWith('=')) return sql`${column} = ${group.slice(1)}`
  const root = group.endsWith('/') ? group.slice(0, -1) : group
  // '0' follows '/' in ASCII: the range holds what begins with `root/`, and names such as `root.old`, which are left out.
  return sql`(${column} >= ${root} and ${column} < ${`${root}0`} and (${column} = ${root} or ${column} >= ${`${root}/`}))`
}

/** Enabled and unpaused, with schedules of which none has an occurrence left, planned or not. */
export function hasFinished(now: number): Condition {
  return sql`(
    t.seq in (select ended.task_seq from schedules as ended where ended.next_due_at is null)
    and not exists (select 1 from schedules as s where s.task_seq = t.seq and (s.next_due_at is not null
      or exists (select 1 from executions as e where e.schedule_id = s.id and e.due_at >= ${now}))))`
}

function statusConditions(status: TaskQuery['status'], now: number): Condition[] {
  switch (status) {
    case 'disabled':
      return [sql`t.enabled = 0`]
    case 'halted':
      return [sql`(t.enabled = 0 or t.paused_at is not null)`]
    case 'paused':
      return [sql`t.enabled = 1`, sql`t.paused_at is not null`]
    case 'finished':
      return [sql`t.enabled = 1`, sql`t.paused_at is null`, hasFinished(now)]
    case 'active':
      return [sql`t.enabled = 1`, sql`t.paused_at is null`, sql`not ${hasFinished(now)}`]
    default:
      return []
  }
}

/** Tags are stored as JSON.stringify writes an array: the first follows `[`, the others a comma. */
function hasTag(tag: string): Condition {
  const text = JSON.stringify(tag)
  // What replace() can take out is in there, to the letter; LIKE would not mind the case.
  return sql`(t.tags is not null and (replace(t.tags, ${`[${text}`}, '') <> t.tags
    or replace(t.tags, ${`,${text}`}, '') <> t.tags))`
}

/** Its origin begins with the text. */
function comesFrom(origin: string): Condition {
  return sql`substr(t.definition ->> 'origin', 1, length(cast(${origin} as text))) = ${origin}`
}

function mentions(q: string): Condition {
  const pattern = `%${q.replace(/[\\%_]/g, '\\$&')}%`
  const found = (text: Expression<unknown>): Condition => sql`lower(${text}) like lower(${pattern}) escape '\\'`
  return sql`(${found(sql.ref('t.name'))} or ${found(sql`t.definition ->> 'description'`)})`
}

import type { GrantedScope, Scope } from '@rota/core'
import { sql } from 'kysely'
import type { Condition } from './condition.ts'
import type { Whose } from './ended.ts'
import { hole } from './shape.ts'

/**
 * What a scope is in the words of both databases: conditions that leave the rows it holds, and none where it holds all.
 * The only file that knows; a query that forgets to ask here shows one tenant what belongs to another.
 */

/** What stands in a condition for a value of the scope: the value, or a hole of that name to be filled when it runs. */
type Standing = (name: string, value: string) => unknown

const VALUES: Standing = (_, value) => value
const HOLES: Standing = (name) => hole(name)

/** On `tasks as t`, or under another name. */
export function tasksWithin(scope: Scope, task = 't'): Condition[] {
  return conditions(scope, task, VALUES)
}

/** On `tasks as t`, with holes for {@link scopeValues}: for a query that is built once. */
export function taskHolesWithin(scope: Scope): Condition[] {
  return conditions(scope, 't', HOLES)
}

export function scopeValues(scope: Scope): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  conditions(scope, 't', (name, value) => {
    values[name] = value
    return value
  })
  return values
}

/** What scopes have in common whose conditions have the same text. */
export function scopeShape(scope: Scope): string {
  if (scope.kind !== 'granted') return scope.kind
  const { tenantId, groups, tasks } = scope
  return `${scope.kind} ${tenantId === null} ${padded(groups).length} ${padded(tasks).length}`
}

/** On executions as `e`, live or ended. */
export function executionsWithin(scope: Scope): Condition[] {
  switch (scope.kind) {
    case 'all':
      return []
    case 'tenant':
      return [sql`e.tenant_id = ${scope.tenantId}`]
    case 'granted': {
      const within = sql.join(tasksWithin(scope, 'w'), sql` and `)
      return [sql`exists (select 1 from tasks as w where w.seq = e.task_seq and ${within})`]
    }
  }
}

/** What ended, of all that a scope holds. */
export function allWithin(scope: Scope): Whose {
  return scope.kind === 'all' ? { kind: 'all' } : { kind: 'tasks', where: tasksWithin(scope) }
}

function conditions(scope: Scope, task: string, standing: Standing): Condition[] {
  switch (scope.kind) {
    case 'all':
      return []
    case 'tenant':
      return [ofTenant(scope.tenantId, task, standing)]
    case 'granted':
      return [
        ...(scope.tenantId === null ? [] : [ofTenant(scope.tenantId, task, standing)]),
        amongGranted(scope, task, standing),
      ]
  }
}

function ofTenant(tenantId: string, task: string, standing: Standing): Condition {
  return sql`${sql.ref(`${task}.tenant_id`)} = ${standing('tenantId', tenantId)}`
}

function amongGranted({ groups, tasks }: GrantedScope, task: string, standing: Standing): Condition {
  const [group, id] = [sql.ref(`${task}.task_group`), sql.ref(`${task}.id`)]
  const arms: Condition[] = []
  if (groups.length > 0) arms.push(sql`${group} in (${groupNames(padded(groups), standing)})`)
  if (tasks.length > 0) {
    arms.push(sql`${id} in (${sql.join(padded(tasks).map((each, at) => standing(`granted${at}`, each)))})`)
  }
  return arms.length === 0 ? sql`1 = 0` : sql`(${sql.join(arms, sql` or `)})`
}

/**
 * The names of groups and of all in use below them. A step of the index finds each: to compare the group of every task
 * with every one that is granted would take as long as both are many.
 */
function groupNames(groups: readonly string[], standing: Standing) {
  const text = (name: string, value: string) => sql`cast(${standing(name, value)} as text)`
  const roots = groups.map((group, at) => sql`(${text(`group${at}`, group)})`)
  // '0' follows '/' in ASCII.
  const bounds = groups.map((group, at) => sql`(${text(`below${at}`, `${group}/`)}, ${text(`end${at}`, `${group}0`)})`)
  return sql`
    with recursive roots(name) as (values ${sql.join(roots)}),
    bounds(low, high) as (values ${sql.join(bounds)}),
    below(name, high) as (
      select (select min(x.task_group) from tasks as x where x.task_group >= b.low and x.task_group < b.high), b.high
      from bounds as b
      union all
      select (select min(x.task_group) from tasks as x where x.task_group > g.name and x.task_group < g.high), g.high
      from below as g where g.name is not null)
    select r.name from roots as r union all select g.name from below as g where g.name is not null`
}

/** As many as the next power of two, the last one again and again: so that there are few texts of a condition. */
function padded(values: readonly string[]): readonly string[] {
  if (values.length === 0) return values
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return Array.from({ length }, (_, at) => values[at] ?? values.at(-1)!)
}

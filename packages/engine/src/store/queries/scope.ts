import type { GrantedScope, Scope } from '@rota/core'
import { type Kysely, sql } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import type { Condition } from './condition.ts'
import type { Whose } from './ended.ts'
import { ofTasks } from './of-tasks.ts'
import { hole } from './shape.ts'

/**
 * What a scope is in the words of both databases: conditions that leave the rows it holds, and none where it holds all.
 * The only file that knows; a query that forgets to ask here shows one tenant what belongs to another.
 */

/** A scope as conditions are made of it: of grants, what they reach by now. */
export type Within = Exclude<Scope, GrantedScope> | Granted

interface Granted {
  readonly kind: 'granted'
  readonly tenantId: string | null
  /** Names in use, each by itself; of too many, those that were granted, each with all below it. */
  readonly groups: readonly string[]
  readonly isBelow: boolean
  readonly tasks: readonly string[]
  /** The tasks themselves where they are few: an index finds them. Else the rows of a walk are looked at one by one. */
  readonly seqs: readonly number[] | null
}

/** So many tasks are named one by one. */
const FEW = 1_000
/** So many groups; a statement takes only so many values. */
const MOST_GROUPS = 5_000

/**
 * Finds what scopes hold at the moment. `taskChanges`: how often tasks have changed, where nobody else can change them;
 * what was found stays true until then.
 */
export function createWithin(db: Kysely<Schema>, taskChanges: () => number | null) {
  const known = new WeakMap<Scope, { changes: number; within: Promise<Within> }>()
  return (scope: Scope): Within | Promise<Within> => {
    if (scope.kind !== 'granted') return scope
    const changes = taskChanges()
    const found = known.get(scope)
    if (found !== undefined && found.changes === changes) return found.within
    const within = reached(db, scope)
    if (changes !== null) known.set(scope, { changes, within })
    within.catch(() => known.delete(scope))
    return within
  }
}

async function reached(db: Kysely<Schema>, { tenantId, groups, tasks }: GrantedScope): Promise<Granted> {
  const roots = new Set(groups)
  const names = groups.length === 0 ? [] : (await groupNames(db)).filter((name) => liesIn(name, roots))
  if (names.length > MOST_GROUPS) return { kind: 'granted', tenantId, groups, isBelow: true, tasks, seqs: null }
  const whole: Granted = { kind: 'granted', tenantId, groups: names, isBelow: false, tasks, seqs: null }
  if (names.length === 0 && tasks.length === 0) return { ...whole, seqs: [] }
  const group = names.length === 0 ? [] : [sql<boolean>`t.task_group in (${sql.join(names)})`]
  const single = tasks.length === 0 ? [] : [sql<boolean>`t.id in (${sql.join(tasks)})`]
  let few = db
    .selectFrom('tasks as t')
    .select('t.seq')
    .where(sql<boolean>`(${sql.join([...group, ...single], sql` or `)})`)
  if (tenantId !== null) few = few.where('t.tenant_id', '=', tenantId)
  const rows = await few.limit(FEW + 1).execute()
  return rows.length > FEW ? whole : { ...whole, seqs: rows.map(({ seq }) => seq) }
}

/** All in use. A step of the index finds each: tasks are many, their groups are not. */
async function groupNames(db: Kysely<Schema>): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    with recursive g(name) as (
      select min(x.task_group) from tasks as x where x.task_group is not null
      union all
      select (select min(y.task_group) from tasks as y where y.task_group > g.name) from g where g.name is not null)
    select g.name from g where g.name is not null`.execute(db)
  return rows.map(({ name }) => name)
}

function liesIn(name: string, roots: ReadonlySet<string>): boolean {
  if (roots.has(name)) return true
  for (let at = name.indexOf('/'); at >= 0; at = name.indexOf('/', at + 1))
    if (roots.has(name.slice(0, at))) return true
  return false
}

/** What stands in a condition for a value of the scope: the value, or a hole of that name to be filled when it runs. */
type Standing = <V extends string | number>(name: string, value: V) => unknown

const VALUES: Standing = (_, value) => value
const HOLES: Standing = (name) => hole(name)

/** On `tasks as t`, or under another name. */
export function tasksWithin(within: Within, task = 't'): Condition[] {
  return conditions(within, task, VALUES)
}

/** On `tasks as t`, with holes for {@link scopeValues}: for a query that is built once. */
export function taskHolesWithin(within: Within): Condition[] {
  return conditions(within, 't', HOLES)
}

/** What goes into the holes of {@link taskHolesWithin}. */
export function scopeValues(within: Within): Record<string, unknown> {
  const values: Record<string, unknown> = {}
  if (within.kind === 'all') return values
  if (within.tenantId !== null) values.tenantId = within.tenantId
  if (within.kind === 'tenant') return values
  const { seqs, groups, isBelow, tasks } = within
  const fill = (name: string, all: readonly (string | number)[]) => {
    for (const [at, value] of padded(all).entries()) values[`${name}${at}`] = value
  }
  if (seqs !== null) fill('grantedSeq', seqs)
  else {
    fill('grantedGroup', groups)
    if (isBelow) fill('grantedBelow', groups.map(below))
    if (isBelow) fill('grantedEnd', groups.map(end))
    fill('grantedTask', tasks)
  }
  return values
}

/** What scopes have in common whose conditions have the same text. */
export function scopeShape(within: Within): string {
  if (within.kind !== 'granted') return within.kind
  const { seqs, tenantId, groups, isBelow, tasks } = within
  if (seqs !== null) return `granted ${padded(seqs).length}`
  return `granted ${tenantId === null} ${isBelow} ${padded(groups).length} ${padded(tasks).length}`
}

/** On executions as `e`, live or ended. */
export async function executionsWithin(db: Kysely<Schema>, within: Within): Promise<Condition[]> {
  switch (within.kind) {
    case 'all':
      return []
    case 'tenant':
      return [sql`e.tenant_id = ${within.tenantId}`]
    case 'granted': {
      const isMeant = (task: string): Condition => sql`${sql.join(tasksWithin(within, task), sql` and `)}`
      return [(await ofTasks(db, isMeant)) ?? sql`1 = 0`]
    }
  }
}

/** What ended, of all that a scope holds. */
export function allWithin(within: Within): Whose {
  return within.kind === 'all' ? { kind: 'all' } : { kind: 'tasks', where: tasksWithin(within) }
}

function conditions(within: Within, task: string, standing: Standing): Condition[] {
  switch (within.kind) {
    case 'all':
      return []
    case 'tenant':
      return [ofTenant(within.tenantId, task, standing)]
    case 'granted':
      return granted(within, task, standing)
  }
}

function ofTenant(tenantId: string, task: string, standing: Standing): Condition {
  return sql`${sql.ref(`${task}.tenant_id`)} = ${standing('tenantId', tenantId)}`
}

function granted({ tenantId, groups, isBelow, tasks, seqs }: Granted, task: string, standing: Standing): Condition[] {
  const among = <V extends string | number>(name: string, values: readonly V[]) =>
    sql.join(padded(values).map((value, at) => standing(`${name}${at}`, value)))
  if (seqs !== null) {
    return [seqs.length === 0 ? sql`1 = 0` : sql`${sql.ref(`${task}.seq`)} in (${among('grantedSeq', seqs)})`]
  }
  const arms: Condition[] = []
  // As expressions, which no index has: to gather so many by an index and sort them takes longer than to walk in order.
  const name = sql`(${sql.ref(`${task}.task_group`)} || '')`
  if (groups.length > 0) arms.push(sql`${name} in (${among('grantedGroup', groups)})`)
  if (isBelow) {
    for (const [at, group] of padded(groups).entries()) {
      const bounds = [standing(`grantedBelow${at}`, below(group)), standing(`grantedEnd${at}`, end(group))] as const
      arms.push(sql`(${name} >= ${bounds[0]} and ${name} < ${bounds[1]})`)
    }
  }
  if (tasks.length > 0) arms.push(sql`(${sql.ref(`${task}.id`)} || '') in (${among('grantedTask', tasks)})`)
  const own: Condition = sql`(${sql.join(arms, sql` or `)})`
  return tenantId === null ? [own] : [ofTenant(tenantId, task, standing), own]
}

/** What all groups below another begin with, and what follows them: '0' comes behind '/' in ASCII. */
const below = (group: string) => `${group}/`
const end = (group: string) => `${group}0`

/** As many as the next power of two, the last one again and again: so that there are few texts of a condition. */
function padded<V>(values: readonly V[]): readonly V[] {
  if (values.length === 0) return values
  const length = 2 ** Math.ceil(Math.log2(values.length))
  return Array.from({ length }, (_, at) => values[at] ?? values.at(-1)!)
}

import type { Scope } from '@rota/core'
import { sql } from 'kysely'
import type { Condition } from './condition.ts'
import type { Whose } from './ended.ts'
import { hole } from './shape.ts'

/**
 * What a scope is in the words of both databases: conditions that leave the rows it holds, and none where it holds all.
 * The only file that knows; a query that forgets to ask here shows one tenant what belongs to another.
 */

/** A scope with holes where it names somebody, for a query that is built once; with what fills them. */
export function scopeHoles(scope: Scope): Scope {
  return scope.kind === 'tenant' ? { ...scope, tenantId: hole('tenantId') } : scope
}

export function scopeValues(scope: Scope): Record<string, unknown> {
  return scope.kind === 'tenant' ? { tenantId: scope.tenantId } : {}
}

/** What scopes have in common whose conditions have the same text. */
export function scopeShape(scope: Scope): string {
  return scope.kind
}

/** On `tasks as t`, or under another name. */
export function tasksWithin(scope: Scope, task = 't'): Condition[] {
  switch (scope.kind) {
    case 'all':
      return []
    case 'tenant':
      return [sql`${sql.ref(`${task}.tenant_id`)} = ${scope.tenantId}`]
  }
}

/** On executions as `e`, live or ended. */
export function executionsWithin(scope: Scope): Condition[] {
  switch (scope.kind) {
    case 'all':
      return []
    case 'tenant':
      return [sql`e.tenant_id = ${scope.tenantId}`]
  }
}

/** What ended, of all that a scope holds. */
export function allWithin(scope: Scope): Whose {
  return scope.kind === 'all' ? { kind: 'all' } : { kind: 'tasks', where: tasksWithin(scope) }
}

import { EVERYTHING, type Scope, SYSTEM, tenantOf } from '@rota/core'

/**
 * How people, groups, roles, grants and tokens are kept apart by tenants. Tasks and executions are by the engine, from the
 * same scope.
 */

/** Whose a row is; null for what belongs to no tenant. */
export interface Owned {
  readonly tenant_id: string | null
}

/** Whether somebody sees a row of these: all of them outside of tenants, else those of the own one. */
export function isSeen(scope: Scope, row: Owned): boolean {
  const tenantId = tenantOf(scope)
  return tenantId === null || row.tenant_id === tenantId
}

/** What somebody sees of things that no grant reaches one by one. */
export function seenBy(scope: Scope): Scope {
  return inTenant(tenantOf(scope))
}

/** All of one tenant; with null everything. */
export function inTenant(tenantId: string | null): Scope {
  return tenantId === null ? EVERYTHING : { kind: 'tenant', tenantId }
}

/** The scheduler itself, as far as it looks into one tenant; with null everywhere. */
export function systemIn(tenantId: string | null) {
  return { ...SYSTEM, scope: inTenant(tenantId) }
}

/**
 * A name as it is kept where names must differ: the same one of another tenant is another. No name holds a colon; what is
 * asked for with one has a key that nothing has.
 */
export function keyIn(tenantId: string | null, name: string): string {
  if (tenantId === null) return name.includes(':') ? `:${name}` : name
  return `${tenantId}:${name}`
}

/** The name that {@link keyIn} was given. */
export function nameIn(key: string): string {
  return key.slice(key.indexOf(':') + 1)
}

/** How somebody signs in, and is told apart where several tenants are seen: `TENANT/USERNAME`. */
export function signInName({ tenant_id: tenantId, username }: Owned & { username: string }): string {
  return tenantId === null ? username : `${tenantId}/${username}`
}

/** A user by the name for signing in, or by the plain one within a tenant. */
export function splitSignInName(
  given: string,
  within: string | null = null,
): { tenantId: string | null; name: string } {
  const at = given.indexOf('/')
  if (at < 0) return { tenantId: within, name: given }
  return { tenantId: given.slice(0, at).toLowerCase(), name: given.slice(at + 1) }
}

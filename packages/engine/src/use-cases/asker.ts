import { type Caller, tenantOf } from '@rota/core'

/**
 * Who asks, as idempotency keys are kept apart: by the account and not by its name, which another may have in another
 * tenant or come to have, and by the tenant that it asks for. Programs that use the engine as a library have a name alone.
 */
export function askerOf({ userId, name, scope }: Caller): string {
  const tenantId = tenantOf(scope)
  return `${userId ?? name ?? ''}${tenantId === null ? '' : `@${tenantId}`}`
}

import { RotaError, say } from '@rota/core'
import type { Permission, Role } from '@rota/protocol'

/** Who makes a request, and what the credential allows. */
export interface Principal {
  userId: string
  username: string
  tenantId: string | null
  role: Role
  /** What appears in `created_by` and `requested_by`. */
  name: string
  permissions: readonly Permission[]
  mustChangePassword: boolean
  credential: {
    kind: 'session' | 'token'
    /** Session id or token id. */
    id: string
    expiresAt: number | null
    /** Of a browser's session: the value that the cookie is to have from now on, null when it stays. */
    cookie?: { next: string | null }
  }
}

/** Throws `forbidden` when the caller may not do what needs `permission`. */
export function requirePermission(principal: Principal, permission: Permission): void {
  if (principal.permissions.includes(permission)) return
  throw new RotaError(
    'forbidden',
    say`This needs the permission "${permission}", which ${principal.name} does not have.`,
  )
}

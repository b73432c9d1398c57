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
  }
}

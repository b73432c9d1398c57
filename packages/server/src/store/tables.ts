import type { ApiTokenRow, RequestKeyRow, SessionRow, UserRow } from '../access-store.ts'
import type { GrantRow, MemberRow, RoleRow, UserGroupRow } from '../grant-store.ts'
import type { InvitationRow } from '../sign-in-store.ts'
import type { TenantRow } from '../tenant-store.ts'

/** The tables of the migrations `access`, `grants`, `tenants` and `sign_in`, and what of the engine's is looked at. */
export interface AccessTables {
  users: UserRow
  sessions: SessionRow
  api_tokens: ApiTokenRow
  request_keys: RequestKeyRow
  roles: RoleRow
  user_groups: UserGroupRow
  user_group_members: MemberRow
  grants: GrantRow
  invitations: InvitationRow
  recovery_codes: { user_id: string; code_hash: string }
  used_once: { key: string; expires_at: number }
  sign_in_places: { user_id: string; place: string; last_used_at: number }
  settings: { key: string; value: string }
  tenants: TenantRow
  tasks: { id: string; tenant_id: string | null; task_group: string | null }
  executions: { tenant_id: string | null }
}

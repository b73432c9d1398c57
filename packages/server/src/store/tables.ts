import type { ApiTokenRow, RequestKeyRow, SessionRow, UserRow } from '../access-store.ts'
import type { GrantRow, MemberRow, RoleRow, UserGroupRow } from '../grant-store.ts'

/** The tables of the migrations `access` and `grants`, and the engine's settings. */
export interface AccessTables {
  users: UserRow
  sessions: SessionRow
  api_tokens: ApiTokenRow
  request_keys: RequestKeyRow
  roles: RoleRow
  user_groups: UserGroupRow
  user_group_members: MemberRow
  grants: GrantRow
  sign_in_places: { user_id: string; place: string; last_used_at: number }
  settings: { key: string; value: string }
}

import type { ApiTokenRow, RequestKeyRow, SessionRow, UserRow } from '../access-store.ts'

/** The tables of the `access` migration, and the engine's settings. */
export interface AccessTables {
  users: UserRow
  sessions: SessionRow
  api_tokens: ApiTokenRow
  request_keys: RequestKeyRow
  sign_in_places: { user_id: string; place: string; last_used_at: number }
  settings: { key: string; value: string }
}

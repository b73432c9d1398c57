import type { ApiTokenRow, RequestKeyRow, SessionRow, UserRow } from '../access-store.ts'

/** The tables of the `access` migration, and the engine's settings. */
export interface AccessTables {
  users: UserRow
  sessions: SessionRow
  api_tokens: ApiTokenRow
  request_keys: RequestKeyRow
  settings: { key: string; value: string }
}

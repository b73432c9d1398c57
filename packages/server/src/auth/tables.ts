import type { Kysely } from 'kysely'

/** Columns as stored: instants in epoch ms, booleans as 0 and 1. See the migration `access` for their meaning. */
export interface AccessTables {
  users: {
    id: string
    tenant_id: string | null
    username: string
    username_key: string
    display_name: string
    role: string
    password_hash: string
    must_change_password: number
    disabled: number
    session_epoch: number
    last_login_at: number | null
    created_at: number
    updated_at: number
  }
  sessions: {
    id: string
    user_id: string
    refresh_hash: string
    previous_hash: string | null
    created_at: number
    refreshed_at: number
    expires_at: number
  }
  api_tokens: {
    id: string
    user_id: string
    tenant_id: string | null
    name: string
    secret_hash: string
    scopes: string
    created_at: number
    expires_at: number | null
    last_used_at: number | null
    revoked_at: number | null
  }
  request_keys: {
    scope: string
    key: string
    digest: string
    status: number | null
    reply: string | null
    created_at: number
  }
  settings: { key: string; value: string }
}

export type AccessDatabase = Kysely<AccessTables>
export type UserRow = AccessTables['users']
export type TokenRow = AccessTables['api_tokens']

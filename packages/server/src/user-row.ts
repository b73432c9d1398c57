/** An account as it is stored; the migrations `access` and `sign_in` say what each column means. */
export interface UserRow {
  id: string
  tenant_id: string | null
  username: string
  /** Of a user of a tenant with that before it. */
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
  /** Null for an account with a password of its own; otherwise who vouches for it. */
  source: string | null
  issuer: string | null
  subject: string | null
  /** Null for that of the browser. */
  language: string | null
  /** Sealed; null for none. */
  second_factor: string | null
  second_factor_step: number
}

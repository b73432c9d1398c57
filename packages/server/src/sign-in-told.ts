/** An attempt to sign in, as metrics, logs and an audit are told of it. */
export interface SignInTold {
  result: 'ok' | 'refused' | 'throttled'
  /** `password`, or who vouches: `ldap`, `oidc:ID`. */
  method: string
  username: string
  /** Null for nobody that we know. */
  userId: string | null
  address: string
  requestId: string | null
  /** Of what was refused. */
  reason: string | null
}

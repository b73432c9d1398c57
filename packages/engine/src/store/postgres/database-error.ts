import { RotaError, say } from '@rota/core'

/**
 * Why a database cannot be used.
 * - `unreachable`: it does not answer, or not now; trying again may help.
 * - `refused`: it does not let us in: user, password, database, rights or TLS.
 * - `unsuitable`: it is not what we need: its version, a pooler before it.
 * - `empty`: there is nothing in the schema, though there must be.
 * - `schema`: what stands in the schema is not ours, from a newer release, changed, or not brought up to date.
 */
type Reason = 'unreachable' | 'refused' | 'unsuitable' | 'empty' | 'schema'

/** Thrown when a store cannot be opened in a database. The message is one sentence or two and tells no secret. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Errors of PostgreSQL (appendix A of its manual) and of TLS that no waiting mends. */
const REFUSALS: Record<string, string> = {
  '28000': say`It does not let this user in`,
  '28P01': say`It does not accept user and password`,
  '3D000': say`It has no such database`,
  '42501': say`The user lacks a right`,
  CERT_HAS_EXPIRED: say`Its certificate has expired`,
  DEPTH_ZERO_SELF_SIGNED_CERT: say`Its certificate is not trusted`,
  SELF_SIGNED_CERT_IN_CHAIN: say`Its certificate is not trusted`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: say`Its certificate is not trusted`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: say`Its certificate is not trusted`,
  ERR_TLS_CERT_ALTNAME_INVALID: say`Its certificate is for another host`,
}

/** What a failed start means: a {@link DatabaseError} where operators can do something about it, else the error itself. */
export function asDatabaseError(error: unknown): unknown {
  if (error instanceof DatabaseError) return error
  if (RotaError.is(error)) return new DatabaseError('unreachable', error.message)
  const { code, message } = error as { code?: string; message?: string }
  const refusal = REFUSALS[code ?? '']
  if (refusal !== undefined) return new DatabaseError('refused', `${refusal}: ${message}.`)
  if (/does not support SSL/.test(message ?? '')) return new DatabaseError('refused', say`It offers no TLS.`)
  return error
}

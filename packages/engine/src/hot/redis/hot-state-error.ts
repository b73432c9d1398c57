import { say } from '@rota/core'

/**
 * Why a Redis cannot be used, whatever one waits.
 * - `address`: the URL is none.
 * - `refused`: it does not let us in: user, password, database number or TLS.
 * - `unsuitable`: it would throw away keys when its memory is full, or is too old.
 */
type Reason = 'address' | 'refused' | 'unsuitable'

/** Thrown when the hot state cannot be opened. The message is one sentence or two and tells no secret. */
export class HotStateError extends Error {
  override readonly name = 'HotStateError'
  readonly reason: Reason

  constructor(reason: Reason, message: string) {
    super(message)
    this.reason = reason
  }
}

/** Beginnings of Redis' error replies, and codes of TLS, that no waiting mends. */
const REFUSALS: [RegExp, string][] = [
  [/^WRONGPASS/, say`It does not accept user and password.`],
  [/^NOAUTH/, say`It wants a password: put it into the URL, redis://:PASSWORD@HOST.`],
  [/^NOPERM/, say`The user lacks a right`],
  [/^ERR AUTH|without any password configured/, say`It has no password, but the URL names one.`],
  [/DB index is out of range/, say`It has no database of this number.`],
  [/CERT_HAS_EXPIRED/, say`Its certificate has expired.`],
  [
    /SELF_SIGNED|UNABLE_TO_(VERIFY|GET_ISSUER)/,
    say`Its certificate is not trusted: name its authority in NODE_EXTRA_CA_CERTS.`,
  ],
  [/ERR_TLS_CERT_ALTNAME_INVALID/, say`Its certificate is for another host.`],
  [
    /WRONG_VERSION_NUMBER|packet length too long/i,
    say`It offers no TLS on this port: use redis:// instead of rediss://.`,
  ],
]

/** What no waiting mends as a {@link HotStateError}; null for what may pass. */
export function refusalOf(error: unknown): HotStateError | null {
  const { code = '', message = '' } = error as { code?: string; message?: string }
  for (const [pattern, text] of REFUSALS) {
    if (pattern.test(message) || pattern.test(code)) {
      return new HotStateError('refused', text.endsWith('.') ? text : `${text}: ${message}.`)
    }
  }
  return null
}

import { RotaError, say } from '@rota/core'
import type { OidcProviderConfig } from '@rota/protocol'
import { errors } from 'jose'
import { AuthorizationResponseError, ClientError, ResponseBodyError } from 'openid-client'

/** Codes of the libraries for an answer that is none of a provider. */
const NO_ANSWER_OF_A_PROVIDER = new Set([
  'OAUTH_PARSE_ERROR',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
  'OAUTH_MISSING_SERVER_METADATA',
  'OAUTH_INVALID_SERVER_METADATA',
  'OAUTH_HTTP_REQUEST_FORBIDDEN',
])

/** What people are told of a sign-in with a provider that failed: what is wrong and whose it is, and no secret. */
export function providerTrouble(error: unknown, { name, issuer }: OidcProviderConfig): RotaError {
  if (RotaError.is(error)) return error
  if (error instanceof AuthorizationResponseError) {
    return new RotaError('unauthenticated', say`${name} did not sign you in (${codeIn(error.error)}).`)
  }
  if (error instanceof ResponseBodyError) {
    return new RotaError(
      'unauthenticated',
      say`${name} did not accept the sign-in (${codeIn(error.error)}); begin again.`,
    )
  }
  const code = error instanceof ClientError ? (error.code ?? '') : ''
  if (code === 'OAUTH_TIMEOUT' || error instanceof errors.JWKSTimeout || isUnreached(error)) {
    return new RotaError('unavailable', say`${name} cannot be reached; other ways to sign in go on.`)
  }
  if (NO_ANSWER_OF_A_PROVIDER.has(code)) {
    return new RotaError('unavailable', say`What answers at ${issuer} is no OpenID Connect provider of that name.`)
  }
  if (code === 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED' || error instanceof errors.JWTExpired) {
    const mend = say`Set the clocks, or auth.clock_skew_seconds.`
    return new RotaError(
      'unauthenticated',
      say`The answer of ${name} is out of date by the clock of this server. ${mend}`,
    )
  }
  if (code === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED' || error instanceof errors.JWTClaimValidationFailed) {
    return new RotaError('unauthenticated', say`The answer of ${name} is for somebody else, or for another sign-in.`)
  }
  if (error instanceof errors.JOSEError) {
    return new RotaError('unauthenticated', say`The answer of ${name} is not signed with a key of its own.`)
  }
  return new RotaError('unauthenticated', say`The answer of ${name} does not belong to this sign-in; begin again.`)
}

/** A code of OAuth, such as `access_denied`; nothing else of what came over the network is shown. */
function codeIn(text: string): string {
  return /^[a-z_]{1,60}$/.test(text) ? text : 'error'
}

/** What `fetch` throws when nobody answers. */
function isUnreached(error: unknown): boolean {
  const told = error instanceof ClientError ? error.cause : error
  return told instanceof TypeError || (told as Error | undefined)?.name === 'TimeoutError'
}

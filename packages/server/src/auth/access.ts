import type { Clock } from '@rota/core'
import type { Config } from '@rota/protocol'
import type { AccessStore } from '../access-store.ts'
import { AccessTokens } from './access-token.ts'
import { ApiTokens } from './api-tokens.ts'
import { Authenticator } from './authenticate.ts'
import { PasswordHasher } from './passwords.ts'
import { Sessions } from './sessions.ts'
import { Throttle } from './throttle.ts'
import { Users } from './users.ts'

const DAY_MS = 86_400_000
/** Many people may share an address, so it has more attempts than one name at that address. */
const ADDRESS_FACTOR = 10

export interface AccessOptions {
  store: AccessStore
  /** At least 32 bytes. */
  signingKey: Uint8Array
  settings: Config['auth']
  clock: Clock
  newId: () => string
  /** Told of every sign-in: `ok`, `refused` or `throttled`. */
  onLogin?: (result: 'ok' | 'refused' | 'throttled') => void
}

/** Accounts, sessions and tokens, put together. */
export function createAccess({ store, signingKey, settings, clock, newId, onLogin }: AccessOptions) {
  const hasher = new PasswordHasher()
  const users = new Users({ store, hasher, clock, newId, passwordMinLength: settings.password_min_length })
  const accessTokens = new AccessTokens(signingKey, settings.access_token_seconds, clock)
  const refillMs = settings.login_refill_seconds * 1_000
  const attempts = settings.login_attempts
  const sessions = new Sessions({
    store: store.sessions,
    users,
    hasher,
    accessTokens,
    throttle: new Throttle({ attempts, refillMs, clock }),
    addressThrottle: new Throttle({ attempts: attempts * ADDRESS_FACTOR, refillMs: refillMs / ADDRESS_FACTOR, clock }),
    clock,
    newId,
    refreshLifeMs: settings.refresh_token_days * DAY_MS,
    ...(onLogin && { onLogin }),
  })
  const apiTokens = new ApiTokens(store.tokens, clock)
  const authenticator = new Authenticator({ accessTokens, apiTokens, sessions, users })
  return { users, sessions, apiTokens, accessTokens, authenticator }
}

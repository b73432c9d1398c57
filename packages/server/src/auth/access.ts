import { type Clock, say } from '@rota/core'
import type { RateLimits } from '@rota/engine'
import type { Config } from '@rota/protocol'
import type { AccessStore } from '../access-store.ts'
import { AccessTokens } from './access-token.ts'
import { ApiTokens } from './api-tokens.ts'
import { Authenticator } from './authenticate.ts'
import { BrowserSessions } from './browser-sessions.ts'
import { Guesses } from './guesses.ts'
import { Holdings } from './holdings.ts'
import { KnownCallers } from './known-callers.ts'
import { type PasswordCost, PasswordHasher } from './passwords.ts'
import { Sessions } from './sessions.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { Throttle } from './throttle.ts'
import { Users } from './users.ts'

const DAY_MS = 86_400_000
/** Many people may share an address, so it has more attempts than one name at that address. */
const ADDRESS_FACTOR = 10
const MOST_SESSIONS = 100

export interface AccessOptions {
  store: AccessStore
  /** At least 32 bytes. */
  signingKey: Uint8Array
  settings: Config['auth']
  clock: Clock
  /** Counts attempts to sign in, over all servers. */
  limits: RateLimits
  newId: () => string
  passwordCost?: PasswordCost | undefined
  /** Told of every sign-in: `ok`, `refused` or `throttled`. */
  onLogin?: (result: 'ok' | 'refused' | 'throttled') => void
}

/** Accounts, sessions and tokens, put together. */
export function createAccess(options: AccessOptions) {
  const { store, signingKey, settings, clock, limits, newId, onLogin } = options
  const hasher = new PasswordHasher(options.passwordCost)
  const callers = new KnownCallers(clock)
  const holdings = new Holdings(store.grants, clock, callers)
  const apiTokens = new ApiTokens(store, clock, callers)
  const users = new Users({
    store,
    hasher,
    clock,
    newId,
    passwordMinLength: settings.password_min_length,
    callers,
    onTokensEnded: () => apiTokens.forgetAll(),
  })
  const accessTokens = new AccessTokens(signingKey, settings.access_token_seconds, clock)
  const { guard, guesses } = createThrottles({ store, settings, clock, limits })
  const sessions = new Sessions({
    store: store.sessions,
    users,
    hasher,
    accessTokens,
    guard,
    callers,
    clock,
    newId,
    refreshLifeMs: settings.refresh_token_days * DAY_MS,
    mostPerUser: MOST_SESSIONS,
    ...(onLogin && { onLogin }),
  })
  const browserSessions = new BrowserSessions({
    store: store.sessions,
    clock,
    newId,
    lifeMs: settings.refresh_token_days * DAY_MS,
    renewAfterMs: settings.access_token_seconds * 1_000,
    mostPerUser: MOST_SESSIONS,
  })
  const authenticator = new Authenticator({
    accessTokens,
    apiTokens,
    sessions,
    browserSessions,
    users,
    holdings,
    callers,
  })
  return { users, sessions, browserSessions, apiTokens, accessTokens, authenticator, guesses, holdings }
}

function createThrottles({
  store,
  settings,
  clock,
  limits,
}: Pick<AccessOptions, 'store' | 'settings' | 'clock' | 'limits'>) {
  const { login_attempts: attempts, login_attempts_per_account: perAccount } = settings
  const refillMs = settings.login_refill_seconds * 1_000
  const wide = { capacity: attempts * ADDRESS_FACTOR, refillMs: refillMs / ADDRESS_FACTOR }
  const ofSignIns = (seconds: number) => say`Too many failed sign-ins; try again in ${seconds} s.`
  const ofGuesses = (seconds: number) => say`Too many wrong credentials; try again in ${seconds} s.`
  const signIns = { limits, message: ofSignIns }
  const guard = new SignInGuard({
    places: store.places,
    throttle: new Throttle({ ...signIns, name: 'login', capacity: attempts, refillMs }),
    addressThrottle: new Throttle({ ...signIns, name: 'login-address', ...wide }),
    accountThrottle: new Throttle({ ...signIns, name: 'login-account', capacity: perAccount, refillMs }),
    clock,
  })
  return { guard, guesses: new Guesses(new Throttle({ limits, message: ofGuesses, name: 'credential', ...wide })) }
}

import { type Clock, may, say } from '@rota/core'
import type { RateLimits } from '@rota/engine'
import type { Config } from '@rota/protocol'
import type { AccessStore, UserRow } from '../access-store.ts'
import type { SignInTold } from '../sign-in-told.ts'
import { AccessTokens } from './access-token.ts'
import { ApiTokens } from './api-tokens.ts'
import { Authenticator } from './authenticate.ts'
import { BrowserSessions } from './browser-sessions.ts'
import { ExternalAccounts } from './external-accounts.ts'
import { Guesses } from './guesses.ts'
import { type Held, Holdings } from './holdings.ts'
import { Invitations } from './invitations.ts'
import { KnownCallers } from './known-callers.ts'
import { LdapDirectory } from './ldap-directory.ts'
import { type PasswordCost, PasswordHasher } from './passwords.ts'
import { Providers } from './providers.ts'
import { Seal } from './seal.ts'
import { SecondFactors } from './second-factors.ts'
import type { From } from './self.ts'
import { type Login, Sessions } from './sessions.ts'
import { SignInGuard } from './sign-in-guard.ts'
import { Tenants } from './tenants.ts'
import { Throttle } from './throttle.ts'
import { Users, usernameKey } from './users.ts'

const HOUR_MS = 3_600_000
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
  /** Told of every sign-in. */
  onLogin?: (told: SignInTold) => void | Promise<void>
  /** Told of what the configuration asks for and there is not. */
  onTrouble?: (message: string) => void
}

/** Accounts, sessions and tokens, put together. */
export function createAccess(options: AccessOptions) {
  const { store, signingKey, settings, clock, limits, newId } = options
  const hasher = new PasswordHasher(options.passwordCost)
  const callers = new KnownCallers(clock)
  const tenants = new Tenants(store.tenants, clock, callers)
  const holdings = new Holdings(store.grants, clock, callers)
  const apiTokens = new ApiTokens({ store, clock, callers, newId })
  const passwordMinLength = settings.password_min_length
  const onTokensEnded = () => apiTokens.forgetAll()
  const users = new Users({ store, hasher, clock, newId, passwordMinLength, callers, onTokensEnded })
  const accessTokens = new AccessTokens(signingKey, settings.access_token_seconds, clock)
  const { guard, guesses } = createThrottles({ store, settings, clock, limits })
  const browserSessions = new BrowserSessions({
    store: store.sessions,
    clock,
    newId,
    lifeMs: settings.refresh_token_days * DAY_MS,
    renewAfterMs: settings.access_token_seconds * 1_000,
    mostPerUser: MOST_SESSIONS,
  })
  const seal = new Seal(signingKey, 'second factor')
  const secondFactors = new SecondFactors({ store, users, seal, clock })
  const externalAccounts = new ExternalAccounts({
    ...{ store, users, tenants, holdings, clock, newId, onTrouble: options.onTrouble ?? (() => {}) },
    onSessionsEnded: (ids) => {
      browserSessions.forget(ids)
      sessions.forget(ids)
    },
  })
  const sessions: Sessions = new Sessions({
    ...{ store: store.sessions, users, hasher, accessTokens, guard, callers, clock, newId, secondFactors, tenants },
    ...localRules(settings),
    signInElsewhere: directorySignIn(settings, externalAccounts),
    refreshLifeMs: settings.refresh_token_days * DAY_MS,
    mostPerUser: MOST_SESSIONS,
    ...(options.onLogin && { onLogin: options.onLogin }),
  })
  const providers = new Providers({
    ...{ settings, accounts: externalAccounts, store: store.external, clock },
    seal: new Seal(signingKey, 'sign-in with a provider'),
  })
  const lifeMs = settings.invitation_hours * HOUR_MS
  const invitations = new Invitations({ store, users, hasher, clock, lifeMs, passwordMinLength })
  const isFactorDue = factorRule(settings.require_second_factor)
  const authenticator = new Authenticator({
    ...{ accessTokens, apiTokens, sessions, browserSessions, users, tenants, holdings, callers, isFactorDue },
  })
  return {
    ...{ users, sessions, browserSessions, apiTokens, accessTokens, authenticator, guesses, holdings },
    ...{ secondFactors, providers, invitations, tenants },
  }
}

/** Which of our own accounts get in by their passwords, and what the others are told. */
function localRules({ local_sign_in: isOpen, break_glass_user: exception }: Config['auth']) {
  return {
    isOpenTo: ({ username_key }: UserRow) => isOpen || (exception !== null && username_key === usernameKey(exception)),
    refusal: () =>
      isOpen
        ? say`User name or password is wrong.`
        : say`User name or password is wrong, or the account cannot sign in with a password here: use a provider.`,
  }
}

function directorySignIn({ ldap }: Config['auth'], accounts: ExternalAccounts) {
  const { url } = ldap
  if (url === null) return null
  const directory = new LdapDirectory({ ...ldap, url })
  return async ({ username, password }: Login, from: From) => {
    const profile = await directory.signIn(username, password)
    return profile === null ? null : accounts.admit(profile, ldap, from)
  }
}

/** Whose sessions must set up a second factor before anything else. */
function factorRule(rule: Config['auth']['require_second_factor']) {
  return ({ source, second_factor: factor }: UserRow, held: Pick<Held, 'rights' | 'grants'>): boolean => {
    if (source !== null || factor !== null || rule === 'none') return false
    return rule === 'all' || may(held, 'manage', 'user')
  }
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

import { createIds } from '@rota/core'
import { ManualClock } from '@rota/testkit'
import { AccessTokens } from '../auth/access-token.ts'
import { ApiTokens } from '../auth/api-tokens.ts'
import { Authenticator } from '../auth/authenticate.ts'
import { PasswordHasher } from '../auth/passwords.ts'
import { Sessions } from '../auth/sessions.ts'
import { Throttle } from '../auth/throttle.ts'
import { Users } from '../auth/users.ts'
import { accessDatabase } from './database.ts'

const hasher = new PasswordHasher()
export const KEY = new Uint8Array(32).map((_, at) => at * 7)
export const PASSWORD = 'a long enough secret'

/** Users, sessions and tokens over an empty database and a manual clock. */
export function buildAccess() {
  const clock = new ManualClock()
  const database = accessDatabase()
  const newId = createIds(() => clock.now())
  const users = new Users({ database, hasher, clock, newId, passwordMinLength: 12 })
  const accessTokens = new AccessTokens(KEY, 900, clock)
  const throttle = new Throttle({ attempts: 3, refillMs: 10_000, clock })
  const addressThrottle = new Throttle({ attempts: 30, refillMs: 1_000, clock })
  const common = { database, users, hasher, accessTokens, throttle, addressThrottle, clock, newId }
  const sessions = new Sessions({ ...common, refreshLifeMs: 3_600_000 })
  const apiTokens = new ApiTokens(database, clock)
  const authenticator = new Authenticator({ accessTokens, apiTokens, sessions, users })

  async function signedIn(username = 'ada', role: 'viewer' | 'admin' = 'admin') {
    const user = await users.create({ username, password: PASSWORD, role })
    return { user, session: await sessions.login(username, PASSWORD, '10.0.0.1') }
  }
  return { clock, database, users, accessTokens, throttle, sessions, apiTokens, authenticator, signedIn }
}

/** A request that carries one bearer credential. */
export const bearer = (token: string) => ({
  rawHeaders: ['Authorization', `Bearer ${token}`],
  authorization: `Bearer ${token}`,
  cookie: undefined,
  query: {},
})

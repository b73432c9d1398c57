import { type Caller, type Clock, drafted, invalid, RotaError, say } from '@rota/core'
import type { AccessStore, UserRow } from '../access-store.ts'
import type { InvitationRow } from '../sign-in-store.ts'
import { signInName } from '../tenancy.ts'
import { type PasswordHasher, passwordErrors } from './passwords.ts'
import { randomSecret, sha256 } from './secret-text.ts'
import { type From, selfCaller } from './self.ts'
import type { Users } from './users.ts'

const TOKEN = /^inv_([A-Za-z0-9_-]{43})$/

export interface InvitationsOptions {
  store: Pick<AccessStore, 'invitations' | 'audited'>
  users: Users
  hasher: PasswordHasher
  clock: Clock
  lifeMs: number
  passwordMinLength: number
}

/** Links by which somebody chooses a password: random, shown once, good once and for some time. */
export class Invitations {
  readonly #options: InvitationsOptions

  constructor(options: InvitationsOptions) {
    this.#options = options
  }

  /** Ends an earlier invitation of the account. Throws `conflict` for one that is disabled, or not ours to open. */
  async create(userId: string, caller: Caller): Promise<{ token: string; expires_at: string }> {
    const { store, users, clock, lifeMs } = this.#options
    const { source, disabled, username: name, tenant_id: tenantId } = await users.account(userId)
    if (source !== null) {
      throw new RotaError('conflict', say`This account signs in with ${source}; it has no password here.`)
    }
    if (disabled === 1) throw new RotaError('conflict', say`This account is disabled; enable it first.`)
    const secret = randomSecret()
    const now = clock.now()
    const row = {
      user_id: userId,
      token_hash: sha256(secret),
      created_at: now,
      created_by: caller.name,
      expires_at: now + lifeMs,
    }
    const detail = { expires_at: new Date(row.expires_at).toISOString() }
    const told = drafted(caller, { kind: 'user', id: userId, name, action: 'invited', tenantId, detail }, now)
    await store.audited(told).invitations.put(row)
    return { token: `inv_${secret}`, expires_at: new Date(row.expires_at).toISOString() }
  }

  /** Whom an invitation is for. Throws `unauthenticated` for one that has ended. */
  async read(token: string): Promise<{ username: string; display_name: string; expires_at: string }> {
    const { row, user } = await this.#find(token)
    const { display_name } = user
    return { username: signInName(user), display_name, expires_at: new Date(row.expires_at).toISOString() }
  }

  /**
   * Gives the account the password and uses the invitation up; whatever was open with an earlier password ends. Throws
   * as {@link read}, and `invalid` for a weak password, which leaves the invitation as it is.
   */
  async accept(token: string, password: string, from: From): Promise<UserRow> {
    const { store, users, hasher, clock, passwordMinLength } = this.#options
    const { row, user } = await this.#find(token)
    const errors = passwordErrors(password, passwordMinLength, user.username)
    if (errors.length > 0) throw invalid(errors)
    const now = clock.now()
    const about = { kind: 'user', id: user.id, name: user.username, tenantId: user.tenant_id } as const
    const told = drafted(selfCaller(user, from), { ...about, action: 'invitation accepted' }, now)
    const isAccepted = await store.audited(told).invitations.accept(row, now, {
      password_hash: await hasher.hash(password),
      must_change_password: 0,
      session_epoch: user.session_epoch + 1,
      updated_at: now,
    })
    if (!isAccepted) throw ended()
    users.forget(user.id)
    await users.endSessions(user.id)
    return users.account(user.id)
  }

  async #find(token: string): Promise<{ row: InvitationRow; user: UserRow }> {
    const [, secret] = TOKEN.exec(token) ?? []
    const { store, users, clock } = this.#options
    const row = secret === undefined ? undefined : await store.invitations.byHash(sha256(secret), clock.now())
    if (row === undefined) throw ended()
    return { row, user: await users.account(row.user_id) }
  }
}

function ended(): RotaError {
  return new RotaError('unauthenticated', say`This invitation was used, replaced or has expired; ask for a new one.`)
}

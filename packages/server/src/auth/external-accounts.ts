import { type Clock, isRole, RotaError, say } from '@rota/core'
import type { RoleMapping } from '@rota/protocol'
import type { AccessStore, UserRow } from '../access-store.ts'
import type { GrantRow } from '../grant-store.ts'
import type { ProviderSessions } from '../sign-in-store.ts'
import type { Holdings } from './holdings.ts'
import { type Users, usernameKey } from './users.ts'

/** Names beside the wished one that are tried before a random one. */
const MOST_TRIED = 20
const LONGEST_NAME = 100

/** Somebody whom a provider or directory vouches for. */
export interface ExternalProfile {
  /** `oidc:ID` or `ldap`. */
  source: string
  /** With `subject` what the account is known by; names and addresses may change. */
  issuer: string
  subject: string
  username: string
  displayName: string | null
  /** Null when nothing was said about them: what was given stays. */
  groups: readonly string[] | null
}

/** What a source's people get here. */
export interface Admission {
  roles: readonly RoleMapping[]
  create_accounts: boolean
}

export interface ExternalAccountsOptions {
  store: AccessStore
  users: Users
  holdings: Holdings
  clock: Clock
  newId: () => string
  /** Told of what the configuration asks for and there is not. */
  onTrouble: (message: string) => void
  /** Told of sessions that have ended. */
  onSessionsEnded: (ids: readonly string[]) => void
}

/** Accounts that somebody else vouches for, with what their groups there may do here. */
export class ExternalAccounts {
  readonly #options: ExternalAccountsOptions

  constructor(options: ExternalAccountsOptions) {
    this.#options = options
  }

  /**
   * The account of somebody, made when there is none; never one of another source, whatever its name. Throws
   * `unauthenticated` for a disabled account, and where none may be made.
   */
  async admit(profile: ExternalProfile, { roles, create_accounts: mayCreate }: Admission): Promise<UserRow> {
    const { store, users } = this.#options
    const { issuer, subject, groups } = profile
    const known = await store.external.byIdentity(issuer, subject)
    if (known === undefined && !mayCreate) {
      throw new RotaError(
        'unauthenticated',
        say`There is no account for ${profile.username}; an administrator makes it.`,
      )
    }
    const user = known ?? (await this.#create(profile))
    if (user.disabled === 1) throw new RotaError('unauthenticated', say`The account is disabled or gone.`)
    if (groups !== null) await this.#grant(user, profile, roles)
    const { displayName } = profile
    if (displayName === null || displayName === user.display_name) return user
    await store.users.update(user.id, { display_name: displayName, updated_at: this.#options.clock.now() })
    users.forget(user.id)
    return { ...user, display_name: displayName }
  }

  /** Ends sessions that a provider says are over; answers how many. */
  async endSessions(which: ProviderSessions): Promise<number> {
    const ended = await this.#options.store.external.endSessions(which)
    this.#options.onSessionsEnded(ended)
    return ended.length
  }

  async #create(profile: ExternalProfile): Promise<UserRow> {
    const { store, clock, newId } = this.#options
    const now = clock.now()
    for (let attempt = 1; attempt <= MOST_TRIED + 1; attempt++) {
      const id = newId()
      const username = nameFor(profile.username, attempt <= MOST_TRIED ? attempt : id)
      const row = { ...EMPTY, id, username, username_key: usernameKey(username), created_at: now, updated_at: now }
      const { source, issuer, subject, displayName } = profile
      const whole: UserRow = { ...row, source, issuer, subject, display_name: displayName ?? username }
      if (await store.external.insert(whole)) return whole
      // Somebody has the name; or the same person signs in twice at once.
      const known = await store.external.byIdentity(issuer, subject)
      if (known !== undefined) return known
    }
    throw new RotaError('conflict', say`No name could be found for the account of ${profile.username}.`)
  }

  async #grant(user: UserRow, { source, groups }: ExternalProfile, roles: readonly RoleMapping[]): Promise<void> {
    const { store, holdings, clock, newId } = this.#options
    const rows = new Map<string, GrantRow>()
    for (const { group, role, in: place } of roles) {
      if (!groups!.includes(group)) continue
      if (!isRole(role) && (await store.roles.byName(role)) === undefined) {
        this.#options.onTrouble(say`The role ${role} of the group ${group} does not exist, so that it is not given.`)
        continue
      }
      const scope = place === null ? ({ scope_kind: 'global', scope_id: '' } as const) : groupScope(place)
      rows.set(JSON.stringify([role, place]), {
        ...{ id: newId(), tenant_id: user.tenant_id, subject_kind: 'user', subject_id: user.id, role, ...scope },
        ...{ source, created_at: clock.now(), created_by: source },
      })
    }
    if (await store.external.replaceGrants(user.id, source, [...rows.values()])) holdings.forgetAll()
  }
}

const groupScope = (place: string) => ({ scope_kind: 'group', scope_id: place }) as const

const EMPTY = {
  tenant_id: null,
  role: 'none',
  password_hash: '',
  must_change_password: 0,
  disabled: 0,
  session_epoch: 1,
  last_login_at: null,
  language: null,
  second_factor: null,
  second_factor_step: 0,
} as const

/** A user name made of whatever a provider calls somebody; after the first attempt with a suffix. */
function nameFor(wished: string, attempt: number | string): string {
  const usable = wished
    .normalize('NFKC')
    .replaceAll(/[^\p{L}\p{N}._@-]/gu, '-')
    .replace(/^[._@-]+/, '')
  const suffix = attempt === 1 ? '' : `-${attempt}`
  return `${[...usable].slice(0, LONGEST_NAME - suffix.length).join('') || 'user'}${suffix}`
}

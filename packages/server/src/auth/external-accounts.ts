import { type Audited, type Clock, drafted, isRole, RotaError, say } from '@rota/core'
import type { RoleMapping } from '@rota/protocol'
import type { AccessStore, UserRow } from '../access-store.ts'
import type { GrantRow } from '../grant-store.ts'
import type { ProviderSessions } from '../sign-in-store.ts'
import { keyIn, nameIn } from '../tenancy.ts'
import type { Holdings } from './holdings.ts'
import { type From, selfCaller } from './self.ts'
import type { Tenants } from './tenants.ts'
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
  /** Of those who come for the first time. */
  tenant: string | null
}

export interface ExternalAccountsOptions {
  store: AccessStore
  users: Users
  tenants: Tenants
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
  async admit(
    profile: ExternalProfile,
    { roles, create_accounts: mayCreate, tenant }: Admission,
    from: From,
  ): Promise<UserRow> {
    const { store, users } = this.#options
    const { issuer, subject, groups } = profile
    const known = await store.external.byIdentity(issuer, subject)
    if (known === undefined && !mayCreate) {
      throw new RotaError(
        'unauthenticated',
        say`There is no account for ${profile.username}; an administrator makes it.`,
      )
    }
    const user = known ?? (await this.#create(profile, tenant, from))
    if (!(await this.#options.tenants.lets(user)))
      throw new RotaError('unauthenticated', say`The account is disabled or gone.`)
    if (groups !== null)
      await this.#grant(user, this.#rowsFor(user, groups, await this.#known(roles, user.tenant_id)), from)
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

  async #create(profile: ExternalProfile, tenant: string | null, from: From): Promise<UserRow> {
    const { store, tenants, clock, newId } = this.#options
    if (!(await tenants.isOpen(tenant))) {
      throw new RotaError('unavailable', say`The tenant ${tenant ?? ''} of new accounts is disabled, or there is none.`)
    }
    const now = clock.now()
    for (let attempt = 1; attempt <= MOST_TRIED + 1; attempt++) {
      const id = newId()
      const username = nameFor(profile.username, attempt <= MOST_TRIED ? attempt : id)
      const row = {
        ...EMPTY,
        id,
        tenant_id: tenant,
        username,
        username_key: keyIn(tenant, usernameKey(username)),
        created_at: now,
        updated_at: now,
      }
      const { source, issuer, subject, displayName } = profile
      const whole: UserRow = { ...row, source, issuer, subject, display_name: displayName ?? username }
      const after = { username, display_name: whole.display_name, source }
      const told = this.#told(whole, from, { action: 'created', after })
      if (await told.external.insert(whole)) return whole
      // Somebody has the name; or the same person signs in twice at once.
      const known = await store.external.byIdentity(issuer, subject)
      if (known !== undefined) return known
    }
    throw new RotaError('conflict', say`No name could be found for the account of ${profile.username}.`)
  }

  /** Those whose role there is, with the key of that; the others are told of. */
  async #known(roles: readonly RoleMapping[], tenantId: string | null): Promise<RoleMapping[]> {
    const { store, onTrouble } = this.#options
    const known: RoleMapping[] = []
    for (const mapping of roles) {
      const { role, group } = mapping
      const key = isRole(role) ? role : keyIn(tenantId, role)
      if (isRole(role) || (await store.roles.byName(key)) !== undefined) known.push({ ...mapping, role: key })
      else onTrouble(say`The role ${role} of the group ${group} does not exist, so that it is not given.`)
    }
    return known
  }

  #rowsFor(user: UserRow, groups: readonly string[], roles: readonly RoleMapping[]): GrantRow[] {
    const { clock, newId } = this.#options
    const source = user.source!
    const held = new Set(groups)
    const rows = roles.flatMap(({ group, role, in: place }): [string, GrantRow][] => {
      if (!held.has(group)) return []
      const scope = place === null ? ({ scope_kind: 'global', scope_id: '' } as const) : groupScope(place)
      const subject = { tenant_id: user.tenant_id, subject_kind: 'user', subject_id: user.id } as const
      const row = { id: newId(), ...subject, role, ...scope, source, created_at: clock.now() }
      const given = { ...row, created_by: source, expires_at: null }
      return [[JSON.stringify([role, place]), given]]
    })
    return [...new Map(rows).values()]
  }

  async #grant(user: UserRow, rows: readonly GrantRow[], from: From): Promise<void> {
    const { store, holdings } = this.#options
    const before = (await store.external.grantsOf(user.id, user.source!)).map(placeOf).toSorted()
    const after = rows.map(placeOf).toSorted()
    if (JSON.stringify(before) === JSON.stringify(after)) return
    const told = this.#told(user, from, { action: 'grants replaced', before, after, detail: { source: user.source } })
    await told.external.replaceGrants(user.id, user.source!, rows)
    holdings.forgetAll()
  }

  #told(user: UserRow, from: From, done: Pick<Audited, 'action' | 'before' | 'after' | 'detail'>) {
    const { store, clock } = this.#options
    const { id, username: name, tenant_id: tenantId } = user
    return store.audited(drafted(selfCaller(user, from), { kind: 'user', id, name, tenantId, ...done }, clock.now()))
  }
}

/** `editor in backup`, as the audit says it. */
function placeOf({ role, scope_id: place }: Pick<GrantRow, 'role' | 'scope_id'>): string {
  return place === '' ? nameIn(role) : `${nameIn(role)} in ${place}`
}

const groupScope = (place: string) => ({ scope_kind: 'group', scope_id: place }) as const

const EMPTY = {
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

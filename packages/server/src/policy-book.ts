import { type Bearer, type Caller, type Clock, isInForce, type Policy } from '@rota/core'
import type { AccessStore } from './access-store.ts'
import { ShortCache } from './auth/short-cache.ts'
import type { NamedGrantRow } from './grant-store.ts'
import type { PolicyRow } from './policy-rows.ts'
import type { PolicyStore } from './store/policies.ts'

/** What others have changed is known after this. */
const LOOK_EVERY_MS = 4_000

interface PolicyBookOptions {
  store: PolicyStore
  accessStore: Pick<AccessStore, 'users' | 'grants' | 'userGroups'>
  clock: Clock
  /** Whether other instances may change policies, too. */
  isShared: boolean
  onTrouble: (error: unknown) => void
}

/** The policies in force, in memory: no start of an attempt waits for a database. */
export class PolicyBook {
  readonly #options: PolicyBookOptions
  readonly #bearers: ShortCache<{ role: string; granted: NamedGrantRow[]; groups: string[] }>
  #current: readonly Policy[] = []
  #timer = { cancel: () => {} }
  #isClosed = false

  constructor(options: PolicyBookOptions) {
    this.#options = options
    this.#bearers = new ShortCache(options.clock)
  }

  get current(): readonly Policy[] {
    return this.#current
  }

  /** Reads them anew: at the start, and after each change made here. */
  async load(): Promise<void> {
    const rows = await this.#options.store.list()
    this.#current = Object.freeze(rows.map(policyOf))
  }

  /** Looks again and again at what others have changed. A database that is away leaves what was known in force. */
  watch(): void {
    if (!this.#options.isShared || this.#isClosed) return
    this.#timer = this.#options.clock.after(LOOK_EVERY_MS, () => {
      void this.load()
        .catch(this.#options.onTrouble)
        .finally(() => this.watch())
    })
  }

  close(): void {
    this.#isClosed = true
    this.#timer.cancel()
  }

  /** The roles that a caller's account has, everywhere or in some place, and the user groups that it belongs to. */
  async bearerOf({ userId }: Caller): Promise<Bearer> {
    if (userId === null) return { roles: [], userGroups: [] }
    const { accessStore, clock } = this.#options
    const { users, grants, userGroups } = accessStore
    const { role, granted, groups } = await this.#bearers.get(userId, async () => {
      const [user, granted, groups] = await Promise.all([
        users.byId(userId),
        grants.ofUser(userId, clock.now()),
        userGroups.ofUser(userId),
      ])
      return { role: user?.role ?? 'none', granted, groups: groups.map(({ id }) => id) }
    })
    const now = clock.now()
    const inForce = granted.filter((row) => isInForce({ expiresAt: row.expires_at }, now))
    return { roles: [...new Set([role, ...inForce.map((row) => row.role)])], userGroups: groups }
  }
}

function policyOf({ name, tenant_id, enabled, applies_to, rules }: PolicyRow): Policy {
  return {
    name,
    tenantId: tenant_id,
    enabled: enabled !== 0,
    applies_to: JSON.parse(applies_to),
    rules: JSON.parse(rules),
  }
}

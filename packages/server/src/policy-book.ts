import type { Bearer, Caller, Clock, Policy } from '@rota/core'
import type { AccessStore } from './access-store.ts'
import { ShortCache } from './auth/short-cache.ts'
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
  readonly #bearers: ShortCache<Bearer>
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
    const { users, grants, userGroups } = this.#options.accessStore
    return this.#bearers.get(userId, async () => {
      const [user, granted, groups] = await Promise.all([
        users.byId(userId),
        grants.ofUser(userId),
        userGroups.ofUser(userId),
      ])
      const roles = new Set([user?.role ?? 'none', ...granted.map(({ role }) => role)])
      return { roles: [...roles], userGroups: groups.map(({ id }) => id) }
    })
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

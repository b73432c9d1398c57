import type { Clock } from '@rota/core'
import type { UserRow } from '../access-store.ts'
import type { TenantRow, TenantStore } from '../tenant-store.ts'
import type { KnownCallers } from './known-callers.ts'
import { ShortCache } from './short-cache.ts'

/** The tenants, as every request needs them: at most five seconds old. */
export class Tenants {
  readonly #store: Pick<TenantStore, 'byId'>
  readonly #cache: ShortCache<TenantRow | undefined>

  constructor(store: Pick<TenantStore, 'byId'>, clock: Clock, callers: KnownCallers) {
    this.#store = store
    this.#cache = new ShortCache(clock, callers)
  }

  /** Undefined for one that there is not. */
  byId(id: string): Promise<TenantRow | undefined> {
    return this.#cache.get(id, () => this.#store.byId(id))
  }

  /** Whether those who belong to it are let in; null for those who belong to none. */
  async isOpen(id: string | null): Promise<boolean> {
    return id === null || (await this.byId(id))?.disabled === 0
  }

  /** Whether somebody may sign in: neither the account nor its tenant is disabled. */
  async lets(user: Pick<UserRow, 'disabled' | 'tenant_id'>): Promise<boolean> {
    return user.disabled === 0 && (await this.isOpen(user.tenant_id))
  }

  /** Reads anew what has been changed here. */
  forget(id: string): void {
    this.#cache.forget(id)
  }
}

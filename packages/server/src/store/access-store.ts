import type { Store } from '@rota/engine'
import type { Kysely } from 'kysely'
import type { AccessStore, AuditedStore, RequestKeyStore, SettingStore } from '../access-store.ts'
import { createApiTokenStore } from './api-tokens.ts'
import { createGrantStore } from './grants.ts'
import { createSessionStore } from './sessions.ts'
import { createSignInStore } from './sign-in.ts'
import { createSignInPlaceStore } from './sign-in-places.ts'
import type { AccessTables } from './tables.ts'
import { createTenantStore } from './tenants.ts'
import { createUserStore } from './users.ts'
import { type Write, writeAudited, writeOn } from './write.ts'

/** Keeps users, sessions, tokens and grants in the engine's database. */
export function createAccessStore(store: Pick<Store, 'kysely' | 'runAudited' | 'capabilities'>): AccessStore {
  const database = store.kysely as unknown as Kysely<AccessTables>
  const isShared = !store.capabilities.exclusive
  const audited = (write: Write): AuditedStore => ({
    users: createUserStore(database, write, isShared),
    tokens: createApiTokenStore(database, write),
    tenants: createTenantStore(database, write),
    ...createGrantStore(database, write),
    ...createSignInStore(database, write),
  })
  return {
    ...audited(writeOn(store)),
    audited: (...drafts) => audited(writeAudited(store, drafts)),
    sessions: createSessionStore(database),
    requestKeys: createRequestKeyStore(database),
    places: createSignInPlaceStore(database),
    settings: createSettingStore(database),
  }
}

function createRequestKeyStore(database: Kysely<AccessTables>): RequestKeyStore {
  return {
    async insert(row) {
      const query = database.insertInto('request_keys').values(row)
      const { numInsertedOrUpdatedRows: count } = await query
        .onConflict((oc) => oc.columns(['scope', 'key']).doNothing())
        .executeTakeFirst()
      return Number(count ?? 0) > 0
    },

    get: (scope, key) =>
      database
        .selectFrom('request_keys')
        .selectAll()
        .where('scope', '=', scope)
        .where('key', '=', key)
        .executeTakeFirst(),

    async takeOver(scope, key, begunAt, now) {
      const query = database.updateTable('request_keys').set({ created_at: now })
      const { numUpdatedRows: count } = await query
        .where('scope', '=', scope)
        .where('key', '=', key)
        .where('created_at', '=', begunAt)
        .where('status', 'is', null)
        .executeTakeFirst()
      return Number(count) > 0
    },

    async finish(scope, key, status, reply) {
      const query = database.updateTable('request_keys').set({ status, reply })
      await query.where('scope', '=', scope).where('key', '=', key).execute()
    },

    async remove(scope, key) {
      await database.deleteFrom('request_keys').where('scope', '=', scope).where('key', '=', key).execute()
    },

    async removeBefore(instant) {
      await database.deleteFrom('request_keys').where('created_at', '<', instant).execute()
    },
  }
}

function createSettingStore(database: Kysely<AccessTables>): SettingStore {
  async function get(key: string) {
    const query = database.selectFrom('settings').select('value').where('key', '=', key)
    return (await query.executeTakeFirst())?.value
  }

  return {
    get,

    async set(key, value) {
      const query = database.insertInto('settings').values({ key, value })
      await query.onConflict((oc) => oc.column('key').doUpdateSet({ value })).execute()
    },

    async setFirst(key, value) {
      const query = database.insertInto('settings').values({ key, value })
      await query.onConflict((oc) => oc.column('key').doNothing()).execute()
      return (await get(key)) ?? value
    },

    async remove(key) {
      await database.deleteFrom('settings').where('key', '=', key).execute()
    },
  }
}

import type { Kysely } from 'kysely'
import type { SignInPlaceStore } from '../access-store.ts'
import type { AccessTables } from './tables.ts'

export function createSignInPlaceStore(database: Kysely<AccessTables>): SignInPlaceStore {
  return {
    async lastUse(userId, place) {
      const query = database.selectFrom('sign_in_places').select('last_used_at')
      const row = await query.where('user_id', '=', userId).where('place', '=', place).executeTakeFirst()
      return row?.last_used_at ?? null
    },

    async note(userId, place, now) {
      const row = { user_id: userId, place, last_used_at: now }
      const query = database.insertInto('sign_in_places').values(row)
      await query.onConflict((oc) => oc.columns(['user_id', 'place']).doUpdateSet({ last_used_at: now })).execute()
    },

    async trim(userId, keep) {
      const surplus = database
        .selectFrom('sign_in_places')
        .select('place')
        .where('user_id', '=', userId)
        .orderBy('last_used_at', 'desc')
        .orderBy('place')
        .limit(keep)
        .offset(keep)
      await database.deleteFrom('sign_in_places').where('user_id', '=', userId).where('place', 'in', surplus).execute()
    },

    async removeOfUser(userId) {
      await database.deleteFrom('sign_in_places').where('user_id', '=', userId).execute()
    },
  }
}

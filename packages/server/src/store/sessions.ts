import type { Kysely } from 'kysely'
import type { SessionStore } from '../access-store.ts'
import type { AccessTables } from './tables.ts'

/** More surplus sessions than this are ended by the next call. */
const MOST_TRIMMED = 1_000
/** More than a user can have at once. */
const MOST_LISTED = 200

export function createSessionStore(database: Kysely<AccessTables>): SessionStore {
  return {
    async insert(row) {
      await database.insertInto('sessions').values(row).execute()
    },

    async rotate({ id, hash, nextHash, previousHash, inCookie, now, expiresAt }) {
      const row = await database
        .updateTable('sessions')
        .set({
          refresh_hash: nextHash,
          previous_hash: previousHash,
          refreshed_at: now,
          expires_at: expiresAt,
          confirmed_at: null,
        })
        .where('id', '=', id)
        .where('refresh_hash', '=', hash)
        .where('in_cookie', '=', inCookie)
        .where('expires_at', '>', now)
        .returning('user_id')
        .executeTakeFirst()
      return row?.user_id ?? null
    },

    async confirm(id, hash, now) {
      await database
        .updateTable('sessions')
        .set({ confirmed_at: now })
        .where('id', '=', id)
        .where('refresh_hash', '=', hash)
        .where('confirmed_at', 'is', null)
        .execute()
    },

    async endReused(id, hash) {
      await database.deleteFrom('sessions').where('id', '=', id).where('previous_hash', '=', hash).execute()
    },

    byId: (id) => database.selectFrom('sessions').selectAll().where('id', '=', id).executeTakeFirst(),

    ofUser: (userId, now) =>
      database
        .selectFrom('sessions')
        .selectAll()
        .where('user_id', '=', userId)
        .where('expires_at', '>', now)
        .orderBy('refreshed_at', 'desc')
        .orderBy('id', 'desc')
        .limit(MOST_LISTED)
        .execute(),

    async remove(id) {
      await database.deleteFrom('sessions').where('id', '=', id).execute()
    },

    async removeOfUser(userId) {
      await database.deleteFrom('sessions').where('user_id', '=', userId).execute()
    },

    async removeOthers(userId, keptId) {
      const query = database.deleteFrom('sessions').where('user_id', '=', userId).where('id', '!=', keptId)
      return (await query.returning('id').execute()).map(({ id }) => id)
    },

    async removeExpired(now) {
      await database.deleteFrom('sessions').where('expires_at', '<=', now).execute()
    },

    async trim(userId, keep) {
      const surplus = database
        .selectFrom('sessions')
        .select('id')
        .where('user_id', '=', userId)
        .orderBy('refreshed_at', 'desc')
        .orderBy('id', 'desc')
        .limit(MOST_TRIMMED)
        .offset(keep)
      await database.deleteFrom('sessions').where('id', 'in', surplus).execute()
    },
  }
}

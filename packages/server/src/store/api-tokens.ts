import { type Kysely, sql } from 'kysely'
import { type ApiTokenStore, MADE_BY_SERVER } from '../access-store.ts'
import { seenRows } from './of-tenant.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

export function createApiTokenStore(database: Kysely<AccessTables>, write: Write): ApiTokenStore {
  const owned = () =>
    database
      .selectFrom('api_tokens')
      .innerJoin('users', 'users.id', 'api_tokens.user_id')
      .selectAll('api_tokens')
      .select(['users.username', 'users.tenant_id as owner_tenant_id'])
  return {
    byId: (id) => owned().where('api_tokens.id', '=', id).executeTakeFirst(),

    async insert(row) {
      await write(database.insertInto('api_tokens').values(row))
    },

    async list(owners, offset, limit) {
      const isOwned =
        'userId' in owners ? sql<boolean>`users.id = ${owners.userId}` : seenRows(owners.scope, 'users.tenant_id')
      const { total } = await database
        .selectFrom('api_tokens')
        .innerJoin('users', 'users.id', 'api_tokens.user_id')
        .select((eb) => eb.fn.countAll<number>().as('total'))
        .where(isOwned)
        .executeTakeFirstOrThrow()
      const rows = await owned()
        .where(isOwned)
        .orderBy('api_tokens.created_at', 'desc')
        .orderBy('api_tokens.id')
        .offset(offset)
        .limit(limit)
        .execute()
      return { total, rows }
    },

    async countActive(userId, now) {
      const query = database.selectFrom('api_tokens').select((eb) => eb.fn.countAll<number>().as('count'))
      const active = query
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
      return Number((await active.executeTakeFirstOrThrow()).count)
    },

    async revoke(ids, now) {
      const query = database.updateTable('api_tokens').set({ revoked_at: now })
      await write(query.where('id', 'in', ids).where('revoked_at', 'is', null))
    },

    async madeBy(ids) {
      const rows = await database.selectFrom('api_tokens').select('id').where('made_by', 'in', ids).execute()
      return rows.map(({ id }) => id)
    },

    async revokeOfUser(userId, now) {
      await database
        .updateTable('api_tokens')
        .set({ revoked_at: now })
        .where('user_id', '=', userId)
        .where('revoked_at', 'is', null)
        .where((eb) => eb.or([eb('made_by', 'is', null), eb('made_by', '!=', MADE_BY_SERVER)]))
        .execute()
    },

    async noteUse(id, now) {
      await database.updateTable('api_tokens').set({ last_used_at: now }).where('id', '=', id).execute()
    },

    async handOver(id, nextId) {
      await database.updateTable('api_tokens').set({ made_by: nextId }).where('made_by', '=', id).execute()
    },

    async endBy(id, instant) {
      await database
        .updateTable('api_tokens')
        .set({ expires_at: instant })
        .where('id', '=', id)
        .where((eb) => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', instant)]))
        .execute()
    },

    async remove(id) {
      await database.deleteFrom('api_tokens').where('id', '=', id).execute()
    },

    async removeOfUser(userId) {
      await database.deleteFrom('api_tokens').where('user_id', '=', userId).execute()
    },
  }
}

import type { Store } from '@rota/engine'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { UserRow, UserStore } from '../access-store.ts'
import type { AccessTables } from './tables.ts'

export function createUserStore(database: Kysely<AccessTables>, runBatch: Store['runBatch']): UserStore {
  const all = () => database.selectFrom('users').selectAll()
  return {
    byId: (id) => all().where('id', '=', id).executeTakeFirst(),
    byKey: (key) => all().where('username_key', '=', key).executeTakeFirst(),

    async list(offset, limit) {
      const count = database.selectFrom('users').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await count.executeTakeFirstOrThrow()
      return { total, rows: await all().orderBy('username_key').offset(offset).limit(limit).execute() }
    },

    async isEmpty() {
      return (await database.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined
    },

    async insert(row) {
      const query = database.insertInto('users').values(row)
      const { numInsertedOrUpdatedRows: count } = await query
        .onConflict((oc) => oc.column('username_key').doNothing())
        .executeTakeFirst()
      return Number(count ?? 0) > 0
    },

    async insertFirst(row) {
      const columns = Object.keys(row) as (keyof UserRow)[]
      const values = database
        .selectNoFrom((eb) => columns.map((column) => eb.val(row[column]).as(column)))
        .where((eb) => eb.not(eb.exists(eb.selectFrom('users').select('users.id'))))
      const query = database.insertInto('users').columns(columns).expression(values)
      // Of two instances that see no user both would insert: the second then finds the name taken.
      const { numInsertedOrUpdatedRows: count } = await query
        .onConflict((oc) => oc.column('username_key').doNothing())
        .executeTakeFirst()
      return Number(count ?? 0) > 0
    },

    async update(id, values) {
      await database.updateTable('users').set(values).where('id', '=', id).execute()
    },

    async updateUnlessLast(id, values) {
      const query = database.updateTable('users').set(values).where('id', '=', id).where(hasOtherAdmin(id))
      const results = await runBatch([oneByOne(database), query.compile()])
      return Number(results[1]!.numAffectedRows ?? 0) > 0
    },

    async removeUnlessLast(id) {
      const query = database.deleteFrom('users').where('id', '=', id).where(hasOtherAdmin(id))
      const results = await runBatch([oneByOne(database), query.compile(), ...leftBehind(database, id)])
      return Number(results[1]!.numAffectedRows ?? 0) > 0
    },

    admins(limit) {
      const admins = all().where('role', '=', 'admin').where('disabled', '=', 0)
      return admins.orderBy('id').limit(limit).execute()
    },

    adminExcept(id) {
      const admins = all().where('role', '=', 'admin').where('disabled', '=', 0).where('id', '!=', id)
      return admins.orderBy('id').limit(1).executeTakeFirst()
    },
  }
}

/** An enabled administrator beside that account, who has a password or is vouched for; or the account is none. */
const hasOtherAdmin = (id: string) => sql<boolean>`(
  exists (select 1 from users as a where a.id <> ${id} and a.role = 'admin' and a.disabled = 0
    and (a.password_hash <> '' or a.source is not null))
  or not exists (select 1 from users as a where a.id = ${id} and a.role = 'admin' and a.disabled = 0))`

/** Lets a transaction wait for any other that does the same: none sees administrators that another is about to end. */
function oneByOne(database: Kysely<AccessTables>): CompiledQuery {
  const query = database.insertInto('settings').values({ key: 'administrators', value: '' })
  return query.onConflict((oc) => oc.column('key').doUpdateSet({ value: '' })).compile()
}

/** What belongs to an account that is gone now, and to no other. */
function leftBehind(database: Kysely<AccessTables>, id: string): CompiledQuery[] {
  const isGone = sql<boolean>`not exists (select 1 from users as u where u.id = ${id})`
  const owned = (['sessions', 'api_tokens', 'sign_in_places', 'invitations', 'recovery_codes'] as const).map((table) =>
    database.deleteFrom(table).where('user_id', '=', id).where(isGone).compile(),
  )
  const grants = database.deleteFrom('grants').where('subject_kind', '=', 'user').where('subject_id', '=', id)
  const member = database.deleteFrom('user_group_members').where('member_kind', '=', 'user')
  return [...owned, grants.where(isGone).compile(), member.where('member_id', '=', id).where(isGone).compile()]
}

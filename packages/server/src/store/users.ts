import { type Compilable, type Kysely, sql } from 'kysely'
import type { UserRow, UserStore } from '../access-store.ts'
import { ofTenant, seenRows } from './of-tenant.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

/** `isShared`: other instances write the same tables, so that rows must be locked to be relied on. */
export function createUserStore(database: Kysely<AccessTables>, write: Write, isShared: boolean): UserStore {
  const all = () => database.selectFrom('users').selectAll()
  return {
    byId: (id) => all().where('id', '=', id).executeTakeFirst(),
    byKey: (key) => all().where('username_key', '=', key).executeTakeFirst(),

    async list(scope, offset, limit) {
      const seen = seenRows(scope, 'tenant_id')
      const count = database.selectFrom('users').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await count.where(seen).executeTakeFirstOrThrow()
      const rows = all().where(seen).orderBy('username_key').offset(offset).limit(limit)
      return { total, rows: await rows.execute() }
    },

    async isEmpty() {
      return (await database.selectFrom('users').select('id').limit(1).executeTakeFirst()) === undefined
    },

    async insert(row) {
      const query = database.insertInto('users').values(row)
      return (await write(query.onConflict((oc) => oc.column('username_key').doNothing()))) > 0
    },

    async insertFirst(row) {
      const columns = Object.keys(row) as (keyof UserRow)[]
      const values = database
        .selectNoFrom((eb) => columns.map((column) => eb.val(row[column]).as(column)))
        .where((eb) => eb.not(eb.exists(eb.selectFrom('users').select('users.id'))))
      const query = database.insertInto('users').columns(columns).expression(values)
      // Of two instances that see no user both would insert: the second then finds the name taken.
      return (await write(query.onConflict((oc) => oc.column('username_key').doNothing()))) > 0
    },

    async update(id, values) {
      await write(database.updateTable('users').set(values).where('id', '=', id))
    },

    async updateUnlessLast(id, values) {
      const query = withAdmins(database, isShared).updateTable('users').set(values)
      return (await write(query.where('id', '=', id).where(hasOtherAdmin(id)))) > 0
    },

    async removeUnlessLast(id) {
      const query = withAdmins(database, isShared).deleteFrom('users').where('id', '=', id)
      return (await write(query.where(hasOtherAdmin(id)), ...leftBehind(database, id))) > 0
    },

    admins(tenantId, limit) {
      const admins = all().where('role', '=', 'admin').where('disabled', '=', 0)
      return admins.where(ofTenant(tenantId, 'tenant_id')).orderBy('id').limit(limit).execute()
    },

    adminExcept(id) {
      const admins = all().where('role', '=', 'admin').where('disabled', '=', 0).where('id', '!=', id)
      return admins.where(ofTenant(null, 'tenant_id')).orderBy('id').limit(1).executeTakeFirst()
    },
  }
}

/**
 * The enabled administrators above all tenants: a tenant that has none left gets another from above. On a shared store they
 * are locked in the order of their ids: of two transactions that would end each other's administrator the second waits for
 * the first, and sees what that has left.
 */
function withAdmins(database: Kysely<AccessTables>, isShared: boolean) {
  return database.with('admins', (db) => {
    const admins = db.selectFrom('users').select(['id', 'password_hash', 'source'])
    const enabled = admins
      .where('role', '=', 'admin')
      .where('disabled', '=', 0)
      .where('tenant_id', 'is', null)
      .orderBy('id')
    return isShared ? enabled.forUpdate() : enabled
  })
}

/** One beside that account, who has a password or is vouched for; or the account is none. */
const hasOtherAdmin = (id: string) => sql<boolean>`(
  exists (select 1 from admins as a where a.id <> ${id} and (a.password_hash <> '' or a.source is not null))
  or not exists (select 1 from admins as a where a.id = ${id}))`

/** What belongs to an account and to no other. */
function leftBehind(database: Kysely<AccessTables>, id: string): Compilable[] {
  const owned = ['sessions', 'api_tokens', 'sign_in_places', 'invitations', 'recovery_codes'] as const
  const grants = database.deleteFrom('grants').where('subject_kind', '=', 'user').where('subject_id', '=', id)
  const tokens = database.selectFrom('api_tokens').select('id').where('user_id', '=', id)
  const ofTokens = database.deleteFrom('grants').where('subject_kind', '=', 'token').where('subject_id', 'in', tokens)
  const member = database.deleteFrom('user_group_members').where('member_kind', '=', 'user')
  return [
    ofTokens,
    ...owned.map((table) => database.deleteFrom(table).where('user_id', '=', id)),
    grants,
    member.where('member_id', '=', id),
  ]
}

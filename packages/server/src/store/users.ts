import type { Kysely } from 'kysely'
import type { UserRow, UserStore } from '../access-store.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

export function createUserStore(database: Kysely<AccessTables>, write: Write): UserStore {
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

    async remove(id) {
      await write(database.deleteFrom('users').where('id', '=', id))
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

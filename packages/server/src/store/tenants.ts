import { type Kysely, sql } from 'kysely'
import type { TenantHoldings, TenantStore } from '../tenant-store.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

/** Tables in which rows of a tenant keep it alive. Ended executions do not: they go with the histories they belong to. */
const HOLDERS = [
  'tasks',
  'executions',
  'users',
  'user_groups',
  'roles',
  'grants',
  'secrets',
  'nodes',
  'pools',
] as const satisfies readonly (keyof TenantHoldings)[]

/** Of some tables not every row: a node that was removed only says that its key is over, automatic pools go by themselves. */
const COUNTED: Partial<Record<(typeof HOLDERS)[number], string>> = {
  nodes: 'removed_at is null',
  pools: "origin <> 'auto'",
}

const aliveIn = (table: (typeof HOLDERS)[number], id: string) => {
  const counted = COUNTED[table]
  const more = counted === undefined ? sql`` : sql` and ${sql.raw(counted)}`
  return sql`from ${sql.table(table)} as x where x.tenant_id = ${id}${more}`
}

export function createTenantStore(database: Kysely<AccessTables>, write: Write): TenantStore {
  const all = () => database.selectFrom('tenants').selectAll().where('deleted_at', 'is', null)
  return {
    async list(offset, limit) {
      const count = database.selectFrom('tenants').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await count.where('deleted_at', 'is', null).executeTakeFirstOrThrow()
      return { total: Number(total), rows: await all().orderBy('id').offset(offset).limit(limit).execute() }
    },

    byId: (id) => all().where('id', '=', id).executeTakeFirst(),

    async insert(row) {
      const query = database.insertInto('tenants').values(row)
      return (await write(query.onConflict((oc) => oc.column('id').doNothing()))) > 0
    },

    async update(id, values) {
      await write(database.updateTable('tenants').set(values).where('id', '=', id).where('deleted_at', 'is', null))
    },

    async holdings(id) {
      const counts = HOLDERS.map((table) => sql`(select count(*) ${aliveIn(table, id)}) as ${sql.ref(table)}`)
      const { rows } = await sql<TenantHoldings>`select ${sql.join(counts)}`.execute(database)
      return Object.fromEntries(HOLDERS.map((table) => [table, Number(rows[0]![table])])) as unknown as TenantHoldings
    },

    async removeEmpty(id, now) {
      const isEmpty = HOLDERS.map((table) => sql`not exists (select 1 ${aliveIn(table, id)})`)
      const query = database.updateTable('tenants').set({ deleted_at: now, updated_at: now })
      const alive = query.where('id', '=', id).where('deleted_at', 'is', null)
      return (await write(alive.where(sql<boolean>`${sql.join(isEmpty, sql` and `)}`))) > 0
    },
  }
}

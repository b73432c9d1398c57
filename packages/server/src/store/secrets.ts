import type { AuditDraft, Scope } from '@rota/core'
import { tenantOf } from '@rota/core'
import type { Store } from '@rota/engine'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { KeyRow, SecretRow, SecretStore, VersionRow } from '../secret-store.ts'
import { secretUsers, type TaskTable } from './secret-users.ts'

interface Tables {
  secrets: SecretRow
  secret_versions: VersionRow
  secret_keys: KeyRow
  executions: { id: string; tenant_id: string | null }
  tasks: TaskTable
}

/** Versions that are kept: the earlier ones are masked in output, for a program may have one of them still. */
const VERSIONS_KEPT = 3

/** Keeps secrets and their versions in the engine's database. */
export function createSecretStore(store: Pick<Store, 'kysely' | 'runAudited'>): SecretStore {
  const database = store.kysely as unknown as Kysely<Tables>

  async function write(queries: readonly { compile(): CompiledQuery }[], entry: AuditDraft): Promise<boolean> {
    const [first] = await store.runAudited(
      queries.map((query) => query.compile()),
      [entry],
    )
    return Number(first?.numAffectedRows ?? 0) > 0
  }

  const known = () =>
    database
      .selectFrom('secrets as s')
      .leftJoin('secret_versions as v', (join) =>
        join.onRef('v.secret_id', '=', 's.id').onRef('v.version', '=', 's.version'),
      )
      .selectAll('s')
      .select('v.key_id')
  const older = (id: string, version: number) =>
    database
      .deleteFrom('secret_versions')
      .where('secret_id', '=', id)
      .where('version', '<=', version - VERSIONS_KEPT)

  return {
    async list(scope, { offset, limit }) {
      const within = withinScope(scope)
      const count = database.selectFrom('secrets as s').select((eb) => eb.fn.countAll<number>().as('total'))
      const { total } = await count.where(within).executeTakeFirstOrThrow()
      const rows = await known().where(within).orderBy('s.name').orderBy('s.id').offset(offset).limit(limit).execute()
      return { total: Number(total), rows }
    },

    async find(scope, key) {
      const byId = await known().where('s.id', '=', key).where(withinScope(scope)).executeTakeFirst()
      return (
        byId ??
        known()
          .where('s.name', '=', key)
          .where(ofTenant(tenantOf(scope)))
          .executeTakeFirst()
      )
    },

    insert(row, version, entry) {
      const first = database.insertInto('secrets').values(row)
      const queries = [first.onConflict((oc) => oc.doNothing()), database.insertInto('secret_versions').values(version)]
      return write(queries, entry)
    },

    addVersion(row, version, entry) {
      const { id, version: current, updated_at, updated_by, description } = row
      const first = database.updateTable('secrets').set({ version: current, description, updated_at, updated_by })
      const queries = [
        first.where('id', '=', id).where('version', '=', current - 1),
        database.insertInto('secret_versions').values(version),
        older(id, current),
      ]
      return write(queries, entry)
    },

    describe({ id, description, updated_at, updated_by }, entry) {
      const change = database.updateTable('secrets').set({ description, updated_at, updated_by })
      return write([change.where('id', '=', id)], entry)
    },

    remove(id, entry) {
      const versions = database.deleteFrom('secret_versions').where('secret_id', '=', id)
      return write([database.deleteFrom('secrets').where('id', '=', id), versions], entry)
    },

    async names(tenantId, names) {
      const found = database.selectFrom('secrets as s').select('s.name').where('s.name', 'in', names)
      return (await found.where(ofTenant(tenantId)).execute()).map(({ name }) => name)
    },

    versionsFor(executionId, names) {
      return database
        .selectFrom('executions as e')
        .innerJoin('secrets as s', (join) =>
          join.on(sql`coalesce(s.tenant_id, '')`, '=', sql`coalesce(e.tenant_id, '')`),
        )
        .innerJoin('secret_versions as v', 'v.secret_id', 's.id')
        .selectAll('v')
        .select(['s.id', 's.tenant_id', 's.name', 's.version as current'])
        .where('e.id', '=', executionId)
        .where('s.name', 'in', names)
        .orderBy('s.name')
        .orderBy('v.version')
        .execute()
    },

    async keysInUse() {
      const rows = await database
        .selectFrom('secret_versions')
        .select(['key_id', (eb) => eb.fn.countAll<number>().as('versions')])
        .groupBy('key_id')
        .execute()
      return new Map(rows.map(({ key_id, versions }) => [key_id, Number(versions)]))
    },

    underOtherKeys(keyId, after, most) {
      const rows = database
        .selectFrom('secret_versions as v')
        .innerJoin('secrets as s', 's.id', 'v.secret_id')
        .selectAll('v')
        .select('s.tenant_id')
        .where('v.key_id', '<>', keyId)
        .orderBy('v.secret_id')
        .orderBy('v.version')
        .limit(most)
      const next =
        after === null
          ? rows
          : rows.where(
              sql<boolean>`(v.secret_id > ${after.secret_id} or (v.secret_id = ${after.secret_id} and v.version > ${after.version}))`,
            )
      return next.execute()
    },

    async rewrap(row, next) {
      const change = database.updateTable('secret_versions').set(next)
      const same = change.where('secret_id', '=', row.secret_id).where('version', '=', row.version)
      await same.where('wrapped', '=', row.wrapped).execute()
    },

    usersOf: (secrets) => secretUsers(database, secrets),
    keys: () => database.selectFrom('secret_keys').selectAll().execute(),

    async addKey(row) {
      const query = database.insertInto('secret_keys').values(row)
      await query.onConflict((oc) => oc.column('id').doNothing()).execute()
    },
  }
}

/** Whoever belongs to no tenant sees those of all. */
function withinScope(scope: Scope) {
  return tenantOf(scope) === null ? sql<boolean>`1 = 1` : ofTenant(tenantOf(scope))
}

function ofTenant(tenantId: string | null) {
  return sql<boolean>`coalesce(s.tenant_id, '') = ${tenantId ?? ''}`
}

import { type Scope, tenantOf } from '@rota/core'
import { type Selectable, sql } from 'kysely'
import type { JoinToken, JoinTokenStore, PoolOrigin, PoolRow, PoolStore, PoolVersion } from '../ports/nodes.ts'
import type { NodeJoinsTable, PoolsTable } from '../ports/schema.ts'
import { writing } from './nodes.ts'
import { hasChanged, type Store } from './store.ts'

type Parts = Pick<Store, 'kysely' | 'runAudited'>

/** Versions of the pools that are kept. */
const VERSIONS_KEPT = 50

/** Pools in either database. */
export function createPoolStore({ kysely: db, runAudited }: Parts): PoolStore {
  const write = writing({ runAudited })
  const all = () => db.selectFrom('pools').selectAll()

  return {
    list: async () => (await all().orderBy('name').execute()).map(poolOf),

    async get(name) {
      const row = await all().where('name', '=', name).executeTakeFirst()
      return row === undefined ? null : poolOf(row)
    },

    add(row, audit) {
      const insert = db.insertInto('pools').values(poolValues(row))
      return write([insert.onConflict((oc) => oc.doNothing())], audit)
    },

    change(row, audit) {
      const { name, ...values } = poolValues(row)
      return write([db.updateTable('pools').set(values).where('name', '=', name)], audit)
    },

    async noteEmpty(name, since) {
      await db.updateTable('pools').set({ empty_since: since }).where('name', '=', name).execute()
    },

    remove(name, audit, onlyAuto = false) {
      const gone = db.deleteFrom('pools').where('name', '=', name)
      return write([onlyAuto ? gone.where('origin', '=', 'auto') : gone], audit)
    },

    async publish({ term, body, at, instance }) {
      // One statement: whoever is later finds the version of whoever was sooner, or meets its key and tries again.
      const insert = sql<{ version: number }>`
        insert into pool_versions (version, tenant_id, term, body, at, instance)
        select coalesce(max(version), 0) + 1, null, cast(${term} as bigint), ${body}, cast(${at} as bigint), ${instance}
        from pool_versions having coalesce(max(term), 0) <= ${term}
        on conflict do nothing returning version`
      const known = db.selectFrom('pool_versions').select((eb) => eb.fn.max<number | null>('term').as('term'))
      for (;;) {
        const done = await db.executeQuery(insert.compile(db))
        if (hasChanged(done)) {
          const { version } = done.rows[0] as { version: number }
          await db
            .deleteFrom('pool_versions')
            .where('version', '<=', Number(version) - VERSIONS_KEPT)
            .execute()
          return { outcome: 'published', version: Number(version) }
        }
        const latest = Number((await known.executeTakeFirstOrThrow()).term ?? 0)
        if (latest > term) return { outcome: 'fenced', term: latest }
      }
    },

    async versions(most) {
      const rows = await db.selectFrom('pool_versions').selectAll().orderBy('version', 'desc').limit(most).execute()
      return rows.map(({ version, term, body, at, instance }): PoolVersion => ({ version, term, body, at, instance }))
    },
  }
}

/** Join tokens in either database. */
export function createJoinTokenStore({ kysely: db, runAudited }: Parts): JoinTokenStore {
  const write = writing({ runAudited })
  const all = () => db.selectFrom('node_joins').selectAll()

  return {
    async list(scope: Scope) {
      const tenant = tenantOf(scope)
      const rows = tenant === null ? all() : all().where('tenant_id', '=', tenant)
      return (await rows.orderBy('created_at', 'desc').orderBy('id').execute()).map(tokenOf)
    },

    async add(token, audit) {
      const { id, tenantId, hash, name, pools, labels, usesLeft, expiresAt, createdAt, createdBy } = token
      const values = {
        ...{ id, hash, name },
        tenant_id: tenantId,
        pools: JSON.stringify(pools),
        labels: JSON.stringify(labels),
        uses_left: usesLeft,
        expires_at: expiresAt,
        created_at: createdAt,
        created_by: createdBy,
      }
      await write([db.insertInto('node_joins').values(values)], audit)
    },

    async find(hash, now) {
      const found = all().where('hash', '=', hash).where('expires_at', '>', now)
      const row = await found
        .where((eb) => eb.or([eb('uses_left', 'is', null), eb('uses_left', '>', 0)]))
        .executeTakeFirst()
      return row === undefined ? null : tokenOf(row)
    },

    async use(hash, now) {
      const row = await db
        .updateTable('node_joins')
        .set((eb) => ({ uses_left: eb('uses_left', '-', 1) }))
        .where('hash', '=', hash)
        .where('expires_at', '>', now)
        .where((eb) => eb.or([eb('uses_left', 'is', null), eb('uses_left', '>', 0)]))
        .returningAll()
        .executeTakeFirst()
      return row === undefined ? null : tokenOf(row)
    },

    async get(id) {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : tokenOf(row)
    },

    remove: (id, audit) => write([db.deleteFrom('node_joins').where('id', '=', id)], audit),
  }
}

function poolOf(row: Selectable<PoolsTable>): PoolRow {
  const { name, description, selector } = row
  return {
    ...{ name, description, selector },
    tenantId: row.tenant_id,
    origin: row.origin as PoolOrigin,
    members: JSON.parse(row.members) as string[],
    requiresGpu: row.requires_gpu === 1,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    emptySince: row.empty_since,
  }
}

function poolValues(row: PoolRow): PoolsTable {
  const { name, origin, description, selector } = row
  return {
    ...{ name, origin, description, selector },
    tenant_id: row.tenantId,
    members: JSON.stringify(row.members),
    requires_gpu: row.requiresGpu ? 1 : 0,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    empty_since: row.emptySince,
  }
}

function tokenOf(row: Selectable<NodeJoinsTable>): JoinToken {
  const { id, hash, name } = row
  return {
    ...{ id, hash, name },
    tenantId: row.tenant_id,
    pools: JSON.parse(row.pools) as string[],
    labels: JSON.parse(row.labels) as Record<string, string>,
    usesLeft: row.uses_left,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
    createdBy: row.created_by,
  }
}

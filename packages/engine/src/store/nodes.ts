import type { AuditDraft, NodeFacts, NodeState } from '@rota/core'
import type { CompiledQuery, Insertable, Kysely, Selectable } from 'kysely'
import type { NodeEvent, NodeHistory, NodeRow, NodeStore } from '../ports/nodes.ts'
import type { NodeEventsTable, NodesTable, Schema } from '../ports/schema.ts'
import { hasChanged, type Store } from './store.ts'

export interface NodeStoreParts extends Pick<Store, 'kysely' | 'runAudited'> {
  /** For lists. */
  reader: Kysely<Schema>
  /** Epoch ms. */
  now: () => number
}

interface Compilable {
  compile(): CompiledQuery
}

/** Runs statements as one with their entries of the audit; answers whether the first has changed anything. */
export function writing({ runAudited }: Pick<Store, 'runAudited'>) {
  return async (queries: readonly Compilable[], audit: readonly AuditDraft[] = []): Promise<boolean> => {
    const [first] = await runAudited(
      queries.map((query) => query.compile()),
      audit,
    )
    return first !== undefined && hasChanged(first)
  }
}

/** Nodes of one statement: a value each of some columns, of which SQLite takes 32,766 and PostgreSQL 65,535. */
const MOST_AT_ONCE = 1_000

/** As many statements as it takes. */
function parted<T>(all: readonly T[]): T[][] {
  const parts: T[][] = []
  for (let from = 0; from < all.length; from += MOST_AT_ONCE) parts.push(all.slice(from, from + MOST_AT_ONCE))
  return parts
}

/** Nodes in either database. */
export function createNodeStore({ kysely: db, runAudited, now }: NodeStoreParts): NodeStore {
  const write = writing({ runAudited })
  const tell = (event: NodeEvent) => db.insertInto('node_events').values(eventValues(event))
  const change = (id: string) => db.updateTable('nodes').where('id', '=', id).where('removed_at', 'is', null)
  const all = () => db.selectFrom('nodes').selectAll()

  return {
    list: async () => (await all().where('removed_at', 'is', null).orderBy('id').execute()).map(nodeOf),
    changed: async (since) => (await all().where('changed_at', '>=', since).execute()).map(nodeOf),

    async get(id) {
      const row = await all().where('id', '=', id).executeTakeFirst()
      return row === undefined ? null : nodeOf(row)
    },

    async byKey(hash) {
      const byNow = await all().where('key_hash', '=', hash).executeTakeFirst()
      const row = byNow ?? (await all().where('earlier_key_hash', '=', hash).executeTakeFirst())
      return row === undefined ? null : nodeOf(row)
    },

    async save(row, event, audit) {
      const { id: _, ...values } = nodeValues(row, now())
      const insert = db.insertInto('nodes').values({ id: row.id, state_term: 0, ...values })
      const put = insert.onConflict((oc) => oc.column('id').doUpdateSet(values))
      await write(event === null ? [put] : [put, tell(event)], audit)
    },

    note(event, term) {
      const { to, reason, at, from } = event
      const state = { state: to, state_reason: reason, state_at: at, changed_at: now() }
      let update = change(event.node).set(term === null ? state : { ...state, state_term: term })
      if (from !== null) update = update.where('state', '=', from)
      if (term !== null) update = update.where('state_term', '<=', term)
      return write([update, tell(event)])
    },

    drain(id, isDraining, event, audit) {
      const { to, reason, at } = event
      const state = { state: to, state_reason: reason, state_at: at, changed_at: now() }
      const update = change(id).set({ ...state, draining: isDraining ? 1 : 0 })
      return write([update.where('draining', '=', isDraining ? 0 : 1), tell(event)], audit)
    },

    async setKey(id, keyHash, at) {
      const next = { key_hash: keyHash, key_at: at, changed_at: now() }
      await change(id)
        .set((eb) => ({ ...next, earlier_key_hash: eb.ref('key_hash') }))
        .execute()
    },

    async endEarlierKey(id) {
      const end = change(id).set({ earlier_key_hash: null, changed_at: now() })
      await end.where('earlier_key_hash', 'is not', null).execute()
    },

    async seen(ids, at) {
      for (const some of parted(ids)) {
        await db.updateTable('nodes').set({ last_seen_at: at }).where('id', 'in', some).execute()
      }
    },

    remove(id, event, audit) {
      const gone = { state: 'offline', state_reason: event.reason, state_at: event.at }
      const update = change(id).set({ ...gone, removed_at: event.at, changed_at: now() })
      return write([update, tell(event)], audit)
    },
  }
}

/** What nodes went through, in either database. */
export function createNodeHistory({ reader, kysely: db }: Pick<NodeStoreParts, 'reader' | 'kysely'>): NodeHistory {
  return {
    async events(node, { before, most }) {
      let rows = reader.selectFrom('node_events').selectAll().where('node_id', '=', node)
      if (before !== null) rows = rows.where('id', '<', before)
      return (await rows.orderBy('id', 'desc').limit(most).execute()).map(eventOf)
    },

    async addLoad(samples) {
      for (const some of parted(samples)) {
        const values = some.map(({ node, tenantId, ...rest }) => ({ ...rest, node_id: node, tenant_id: tenantId }))
        const insert = db.insertInto('node_load').values(values)
        await insert.onConflict((oc) => oc.doNothing()).execute()
      }
    },

    load(node, from, most) {
      const rows = reader.selectFrom('node_load').select(['at', 'cpu', 'memory', 'disk', 'gpu', 'running'])
      return rows.where('node_id', '=', node).where('at', '>=', from).orderBy('at').limit(most).execute()
    },

    async prune(before, most) {
      const load = db.selectFrom('node_load').select('at').where('at', '<', before.load).orderBy('at').limit(most)
      const { last } = await db
        .selectFrom(load.as('some'))
        .select((eb) => eb.fn.max<number | null>('some.at').as('last'))
        .executeTakeFirstOrThrow()
      let gone = 0
      if (last !== null) {
        const samples = await db.deleteFrom('node_load').where('at', '<=', Number(last)).executeTakeFirst()
        gone += Number(samples.numDeletedRows)
      }
      const old = db.selectFrom('node_events').select('id').where('at', '<', before.events).limit(most)
      const told = await db
        .deleteFrom('node_events')
        .where('id', 'in', (eb) => eb.selectFrom(old.as('old')).select('old.id'))
        .executeTakeFirst()
      return gone + Number(told.numDeletedRows)
    },
  }
}

function nodeOf(row: Selectable<NodesTable>): NodeRow {
  return {
    ...(JSON.parse(row.facts) as NodeFacts & Pick<NodeRow, 'granted'>),
    id: row.id,
    tenantId: row.tenant_id,
    epoch: row.epoch,
    isDraining: row.draining === 1,
    state: row.state as NodeState,
    stateReason: row.state_reason,
    stateAt: row.state_at,
    keyHash: row.key_hash,
    earlierKeyHash: row.earlier_key_hash,
    keyAt: row.key_at,
    registeredAt: row.registered_at,
    lastSeenAt: row.last_seen_at,
    removedAt: row.removed_at,
  }
}

function nodeValues(row: NodeRow, now: number) {
  const { id, tenantId, epoch, isDraining, state, stateReason, stateAt, keyHash, earlierKeyHash, keyAt } = row
  const { registeredAt, lastSeenAt, removedAt, granted, ...rest } = row
  const { name, address, labels, weight, capacity, languages, capabilities, types, handlers } = rest
  const { gpu, callbackUrl, version, pools, platform } = rest
  const said = { name, address, labels, weight, capacity, languages, capabilities, types, handlers }
  return {
    id,
    tenant_id: tenantId,
    facts: JSON.stringify({ ...said, gpu, callbackUrl, version, pools, platform, granted }),
    epoch,
    draining: isDraining ? 1 : 0,
    state,
    state_reason: stateReason,
    state_at: stateAt,
    key_hash: keyHash,
    earlier_key_hash: earlierKeyHash,
    key_at: keyAt,
    registered_at: registeredAt,
    last_seen_at: lastSeenAt,
    removed_at: removedAt,
    changed_at: now,
  }
}

function eventValues({ id, node, tenantId, at, from, to, reason, actor }: NodeEvent): Insertable<NodeEventsTable> {
  return { id, node_id: node, tenant_id: tenantId, at, from_state: from, to_state: to, reason, actor }
}

function eventOf(row: Selectable<NodeEventsTable>): NodeEvent {
  const { id, at, reason, actor } = row
  return {
    ...{ id, at, reason, actor },
    node: row.node_id,
    tenantId: row.tenant_id,
    from: row.from_state as NodeState | null,
    to: row.to_state as NodeEvent['to'],
  }
}

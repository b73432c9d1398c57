import { type AuditDraft, type Scope, type SealedEntry, tenantOf } from '@rota/core'
import { type Kysely, type Selectable, sql } from 'kysely'
import type { AuditQuery, AuditRecord, AuditStore } from '../ports/audit.ts'
import type { AuditTable, Schema } from '../ports/schema.ts'
import type { Condition } from './queries/condition.ts'
import { readPage, sliceOf } from './queries/page.ts'
import { found, patternOf } from './queries/task-filter.ts'

export interface AuditParts {
  /** For lists, and for what is removed. */
  reader: Kysely<Schema>
  kysely: Kysely<Schema>
  /** What entries are told apart by, in the order in which they were written. */
  key: 'entry' | 'seq'
  add: AuditStore['add']
  seal: AuditStore['seal']
}

/** Where a text is looked for. */
const SEARCHED = ['a.actor', 'a.subject_name', 'a.action']
/** The total of a list is counted up to here. */
const MOST_COUNTED = 10_000

/** The audit of either database; only how entries are written and sealed differs. */
export function createAuditStore({ reader, kysely, key, add, seal }: AuditParts): AuditStore {
  return {
    add,
    seal,
    list: (query, scope) => listed({ db: reader, key }, query, scope),

    async chain(after, most) {
      const rows = reader.selectFrom('audit').selectAll().where('seq', '>', after).orderBy('seq').limit(most)
      return (await rows.execute()).map((row) => recordOf(row) as SealedEntry)
    },

    async last() {
      const sealed = kysely.selectFrom('audit').select(['seq', 'hash', 'at']).where('seq', 'is not', null)
      const row = await sealed.orderBy('seq', 'desc').limit(1).executeTakeFirst()
      return row === undefined ? null : { seq: row.seq!, hash: row.hash!, at: row.at }
    },

    async prune(before, most) {
      const oldest = kysely.selectFrom('audit').select('seq').where('seq', '<', before).orderBy('seq').limit(most)
      const { numDeletedRows } = await kysely
        .deleteFrom('audit')
        .where('seq', 'in', (eb) => eb.selectFrom(oldest.as('oldest')).select('oldest.seq'))
        .executeTakeFirst()
      return Number(numDeletedRows)
    },
  }
}

function listed({ db, key }: { db: Kysely<Schema>; key: 'entry' | 'seq' }, query: AuditQuery, scope: Scope) {
  const where = conditionsOf(query, scope)
  const { oldestFirst = false } = query
  const slice = sliceOf(query, oldestFirst ? 'audit from the oldest' : 'audit', 1)
  const matching = () => where.reduce((rows, condition) => rows.where(condition), db.selectFrom('audit as a'))
  return readPage({
    slice,
    async positions(limit) {
      let rows = matching()
        .selectAll('a')
        .orderBy(`a.${key}`, oldestFirst ? 'asc' : 'desc')
        .limit(limit)
      rows =
        slice.after === null
          ? rows.offset(slice.offset)
          : rows.where(`a.${key}`, oldestFirst ? '>' : '<', Number(slice.after[0]))
      return rows.execute()
    },
    async count() {
      const some = matching()
        .select(sql.lit(1).as('one'))
        .limit(MOST_COUNTED + 1)
      const counted = db.selectFrom(some.as('some')).select((eb) => eb.fn.countAll<number>().as('total'))
      return Number((await counted.executeTakeFirstOrThrow()).total)
    },
    rows: async (found) => found.map(recordOf),
    cursorOf: (row) => [row[key]!],
  })
}

function conditionsOf(query: AuditQuery, scope: Scope): Condition[] {
  const { kind, subject, actor, action, outcome, address, requestId, q, from, to } = query
  const where: Condition[] = []
  const tenant = tenantOf(scope)
  if (tenant !== null) where.push(sql`a.tenant_id = ${tenant}`)
  if (kind !== undefined) where.push(sql`a.kind = ${kind}`)
  if (subject !== undefined) where.push(sql`(a.subject_id = ${subject} or a.subject_name = ${subject})`)
  if (actor !== undefined) where.push(sql`(a.user_id = ${actor} or a.actor = ${actor})`)
  if (action !== undefined) where.push(sql`a.action = ${action}`)
  if (outcome !== undefined) where.push(sql`a.outcome = ${outcome}`)
  if (address !== undefined) where.push(sql`a.address = ${address}`)
  if (requestId !== undefined) where.push(sql`a.request_id = ${requestId}`)
  if (q !== undefined && q !== '') {
    const pattern = sql.val(patternOf(q))
    where.push(
      sql`(${sql.join(
        SEARCHED.map((column) => found(sql.ref(column), pattern)),
        sql` or `,
      )})`,
    )
  }
  if (from !== undefined) where.push(sql`a.at >= ${from}`)
  if (to !== undefined) where.push(sql`a.at < ${to}`)
  return where
}

function recordOf(row: Selectable<AuditTable>): AuditRecord {
  const { seq, at, actor, credential, address, action, payload, hash } = row
  return {
    ...{ seq, at, actor, credential, address, action, payload, hash },
    tenantId: row.tenant_id,
    userId: row.user_id,
    requestId: row.request_id,
    kind: row.kind as AuditDraft['kind'],
    subjectId: row.subject_id,
    subjectName: row.subject_name,
    outcome: row.outcome as AuditDraft['outcome'],
    payloadHash: row.payload_hash,
  }
}

import type { AuditDraft } from '@rota/core'
import type { Kysely } from 'kysely'
import type { ChangeRequestRow, PolicyRow, SafetyTables } from '../policy-rows.ts'
import type { Write } from './write.ts'

type Database = Kysely<SafetyTables>
/** What is written, with the entries of the audit that tell of it. */
type Audited = (...drafts: AuditDraft[]) => Write

/** What policies are kept in. What a method writes is one statement. */
export function createPolicyStore(database: Database, audited: Audited) {
  const all = () => database.selectFrom('policies').selectAll()
  return {
    list: () => all().orderBy('name').execute(),
    byName: (name: string) => all().where('name', '=', name).executeTakeFirst(),

    /** False when the name is taken. */
    async insert(row: PolicyRow, audit: AuditDraft): Promise<boolean> {
      const query = database.insertInto('policies').values(row)
      return (await audited(audit)(query.onConflict((oc) => oc.column('name').doNothing()))) > 0
    },

    /** False when it is at another version by now. */
    async replace(name: string, version: number, values: Partial<PolicyRow>, audit: AuditDraft): Promise<boolean> {
      const query = database.updateTable('policies').set(values).where('name', '=', name)
      return (await audited(audit)(query.where('version', '=', version))) > 0
    },

    /** False when it is at another version by now. */
    async remove(name: string, version: number, audit: AuditDraft): Promise<boolean> {
      const query = database.deleteFrom('policies').where('name', '=', name)
      return (await audited(audit)(query.where('version', '=', version))) > 0
    },
  }
}

export type PolicyStore = ReturnType<typeof createPolicyStore>

/** What changes that wait are kept in. What a method writes is one statement. */
export function createChangeRequestStore(database: Database, audited: Audited) {
  const all = () => database.selectFrom('change_requests').selectAll()
  return {
    byId: (id: string) => all().where('id', '=', id).executeTakeFirst(),

    /** The newest first. */
    newest: (most: number) => all().orderBy('created_at', 'desc').orderBy('id', 'desc').limit(most).execute(),

    pending: (now: number, digest: string) =>
      all()
        .where('state', '=', 'pending')
        .where('expires_at', '>', now)
        .where('digest', '=', digest)
        .executeTakeFirst(),

    async countPending(now: number): Promise<number> {
      const query = database.selectFrom('change_requests').select((eb) => eb.fn.countAll<number>().as('count'))
      const found = await query.where('state', '=', 'pending').where('expires_at', '>', now).executeTakeFirst()
      return Number(found?.count ?? 0)
    },

    async insert(row: ChangeRequestRow, audit: AuditDraft): Promise<void> {
      await audited(audit)(database.insertInto('change_requests').values(row))
    },

    /**
     * Moves it on from `pending`, or from `applying` when that has stood still since `stuckSince`. False when somebody
     * else has.
     */
    async decide(id: string, values: Partial<ChangeRequestRow>, stuckSince: number, audit?: AuditDraft) {
      const query = database.updateTable('change_requests').set(values).where('id', '=', id)
      const free = query.where((eb) =>
        eb.or([eb('state', '=', 'pending'), eb('state', '=', 'applying').and('decided_at', '<', stuckSince)]),
      )
      const write = audit === undefined ? audited() : audited(audit)
      return (await write(free)) > 0
    },

    /** Ends what {@link decide} has begun. */
    async settle(id: string, values: Partial<ChangeRequestRow>, audit?: AuditDraft): Promise<void> {
      const query = database.updateTable('change_requests').set(values).where('id', '=', id)
      const write = audit === undefined ? audited() : audited(audit)
      await write(query.where('state', '=', 'applying'))
    },

    async removeBefore(instant: number): Promise<void> {
      await database.deleteFrom('change_requests').where('expires_at', '<', instant).execute()
    },
  }
}

export type ChangeRequestStore = ReturnType<typeof createChangeRequestStore>

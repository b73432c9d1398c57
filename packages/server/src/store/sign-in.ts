import { type Kysely, sql } from 'kysely'
import type { ExternalAccountStore, InvitationStore, SecondFactorStore, SignInStore } from '../sign-in-store.ts'
import type { AccessTables } from './tables.ts'
import type { Write } from './write.ts'

type Database = Kysely<AccessTables>

/** Keeps invitations, second factors and accounts of others in the engine's database. */
export function createSignInStore(database: Database, write: Write): SignInStore {
  return {
    invitations: createInvitationStore(database, write),
    secondFactors: createSecondFactorStore(database, write),
    external: createExternalAccountStore(database, write),
  }
}

function createInvitationStore(database: Database, write: Write): InvitationStore {
  return {
    async put(row) {
      const { user_id: _, ...values } = row
      const query = database.insertInto('invitations').values(row)
      await write(query.onConflict((oc) => oc.column('user_id').doUpdateSet(values)))
    },

    byHash: (hash, now) =>
      database
        .selectFrom('invitations as i')
        .innerJoin('users as u', 'u.id', 'i.user_id')
        .selectAll('i')
        .where('i.token_hash', '=', hash)
        .where('i.expires_at', '>', now)
        .where('u.disabled', '=', 0)
        .executeTakeFirst(),

    async accept({ user_id: userId, token_hash: hash }, now, values) {
      const isEnabled = sql<boolean>`exists (select 1 from users as u where u.id = ${userId} and u.disabled = 0)`
      const own = database.deleteFrom('invitations').where('token_hash', '=', hash).where('expires_at', '>', now)
      const account = database.updateTable('users').set(values).where('id', '=', userId)
      // Whoever comes second waits for the first, and then finds none.
      return (await write(own.where(isEnabled), account)) > 0
    },
  }
}

function createSecondFactorStore(database: Database, write: Write): SecondFactorStore {
  const dropCodes = (userId: string) => database.deleteFrom('recovery_codes').where('user_id', '=', userId)
  const addCodes = (userId: string, hashes: readonly string[]) =>
    database.insertInto('recovery_codes').values(hashes.map((code_hash) => ({ user_id: userId, code_hash })))
  const user = (userId: string) => database.updateTable('users').where('id', '=', userId)
  return {
    async enable(userId, { sealed, step, codeHashes }) {
      const factor = user(userId).set({ second_factor: sealed, second_factor_step: step })
      await write(factor, dropCodes(userId), addCodes(userId, codeHashes))
    },

    async disable(userId) {
      await write(user(userId).set({ second_factor: null, second_factor_step: 0 }), dropCodes(userId))
    },

    async takeStep(userId, step) {
      const query = user(userId).set({ second_factor_step: step }).where('second_factor_step', '<', step)
      return Number((await query.executeTakeFirst()).numUpdatedRows) > 0
    },

    async takeCode(userId, hash) {
      const query = database.deleteFrom('recovery_codes').where('user_id', '=', userId)
      return Number((await query.where('code_hash', '=', hash).executeTakeFirst()).numDeletedRows) > 0
    },

    async replaceCodes(userId, codeHashes) {
      // A change of the account itself: all codes may have been used.
      const account = user(userId).set((eb) => ({ second_factor: eb.ref('second_factor') }))
      await write(account, dropCodes(userId), addCodes(userId, codeHashes))
    },

    async countCodes(userId) {
      const query = database.selectFrom('recovery_codes').select((eb) => eb.fn.countAll<number>().as('total'))
      return Number((await query.where('user_id', '=', userId).executeTakeFirstOrThrow()).total)
    },
  }
}

function createExternalAccountStore(database: Database, write: Write): ExternalAccountStore {
  return {
    byIdentity: (issuer, subject) =>
      database
        .selectFrom('users')
        .selectAll()
        .where('issuer', '=', issuer)
        .where('subject', '=', subject)
        .executeTakeFirst(),

    async insert(row) {
      const query = database.insertInto('users').values(row)
      return (await write(query.onConflict((oc) => oc.doNothing()))) > 0
    },

    grantsOf: (userId, source) =>
      database
        .selectFrom('grants')
        .select(['role', 'scope_kind', 'scope_id'])
        .where('subject_kind', '=', 'user')
        .where('subject_id', '=', userId)
        .where('source', '=', source)
        .orderBy('role')
        .orderBy('scope_id')
        .execute(),

    async replaceGrants(userId, source, rows) {
      const now = rows[0]?.created_at
      const account = database.updateTable('users').where('id', '=', userId)
      const touched = account.set((eb) => ({ updated_at: now ?? eb.ref('updated_at') }))
      const own = database.deleteFrom('grants').where('subject_kind', '=', 'user').where('subject_id', '=', userId)
      const gone = rows.reduce(
        (query, { role, scope_kind, scope_id }) =>
          query.where((eb) =>
            eb.not(eb.and([eb('role', '=', role), eb('scope_kind', '=', scope_kind), eb('scope_id', '=', scope_id)])),
          ),
        own.where('source', '=', source),
      )
      const columns = ['subject_kind', 'subject_id', 'role', 'scope_kind', 'scope_id', 'source'] as const
      // Those that are given again stay as they are, with their ids.
      const added = rows.map((row) =>
        database
          .insertInto('grants')
          .values(row)
          .onConflict((oc) => oc.columns([...columns]).doNothing()),
      )
      await write(touched, gone, ...added)
    },

    async endSessions({ source, providerSession, userId }) {
      const rows = await database
        .deleteFrom('sessions')
        .where('source', '=', source)
        .$if(providerSession !== null, (query) => query.where('provider_session', '=', providerSession))
        .$if(userId !== null, (query) => query.where('user_id', '=', userId!))
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    async useOnce(key, expiresAt, now) {
      await database.deleteFrom('used_once').where('expires_at', '<=', now).execute()
      const query = database.insertInto('used_once').values({ key, expires_at: expiresAt })
      const { numInsertedOrUpdatedRows: count } = await query
        .onConflict((oc) => oc.column('key').doNothing())
        .executeTakeFirst()
      return Number(count ?? 0) > 0
    },
  }
}

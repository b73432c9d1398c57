import type { Store } from '@rota/engine'
import { type CompiledQuery, type Kysely, sql } from 'kysely'
import type { GrantRow } from '../grant-store.ts'
import type { ExternalAccountStore, InvitationStore, SecondFactorStore, SignInStore } from '../sign-in-store.ts'
import type { AccessTables } from './tables.ts'

type Database = Kysely<AccessTables>
type RunBatch = Store['runBatch']

/** Keeps invitations, second factors and accounts of others in the engine's database. */
export function createSignInStore(database: Database, runBatch: RunBatch): SignInStore {
  return {
    invitations: createInvitationStore(database, runBatch),
    secondFactors: createSecondFactorStore(database, runBatch),
    external: createExternalAccountStore(database, runBatch),
  }
}

function createInvitationStore(database: Database, runBatch: RunBatch): InvitationStore {
  return {
    async put(row) {
      const { user_id: _, ...values } = row
      const query = database.insertInto('invitations').values(row)
      await query.onConflict((oc) => oc.column('user_id').doUpdateSet(values)).execute()
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
      const own = database.updateTable('invitations').where('token_hash', '=', hash)
      const isThere = sql<boolean>`exists (
        select 1 from invitations as i where i.token_hash = ${hash} and i.expires_at > ${now})`
      const account = database.updateTable('users').set(values).where('id', '=', userId).where('disabled', '=', 0)
      const results = await runBatch([
        // Whoever comes second waits here, and then finds none.
        own.set({ token_hash: hash }).compile(),
        account.where(isThere).compile(),
        database.deleteFrom('invitations').where('token_hash', '=', hash).compile(),
      ])
      return Number(results[1]!.numAffectedRows ?? 0) > 0
    },
  }
}

function createSecondFactorStore(database: Database, runBatch: RunBatch): SecondFactorStore {
  const dropCodes = (userId: string) => database.deleteFrom('recovery_codes').where('user_id', '=', userId).compile()
  const addCodes = (userId: string, hashes: readonly string[]) =>
    database
      .insertInto('recovery_codes')
      .values(hashes.map((code_hash) => ({ user_id: userId, code_hash })))
      .compile()
  const user = (userId: string) => database.updateTable('users').where('id', '=', userId)
  return {
    async enable(userId, { sealed, step, codeHashes }) {
      const factor = user(userId).set({ second_factor: sealed, second_factor_step: step }).compile()
      await runBatch([factor, dropCodes(userId), addCodes(userId, codeHashes)])
    },

    async disable(userId) {
      const factor = user(userId).set({ second_factor: null, second_factor_step: 0 }).compile()
      await runBatch([factor, dropCodes(userId)])
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
      await runBatch([dropCodes(userId), addCodes(userId, codeHashes)])
    },

    async countCodes(userId) {
      const query = database.selectFrom('recovery_codes').select((eb) => eb.fn.countAll<number>().as('total'))
      return Number((await query.where('user_id', '=', userId).executeTakeFirstOrThrow()).total)
    },
  }
}

function createExternalAccountStore(database: Database, runBatch: RunBatch): ExternalAccountStore {
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
      const { numInsertedOrUpdatedRows: count } = await query.onConflict((oc) => oc.doNothing()).executeTakeFirst()
      return Number(count ?? 0) > 0
    },

    async replaceGrants(userId, source, rows) {
      const results = await runBatch(grantQueries(database, { userId, source, rows }))
      return results.some(({ numAffectedRows: count }) => Number(count ?? 0) > 0)
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

interface SourceGrants {
  userId: string
  source: string
  rows: readonly GrantRow[]
}

/** Those that are given again stay as they are, with their ids. */
function grantQueries(database: Database, { userId, source, rows }: SourceGrants): CompiledQuery[] {
  const given = database
    .deleteFrom('grants')
    .where('subject_kind', '=', 'user')
    .where('subject_id', '=', userId)
    .where('source', '=', source)
  const gone = rows.reduce(
    (query, { role, scope_kind, scope_id }) =>
      query.where((eb) =>
        eb.not(eb.and([eb('role', '=', role), eb('scope_kind', '=', scope_kind), eb('scope_id', '=', scope_id)])),
      ),
    given,
  )
  if (rows.length === 0) return [gone.compile()]
  const columns = ['subject_kind', 'subject_id', 'role', 'scope_kind', 'scope_id', 'source'] as const
  const added = database.insertInto('grants').values([...rows])
  return [gone.compile(), added.onConflict((oc) => oc.columns([...columns]).doNothing()).compile()]
}

import type { AuditDraft } from '@rota/core'
import type { Store } from '@rota/engine'
import type { Compilable, Kysely, QueryResult } from 'kysely'

/** Runs a statement that writes; answers how many rows it wrote. */
export type Write = (query: Compilable) => Promise<number>

/** Each statement by itself. */
export function writeOn<Tables>(database: Kysely<Tables>): Write {
  return async (query) => written(await database.executeQuery(query.compile()))
}

/** A statement with the entries of the audit that tell of it: both or, where it writes nothing, none. */
export function writeAudited({ runAudited }: Pick<Store, 'runAudited'>, audit: readonly AuditDraft[]): Write {
  return async (query) => written((await runAudited([query.compile()], audit))[0])
}

function written(result: QueryResult<unknown> | undefined): number {
  return Number(result?.numAffectedRows ?? 0)
}

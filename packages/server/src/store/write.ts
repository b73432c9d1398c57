import type { AuditDraft } from '@rota/core'
import type { Store } from '@rota/engine'
import type { Compilable, QueryResult } from 'kysely'

/**
 * Runs a statement that writes; answers how many rows it wrote. Where that is none, the others are not run; otherwise all
 * are one transaction, which one that fails undoes.
 */
export type Write = (query: Compilable, ...others: Compilable[]) => Promise<number>

/** Without an entry of the audit. */
export function writeOn({ kysely, runAudited }: Pick<Store, 'kysely' | 'runAudited'>): Write {
  const many = writeAudited({ runAudited }, [])
  return async (query, ...others) =>
    others.length > 0 ? many(query, ...others) : written(await kysely.executeQuery(query.compile()))
}

/** A statement with the entries of the audit that tell of it: both or, where it writes nothing, none. */
export function writeAudited({ runAudited }: Pick<Store, 'runAudited'>, audit: readonly AuditDraft[]): Write {
  return async (...queries) =>
    written(
      (
        await runAudited(
          queries.map((query) => query.compile()),
          audit,
        )
      )[0],
    )
}

function written(result: QueryResult<unknown> | undefined): number {
  return Number(result?.numAffectedRows ?? 0)
}

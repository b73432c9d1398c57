import type { AuditDraft } from '@rota/core'
import type { Store } from '@rota/engine'
import type { Compilable, QueryResult } from 'kysely'

/**
 * Runs a statement that writes; answers how many rows it wrote. `checks` run behind it in the same transaction where it
 * wrote any: one that fails undoes it.
 */
export type Write = (query: Compilable, ...checks: readonly Compilable[]) => Promise<number>

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

import type { AuditDraft } from '@rota/core'
import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Schema } from '../ports/schema.ts'
import type { StoreParts } from '../ports/store.ts'

/** A store with direct access for the tables that others keep in it, such as users and sessions. */
export interface Store extends StoreParts {
  /** Small reads and writes, each its own transaction. */
  readonly kysely: Kysely<Schema>
  /** Runs compiled queries as one transaction, all or nothing. */
  runBatch(queries: readonly CompiledQuery[]): Promise<QueryResult<unknown>[]>
  /**
   * Runs compiled queries as one transaction with the entries of the audit that tell of them. When the first changes
   * nothing, neither the others nor the entries are written. Answers the results of what was run.
   */
  runAudited(queries: readonly CompiledQuery[], audit: readonly AuditDraft[]): Promise<QueryResult<unknown>[]>
}

/** Whether a query has written something, or found it by RETURNING. */
export function hasChanged({ numAffectedRows, rows }: QueryResult<unknown>): boolean {
  return rows.length > 0 || (numAffectedRows ?? 0n) > 0n
}

import type { CompiledQuery, Kysely, QueryResult } from 'kysely'
import type { Schema } from '../ports/schema.ts'
import type { StoreParts } from '../ports/store.ts'

/** A store with direct access for the tables that others keep in it, such as users and sessions. */
export interface Store extends StoreParts {
  /** Small reads and writes, each its own transaction. */
  readonly kysely: Kysely<Schema>
  /** Runs compiled queries as one transaction, all or nothing. */
  runBatch(queries: readonly CompiledQuery[]): Promise<QueryResult<unknown>[]>
}

import type { Kysely, QueryResult } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import type { Store } from '../store.ts'

/** Runs compiled queries as one transaction. */
export function batchesOn(kysely: Kysely<Schema>): Store['runBatch'] {
  return (queries) =>
    kysely.transaction().execute(async (tx) => {
      const results: QueryResult<unknown>[] = []
      for (const query of queries) results.push(await tx.executeQuery(query))
      return results
    })
}

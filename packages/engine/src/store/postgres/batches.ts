import { CompiledQuery, type Kysely, type QueryResult, type Transaction } from 'kysely'
import type { Schema } from '../../ports/schema.ts'
import { hasChanged, type Store } from '../store.ts'
import { auditColumns } from './audit.ts'
import { statement } from './statements.ts'

/** Runs compiled queries as one transaction. */
export function batchesOn(kysely: Kysely<Schema>): Store['runBatch'] {
  return (queries) => kysely.transaction().execute((tx) => runAll(tx, queries))
}

/** As {@link batchesOn}, with entries of the audit. */
export function auditedOn(kysely: Kysely<Schema>): Store['runAudited'] {
  return ([first, ...others], audit) =>
    kysely.transaction().execute(async (tx) => {
      if (first === undefined) return []
      const result = await tx.executeQuery(first)
      if (!hasChanged(result)) return [result]
      const results = [result, ...(await runAll(tx, others))]
      if (audit.length > 0) await tx.executeQuery(CompiledQuery.raw(statement('insert-audit'), auditColumns(audit)))
      return results
    })
}

async function runAll(tx: Transaction<Schema>, queries: readonly CompiledQuery[]) {
  const results: QueryResult<unknown>[] = []
  for (const query of queries) results.push(await tx.executeQuery(query))
  return results
}

import type { DatabaseSync } from 'node:sqlite'
import type { AuditDraft } from '@rota/core'
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'
import { hasChanged } from '../../store.ts'
import type { AuditWriter } from '../audit.ts'
import { asStorageFault, transaction } from '../database.ts'
import { bindable } from './parameters.ts'
import type { Readers } from './readers.ts'
import { createStatementCache } from './statement-cache.ts'

type Execute = (query: CompiledQuery) => QueryResult<unknown> | Promise<QueryResult<unknown>>

/** For selects on the reader threads. */
export function createReaderDialect(readers: Readers): Dialect {
  return dialect(async ({ sql, parameters }) => ({ rows: await readers.query(sql, parameters) }))
}

/**
 * For small reads and writes on the engine's own connection. Each statement is its own transaction: the engine begins
 * and commits without awaiting, so that nothing can come between, and neither can a query of this dialect. What must
 * stand together goes through {@link createBatchRunner}.
 */
export function createWriterDialect(db: DatabaseSync): Dialect {
  const run = createRunner(db)
  return dialect((query) => {
    try {
      return run(query)
    } catch (error) {
      throw asStorageFault(error)
    }
  })
}

/** Runs compiled queries in order as one transaction, all or nothing; answers their results. */
export type RunBatch = (queries: readonly CompiledQuery[]) => QueryResult<unknown>[]

export function createBatchRunner(db: DatabaseSync): RunBatch {
  const run = createRunner(db)
  return (queries) => transaction(db, () => queries.map(run))
}

/** As {@link createBatchRunner}, with entries of the audit, for whoever makes a transaction of it; see {@link Store.runAudited}. */
export function createAuditedRunner(db: DatabaseSync, write: AuditWriter) {
  const run = createRunner(db)
  return ([first, ...others]: readonly CompiledQuery[], audit: readonly AuditDraft[]) => {
    if (first === undefined) return []
    const result = run(first)
    if (!hasChanged(result)) return [result]
    const results = [result, ...others.map(run)]
    write(audit)
    return results
  }
}

/** Small selects on the engine's own connection: a message to a thread would hold up the loop for longer. */
export function createReadHere(db: DatabaseSync): (query: CompiledQuery) => unknown[] {
  const prepare = createStatementCache(db)
  return ({ sql, parameters }) => {
    try {
      return prepare(sql).statement.all(...bindable(parameters))
    } catch (error) {
      throw asStorageFault(error)
    }
  }
}

function createRunner(db: DatabaseSync): (query: CompiledQuery) => QueryResult<unknown> {
  const prepare = createStatementCache(db)
  return ({ sql, parameters }) => {
    const { statement, columns } = prepare(sql)
    const values = bindable(parameters)
    if (columns.length > 0) return { rows: statement.all(...values) }
    const { changes, lastInsertRowid } = statement.run(...values)
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) }
  }
}

function dialect(execute: Execute): Dialect {
  return {
    createDriver: () => new SingleStatements(execute),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createAdapter: () => new SqliteAdapter(),
    createIntrospector: (db) => new SqliteIntrospector(db),
  }
}

class SingleStatements implements Driver {
  readonly #connection: DatabaseConnection

  constructor(execute: Execute) {
    this.#connection = {
      executeQuery: async <R>(query: CompiledQuery) => (await execute(query)) as QueryResult<R>,
      streamQuery: () => {
        throw new Error('Results are not streamed. Read page by page.')
      },
    }
  }

  async init() {}

  async acquireConnection() {
    return this.#connection
  }

  async beginTransaction(): Promise<never> {
    throw new Error('A transaction that awaits would hold up the engine. Give its queries to the batch runner.')
  }

  async commitTransaction() {}
  async rollbackTransaction() {}
  async releaseConnection() {}
  async destroy() {}
}

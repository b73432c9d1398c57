import type { DatabaseSync, StatementSync } from 'node:sqlite'

const MOST_STATEMENTS = 200

/** A statement, and the names of its columns: SQLite takes longer to tell them than to run a small select. */
export interface Prepared {
  statement: StatementSync
  columns: readonly string[]
}

/** Prepared statements by their text, the least used ones forgotten. `setUp` is done once with each. */
export function createStatementCache(
  db: DatabaseSync,
  setUp?: (statement: StatementSync) => void,
): (sql: string) => Prepared {
  const prepared = new Map<string, Prepared>()
  return (sql) => {
    const known = prepared.get(sql)
    if (known) prepared.delete(sql)
    const found = known ?? prepare(db, sql, setUp)
    prepared.set(sql, found)
    if (prepared.size > MOST_STATEMENTS) prepared.delete(prepared.keys().next().value!)
    return found
  }
}

function prepare(db: DatabaseSync, sql: string, setUp?: (statement: StatementSync) => void): Prepared {
  const statement = db.prepare(sql)
  setUp?.(statement)
  return { statement, columns: statement.columns().map(({ name }) => name) }
}

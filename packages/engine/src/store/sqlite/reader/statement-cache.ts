import type { DatabaseSync, StatementSync } from 'node:sqlite'

const MOST_STATEMENTS = 200

/** Prepared statements by their text, the least used ones forgotten. */
export function createStatementCache(db: DatabaseSync): (sql: string) => StatementSync {
  const prepared = new Map<string, StatementSync>()
  return (sql) => {
    let found = prepared.get(sql)
    if (found) prepared.delete(sql)
    else found = db.prepare(sql)
    prepared.set(sql, found)
    if (prepared.size > MOST_STATEMENTS) prepared.delete(prepared.keys().next().value!)
    return found
  }
}

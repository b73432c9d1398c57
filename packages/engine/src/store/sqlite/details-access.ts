import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import type { DetailsAccess, RunStatement } from '../details.ts'
import { transaction } from './database.ts'
import { startJournalOf } from './start-journal.ts'
import { statement } from './statements.ts'

/** The writing connection, for what is asked of single executions. */
export function detailsAccess(db: DatabaseSync): DetailsAccess {
  const prepared = new Map<string, StatementSync>()

  function run<Row>(name: string, values: readonly SQLInputValue[]): Row[] {
    const known = prepared.get(name) ?? db.prepare(statement(name))
    prepared.set(name, known)
    return known.all(...values) as Row[]
  }

  const read: RunStatement = async (name, values) => {
    startJournalOf(db).show()
    return run(name, values)
  }
  const write: RunStatement = async (name, values) => transaction(db, () => run(name, values))
  return { read, write }
}

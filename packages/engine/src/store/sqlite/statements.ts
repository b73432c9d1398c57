import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite'
import { statementTexts } from '../statement-text.ts'

/**
 * The text of one statement. Those that both databases share name their parameters as PostgreSQL does.
 *
 * Hot ones say `LIMIT ?2 + 0`: SQLite plans by the value of a bare bound LIMIT and so prepares the statement anew at
 * each execution, which takes a hundred times as long as running it.
 */
export const statement = statementTexts(import.meta.url, (text) => text.replaceAll(/\$(\d+)/g, '?$1'))

/** A statement that answers rows of one shape. */
export interface RowStatement<Row> extends Omit<StatementSync, 'all' | 'get' | 'iterate'> {
  all(...values: SQLInputValue[]): Row[]
  get(...values: SQLInputValue[]): Row | undefined
  iterate(...values: SQLInputValue[]): Iterable<Row>
}

/** A statement's name with the shape of its rows; see {@link rows}. */
interface RowsOf<Row> {
  readonly name: string
  readonly shape?: Row
}

type Prepared<Name> = Name extends RowsOf<infer Row> ? RowStatement<Row> : Pick<StatementSync, 'run'>

/** The name of a statement that answers rows, each a `Row`. */
export function rows<Row>(name: string): RowsOf<Row> {
  return { name }
}

/**
 * Prepares statements by name: `{ claim: 'claim-execution' }` gives `.claim`, to be run, and
 * `{ rule: rows<{ body: string }>('rule') }` gives `.rule`, to be asked.
 */
export function prepareAll<Names extends Record<string, string | RowsOf<unknown>>>(
  db: DatabaseSync,
  names: Names,
): { [Key in keyof Names]: Prepared<Names[Key]> } {
  const prepared = Object.entries(names).map(([key, name]) => {
    return [key, db.prepare(statement(typeof name === 'string' ? name : name.name))]
  })
  return Object.fromEntries(prepared)
}

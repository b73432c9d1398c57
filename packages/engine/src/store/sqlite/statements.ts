import { readFileSync } from 'node:fs'
import type { DatabaseSync, StatementSync } from 'node:sqlite'

/**
 * The text of one statement, from `statements/NAME.sql`. Each file holds one statement under a header that tells its
 * purpose, parameters and result.
 *
 * Hot ones say `LIMIT ?2 + 0`: SQLite plans by the value of a bare bound LIMIT and so prepares the statement anew at
 * each execution, which takes a hundred times as long as running it.
 */
export function statement(name: string): string {
  const known = texts.get(name)
  if (known !== undefined) return known
  const text = readFileSync(new URL(`./statements/${name}.sql`, import.meta.url), 'utf8')
  texts.set(name, text)
  return text
}

const texts = new Map<string, string>()

/** Prepares statements by name: `{ claim: 'claim-execution' }` gives `.claim`. */
export function prepareAll<K extends string>(db: DatabaseSync, names: Record<K, string>): Record<K, StatementSync> {
  const prepared = {} as Record<K, StatementSync>
  for (const key of Object.keys(names) as K[]) prepared[key] = db.prepare(statement(names[key]))
  return prepared
}

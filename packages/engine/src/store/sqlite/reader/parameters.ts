import type { SQLInputValue } from 'node:sqlite'

/** What a query builder binds, as SQLite takes it: it has no booleans and no undefined. */
export function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === undefined) return null
    if (typeof value === 'boolean') return value ? 1 : 0
    return value as SQLInputValue
  })
}

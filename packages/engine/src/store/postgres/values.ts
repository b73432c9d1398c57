import { types } from 'pg'

const [INT8, NUMERIC, JSON_TEXT, JSONB] = [20, 1700, 114, 3802]

/**
 * How values come from PostgreSQL: numbers as numbers (instants and counters stay below 2^53), JSON as its text.
 * For the `types` option of a connection.
 */
export const valueTypes = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8 || oid === NUMERIC) return Number
    if (oid === JSON_TEXT || oid === JSONB) return String
    return types.getTypeParser(oid, format as 'text')
  },
} as typeof types

/** PostgreSQL keeps no NUL in a text; output of programs may hold some. */
export function storable(text: string): string
export function storable(text: string | null): string | null
export function storable(text: string | null): string | null {
  return text?.includes('\0') ? text.replaceAll('\0', '\u{fffd}') : text
}

/**
 * JSON text whose parts PostgreSQL can take out: `->>` fails on the escapes of NUL and of half a surrogate pair, which
 * JSON.stringify writes, and with it the whole list in which such a row stands.
 */
export function storableJson(text: string): string
export function storableJson(text: string | null): string | null
export function storableJson(text: string | null): string | null {
  return text?.includes('\\u') ? text.replace(UNREADABLE_ESCAPE, '$1\\ufffd') : text
}

/** An even number of backslashes before it: the one of the escape is not escaped itself. */
const UNREADABLE_ESCAPE = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi

/** One array per column, as `unnest` takes them. */
export function columnsOf<Row>(rows: readonly Row[], columns: readonly ((row: Row) => unknown)[]): unknown[][] {
  return columns.map((column) => rows.map(column))
}

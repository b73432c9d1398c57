/** A select for a reader thread, and the parameters of each time that it is asked. */
export interface Question {
  sql: string
  times: (readonly unknown[])[]
}

/** What came of one time: rows as arrays in the order of the columns, and how long it took; or what SQLite reports. */
export type Answer = { rows: unknown[][]; ms: number } | { error: { message: string; errcode: number | undefined } }

export interface Answers {
  columns: readonly string[]
  answers: Answer[]
}

/** The rows as objects. */
export function rowsOf(columns: readonly string[], rows: readonly unknown[][]): Record<string, unknown>[] {
  return rows.map((values) => {
    const row: Record<string, unknown> = {}
    for (let at = 0; at < columns.length; at++) row[columns[at]!] = values[at]
    return row
  })
}

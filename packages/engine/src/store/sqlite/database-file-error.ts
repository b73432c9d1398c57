import { say } from '@rota/core'

/** Thrown when a database file cannot be used: it is gone, damaged, or of a newer release. */
export class DatabaseFileError extends Error {
  override readonly name = 'DatabaseFileError'
  readonly reason: 'missing' | 'damaged' | 'newer'

  constructor(reason: DatabaseFileError['reason'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.reason = reason
  }
}

/** SQLITE_CORRUPT and SQLITE_NOTADB (https://sqlite.org/rescode.html). */
const DAMAGE = new Set([11, 26])

/** What a person can do about a damaged file. */
export function damaged(file: string, findings: readonly string[]): DatabaseFileError {
  const [first = 'it cannot be read'] = findings
  return new DatabaseFileError(
    'damaged',
    say`The database ${file} is damaged: ${first}. Restore a backup (rota restore); rota doctor tells all that is wrong.`,
  )
}

/** SQLite's report of a damaged file as what it is; other errors as they are. */
export function asDamage(error: unknown, file: string): unknown {
  const { errcode, message } = error as { errcode?: number; message?: string }
  return errcode !== undefined && DAMAGE.has(errcode & 0xff) ? damaged(file, [message ?? '']) : error
}

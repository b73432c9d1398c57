import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Clock } from '@rota/core'
import { prepareAll, type RowStatement, rows } from '../statements.ts'
import type { ChunkRow, LineCount } from './chunk.ts'
import { isDamage, isRefusal, openLogs, setAside } from './open-logs.ts'

export interface LogStatements {
  append: Pick<StatementSync, 'run'>
  count: RowStatement<LineCount>
  delete: Pick<StatementSync, 'run'>
  onward: RowStatement<ChunkRow>
}

export interface LogDatabaseOptions {
  file: string
  /** The file grows no further than this. */
  maxFileBytes: number
  clock: Clock
}

/** How a transaction ended: `refused` because of the disk, `failed` for any other reason. */
export type TransactionEnd = 'done' | 'refused' | 'failed'

const VACUUM_PAGES = 2_000

/** The writing connection to the database of logs: opened when first needed, and replaced when it is damaged. */
export class LogDatabase {
  readonly #options: LogDatabaseOptions
  #db: DatabaseSync | null = null
  #sql: LogStatements | null = null
  /** What went wrong last; null when the last transaction was committed. */
  fault: string | null = null
  /** Where the last damaged file was moved to. */
  setAside: string | null = null

  constructor(options: LogDatabaseOptions) {
    this.#options = options
  }

  /** Runs `work` all or nothing; never throws. A damaged file is replaced and `work` run again. */
  transaction(work: (sql: LogStatements) => void): TransactionEnd {
    let error = this.#run(work)
    if (error !== null && isDamage(error)) {
      this.replace()
      error = this.#run(work)
    }
    this.fault = error === null ? null : error.message
    if (error === null) return 'done'
    return isRefusal(error) ? 'refused' : 'failed'
  }

  /** Moves the file away; the next transaction begins a new one. */
  replace(): void {
    this.close()
    try {
      this.setAside = setAside(this.#options.file, this.#options.clock.now())
    } catch (error) {
      this.fault = `The damaged log database cannot be moved away: ${(error as Error).message}`
    }
  }

  /** Gives free pages back to the disk; a few at a time, so that lines need not wait long. */
  shrink(): void {
    try {
      this.#db?.exec(`PRAGMA incremental_vacuum(${VACUUM_PAGES})`)
    } catch {
      // The pages stay in the file, where later lines take them.
    }
  }

  close(): void {
    try {
      this.#db?.close()
    } finally {
      this.#db = null
      this.#sql = null
    }
  }

  #run(work: (sql: LogStatements) => void): Error | null {
    try {
      const sql = this.#open()
      this.#db!.exec('BEGIN IMMEDIATE')
      work(sql)
      this.#db!.exec('COMMIT')
      return null
    } catch (error) {
      this.#rollBack()
      return error instanceof Error ? error : new Error(String(error))
    }
  }

  #rollBack() {
    try {
      if (this.#db?.isTransaction) this.#db.exec('ROLLBACK')
    } catch {
      // A connection that cannot even roll back is given up; the file's journal does the rest.
      this.close()
    }
  }

  #open(): LogStatements {
    if (this.#sql !== null) return this.#sql
    const db = openLogs(this.#options.file)
    this.#db = db
    const { page_size } = db.prepare('PRAGMA page_size').get() as { page_size: number }
    db.exec(`PRAGMA max_page_count = ${Math.ceil(this.#options.maxFileBytes / page_size)}`)
    this.#sql = prepareAll(db, {
      append: 'logs/append-chunk',
      count: rows<LineCount>('logs/count-lines'),
      onward: rows<ChunkRow>('logs/chunks-onward'),
      delete: 'logs/delete-chunks',
    })
    return this.#sql
  }
}

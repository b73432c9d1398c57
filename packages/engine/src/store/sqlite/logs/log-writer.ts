import type { Clock } from '@rota/core'
import type { Batch } from './chunk.ts'
import { insertChunk, mergeSmall, SMALL_BYTES, type SmallChunk } from './chunk-rows.ts'
import { LogDatabase, type LogDatabaseOptions, type LogStatements } from './log-database.ts'

/** What a call has led to, for the thread that gave the lines. */
export interface WriteReport {
  /** Lines given up in this call. */
  dropped: number
  /** Why lines are given up now; null while all is well. */
  fault: string | null
  /** Where a damaged database was moved to in this call. */
  setAside: string | null
}

/** Where an execution's log ends. */
interface End {
  readonly next: number
  /** The last chunks while they are small, of one attempt and without a gap: to be merged into one. */
  readonly small: readonly SmallChunk[]
}

/** Lines that could not be written, still to be marked. They lie at the end of their execution's log. */
interface Loss {
  attempt: number
  lines: number
}

const MERGE_AT = 16
const MOST_ENDS = 20_000
/** While the disk refuses, it is asked again no more often than this. */
const RETRY_MS = 1_000
const REMOVE_AT_ONCE = 100
/** Index of `system` among the streams. */
const SYSTEM = '2'

/** Writes the database of logs, in a thread of its own. Never throws because of the disk. */
export class LogWriter {
  readonly #clock: Clock
  readonly #database: LogDatabase
  /** The last touched stands last. */
  readonly #ends = new Map<string, End>()
  /** Ends as the open transaction will leave them. */
  readonly #touched = new Map<string, End>()
  readonly #losses = new Map<string, Loss>()
  #retryAt = Number.NEGATIVE_INFINITY
  #dropped = 0

  constructor(options: LogDatabaseOptions) {
    this.#clock = options.clock
    this.#database = new LogDatabase(options)
  }

  write(batches: readonly Batch[]): WriteReport {
    const resting = this.#database.fault !== null && this.#clock.monotonic() < this.#retryAt
    if (resting || !this.#writeAll(batches)) this.#lose(batches)
    return this.#report()
  }

  /** How many lines the execution has, lost ones included. */
  count(executionId: string): number {
    let stored = 0
    this.#transaction((sql) => {
      stored = this.#end(sql, executionId).next
    })
    return stored + (this.#losses.get(executionId)?.lines ?? 0)
  }

  remove(executionIds: readonly string[]): WriteReport {
    for (let i = 0; i < executionIds.length; i += REMOVE_AT_ONCE) {
      const ids = executionIds.slice(i, i + REMOVE_AT_ONCE)
      const removed = this.#transaction((sql) => {
        for (const id of ids) sql.delete.run(id, 0)
      })
      if (!removed) break
      for (const id of ids) {
        this.#ends.delete(id)
        this.#losses.delete(id)
      }
      this.#database.shrink()
    }
    return this.#report()
  }

  /** Begins a new database because a reader found this one damaged. */
  replaceDamaged(): WriteReport {
    this.#database.replace()
    this.#forgetChunks()
    return this.#report()
  }

  close(): WriteReport {
    if (this.#losses.size > 0) this.#writeAll([])
    this.#database.close()
    return this.#report()
  }

  #writeAll(batches: readonly Batch[]): boolean {
    const written = this.#transaction((sql) => {
      for (const [id, { attempt, lines }] of this.#losses) this.#mark(sql, id, attempt, lines)
      for (const batch of batches) {
        if (batch.skipped > 0) this.#mark(sql, batch.executionId, batch.attempt, batch.skipped)
        if (batch.ats.length > 0) this.#append(sql, batch)
      }
    })
    if (written) this.#losses.clear()
    return written
  }

  #transaction(work: (sql: LogStatements) => void): boolean {
    const end = this.#database.transaction((sql) => {
      this.#touched.clear()
      if (this.#database.setAside !== null) this.#forgetChunks()
      work(sql)
    })
    if (end === 'done') {
      for (const [id, state] of this.#touched) this.#keep(id, state)
    } else {
      this.#retryAt = this.#clock.monotonic() + RETRY_MS
    }
    // Neither the disk nor the file: a defect here. Begin afresh from what the file says rather than fail for ever.
    if (end === 'failed') {
      this.#ends.clear()
      this.#losses.clear()
    }
    return end === 'done'
  }

  #append(sql: LogStatements, batch: Batch) {
    const { executionId, attempt } = batch
    const { next, small } = this.#end(sql, executionId)
    const bytes = insertChunk(sql, { executionId, attempt, firstNo: next, span: batch.ats.length }, batch)
    const before = small.at(-1)?.attempt === attempt ? small : []
    const after = bytes < SMALL_BYTES ? [...before, { firstNo: next, attempt }] : []
    const merged = after.length < MERGE_AT ? after : mergeSmall(sql, executionId, after[0]!)
    this.#touched.set(executionId, { next: next + batch.ats.length, small: merged })
  }

  /** One line in the place of lost ones. */
  #mark(sql: LogStatements, executionId: string, attempt: number, lost: number) {
    const text = `[${lost} ${lost === 1 ? 'line was' : 'lines were'} not kept: the disk was full or too slow]`
    const { next } = this.#end(sql, executionId)
    const mark = { ats: [this.#clock.now()], streams: SYSTEM, text }
    insertChunk(sql, { executionId, attempt, firstNo: next, span: lost }, mark)
    this.#touched.set(executionId, { next: next + lost, small: [] })
  }

  #lose(batches: readonly Batch[]) {
    for (const { executionId, attempt, skipped, ats } of batches) {
      const before = this.#losses.get(executionId)?.lines ?? 0
      this.#losses.set(executionId, { attempt, lines: before + skipped + ats.length })
      this.#dropped += ats.length
    }
  }

  #end(sql: LogStatements, executionId: string): End {
    const known = this.#touched.get(executionId) ?? this.#ends.get(executionId)
    if (known !== undefined) return known
    const row = sql.count.get(executionId)
    return { next: row?.total ?? 0, small: [] }
  }

  /** A new file has nothing to merge; but the numbers go on where they were, for those who follow. */
  #forgetChunks() {
    for (const [id, { next }] of this.#ends) this.#ends.set(id, { next, small: [] })
  }

  #keep(executionId: string, end: End) {
    this.#ends.delete(executionId)
    this.#ends.set(executionId, end)
    if (this.#ends.size <= MOST_ENDS) return
    const [oldest] = this.#ends.keys()
    this.#ends.delete(oldest!)
  }

  #report(): WriteReport {
    const { fault, setAside } = this.#database
    const report = { dropped: this.#dropped, fault, setAside }
    this.#dropped = 0
    this.#database.setAside = null
    return report
  }
}

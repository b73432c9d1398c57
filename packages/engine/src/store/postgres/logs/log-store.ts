import type { Clock, Timer } from '@rota/core'
import type { LogLine, LogPage, LogQuery, LogStore, LogStoreStatus } from '../../../ports/logs.ts'
import type { Database } from '../database.ts'
import { encodeChunk } from './chunk.ts'
import { type Batch, Gathered } from './gathered.ts'
import { readPage } from './reading.ts'

export interface PostgresLogStoreOptions {
  /** Connections of their own, so that a flood of output does not hold up the duties. */
  db: Database
  clock: Clock
  /** Beyond this many bytes on their way `append` answers false. Default 8 MiB. */
  maxQueuedBytes?: number
  /** Lines wait no longer than this for company. Default 200 ms. */
  gatherMs?: number
  /** Told when lines begin to be dropped, and when that ends. */
  onWarning?: (message: string) => void
}

/** When nobody heeds the back-pressure, lines are dropped beyond this multiple of `maxQueuedBytes`. */
const PATIENCE = 4
const RETRY_MS = 1_000

/**
 * Logs in PostgreSQL, in compressed chunks. One write is under way at a time; what comes meanwhile joins the next. While
 * the database is away lines are kept as far as the queue reaches, then counted as lost in their place.
 */
export function createPostgresLogStore(options: PostgresLogStoreOptions): LogStore {
  return new PostgresLogStore(options)
}

class PostgresLogStore implements LogStore {
  readonly #options: Required<PostgresLogStoreOptions>
  readonly #gathered = new Gathered()
  /** What is being written, or was refused and waits for its next try. */
  #unwritten: Batch[] = []
  #timer: Timer | null = null
  #writing: Promise<void> | null = null
  #queuedBytes = 0
  #dropped = 0
  #fault: string | null = null
  #closed = false
  #waiting: (() => void)[] = []
  /** Who asks for the length of a log; `before`: what it was before the first lines written since. */
  readonly #questions = new Set<{ executionId: string; before: number | null }>()

  constructor(options: PostgresLogStoreOptions) {
    this.#options = { maxQueuedBytes: 8 * 1024 * 1024, gatherMs: 200, onWarning: () => {}, ...options }
  }

  append(executionId: string, attempt: number, lines: readonly LogLine[]): boolean {
    if (lines.length === 0) return !this.#isBehind()
    if (this.#closed || this.#queuedBytes > this.#options.maxQueuedBytes * PATIENCE) {
      this.#dropped += lines.length
      if (!this.#closed) this.#gathered.skip(executionId, attempt, lines.length)
      return false
    }
    this.#queuedBytes += this.#gathered.add(executionId, attempt, lines)
    this.#timer ??= this.#options.clock.after(this.#options.gatherMs, () => void this.#write())
    return !this.#isBehind()
  }

  async drained(): Promise<void> {
    if (this.#isBehind()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async flush(executionId: string): Promise<number> {
    // What comes from now on goes into other batches and is not counted, however long this takes.
    this.#unwritten.push(...this.#gathered.take())
    const last = this.#unwritten.findLast((batch) => batch.executionId === executionId)
    if (last === undefined) return this.#countNow(executionId)
    await this.#writeAll()
    if (last.end !== null) return last.end
    const waiting = this.#unwritten.slice(0, this.#unwritten.indexOf(last) + 1)
    const own = waiting.filter((batch) => batch.executionId === executionId)
    const pending = own.reduce((sum, batch) => sum + batch.skipped + batch.lines.length, 0)
    return pending + (await this.#count(executionId))
  }

  /** Lines of an execution of which none is on its way; not counted are those that are written while we ask. */
  async #countNow(executionId: string): Promise<number> {
    const question: { executionId: string; before: number | null } = { executionId, before: null }
    this.#questions.add(question)
    const total = await this.#count(executionId)
    this.#questions.delete(question)
    return question.before ?? total
  }

  async #count(executionId: string): Promise<number> {
    try {
      const [count] = await this.#options.db.run<{ total: number | null }>('logs/count-lines', [[executionId]])
      return count?.total ?? 0
    } catch {
      return 0
    }
  }

  async read(executionId: string, query: LogQuery): Promise<LogPage> {
    if (this.#queuedBytes > 0) await this.#writeAll()
    return readPage(this.#options.db, executionId, query)
  }

  async remove(executionIds: readonly string[]): Promise<void> {
    if (executionIds.length === 0) return
    await this.#writeAll()
    await this.#options.db.run('logs/delete-logs', [executionIds])
  }

  status(): LogStoreStatus {
    return { queuedBytes: this.#queuedBytes, droppedLines: this.#dropped, fault: this.#fault }
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#writeAll()
    this.#timer?.cancel()
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #isBehind(): boolean {
    return this.#queuedBytes > this.#options.maxQueuedBytes
  }

  /** Resolves when there was one try to write everything appended before the call. */
  async #writeAll() {
    await this.#writing
    await this.#write()
  }

  #write(): Promise<void> {
    this.#timer?.cancel()
    this.#timer = null
    this.#writing ??= this.#writeOnce().finally(() => {
      this.#writing = null
      const { clock, gatherMs } = this.#options
      const pauseMs = this.#fault === null ? gatherMs : RETRY_MS
      const idle = this.#closed || (this.#unwritten.length === 0 && this.#gathered.isEmpty)
      if (!idle) this.#timer ??= clock.after(pauseMs, () => void this.#write())
    })
    return this.#writing
  }

  async #writeOnce() {
    this.#unwritten.push(...this.#gathered.take())
    if (this.#unwritten.length === 0) return
    const batches = [...this.#unwritten]
    try {
      await this.#insert(batches)
    } catch (error) {
      this.#failed((error as Error).message)
      return
    }
    if (this.#fault !== null) this.#options.onWarning(`Output is kept again; ${this.#dropped} lines were not.`)
    this.#fault = null
    this.#unwritten = this.#unwritten.slice(batches.length)
    this.#queuedBytes -= batches.reduce((sum, batch) => sum + batch.bytes, 0)
    if (this.#queuedBytes > this.#options.maxQueuedBytes / 2) return
    for (const resolve of this.#waiting.splice(0)) resolve()
  }

  #failed(fault: string) {
    if (this.#fault === null) this.#options.onWarning(`Output is not being kept: ${fault}`)
    this.#fault = fault
  }

  /** Numbers go on where the log ends, whoever wrote the attempt before. */
  async #insert(batches: readonly Batch[]) {
    const { db, clock } = this.#options
    const bodies = await Promise.all(batches.map((batch) => (batch.lines.length > 0 ? encodeChunk(batch.lines) : null)))
    const marks = await Promise.all(batches.map((batch) => (batch.skipped > 0 ? this.#mark(batch) : null)))
    const reached: number[] = []
    await db.transaction(async (tx) => {
      const ids = [...new Set(batches.map((batch) => batch.executionId))]
      const ends = await tx.run<{ id: string; total: number | null }>('logs/count-lines', [ids])
      const next = new Map(ends.map((row) => [row.id, row.total ?? 0]))
      const chunks: unknown[][] = []
      for (const [i, { executionId, attempt, skipped, lines }] of batches.entries()) {
        for (const [span, chunk] of [[skipped, marks[i]] as const, [lines.length, bodies[i]] as const]) {
          if (!chunk) continue
          const no = next.get(executionId)!
          next.set(executionId, no + span)
          const { streams, raw_bytes, codec, body } = chunk
          chunks.push([executionId, no, span, attempt, streams, raw_bytes, codec, body])
        }
        reached[i] = next.get(executionId)!
      }
      const columns = [0, 1, 2, 3, 4, 5, 6, 7].map((column) => chunks.map((chunk) => chunk[column]))
      await tx.run('logs/append-chunks', [...columns, clock.now()])
    })
    for (const [i, batch] of batches.entries()) {
      batch.end = reached[i]!
      const before = batch.end - batch.lines.length - batch.skipped
      for (const question of this.#questions) {
        if (question.executionId === batch.executionId) question.before ??= before
      }
    }
  }

  /** One line in the place of lost ones. */
  #mark({ skipped }: Batch) {
    const text = `[${skipped} ${skipped === 1 ? 'line was' : 'lines were'} not kept: the database was away or too slow]`
    return encodeChunk([{ at: this.#options.clock.now(), stream: 'system', text }])
  }
}

import { existsSync } from 'node:fs'
import { type Clock, systemClock, type Timer } from '@rota/core'
import {
  type LogLine,
  type LogPage,
  type LogQuery,
  type LogStore,
  type LogStoreStatus,
  type NumberedLine,
  wantedLines,
} from '../../../ports/logs.ts'
import { Thread } from '../thread.ts'
import { Gatherer } from './gatherer.ts'
import type { ReadStep } from './log-reader.ts'
import type { WriteReport } from './log-writer.ts'
import { isDamage } from './open-logs.ts'
import type { ReaderApi } from './reader-thread.ts'
import type { WriterApi } from './writer-thread.ts'

export interface SqliteLogStoreOptions {
  /** The database file, e.g. `logs.db` beside the main one; made when the first line is written. */
  file: string
  /** Beyond this many bytes on their way to the disk `append` answers false. Default 4 MiB. */
  maxQueuedBytes?: number
  /** The file grows no further than this; then it is as if the disk were full. Default 64 GiB. */
  maxFileBytes?: number
  /** Lines wait no longer than this for company before they are written. Default 200 ms. */
  gatherMs?: number
  clock?: Clock
  /** Told when lines begin to be dropped, when that ends, and when a damaged file was set aside. */
  onWarning?: (message: string) => void
}

/** Full batches of this size go to the writer at once. */
const SEND_AT_BYTES = 256 * 1024
/** When nobody heeds the back-pressure, lines are dropped beyond this multiple of `maxQueuedBytes`. */
const PATIENCE = 4
const ANSWER_CHARACTERS = 4 * 1024 * 1024

/**
 * Logs in a SQLite file of their own. Compressing, writing and searching happen in two threads, which begin with the
 * first line and the first read: a flood of output costs the engine's loop the passing on of strings, and an execution
 * without output nothing.
 */
export function createSqliteLogStore(options: SqliteLogStoreOptions): LogStore {
  return new SqliteLogStore(options)
}

class SqliteLogStore implements LogStore {
  readonly #file: string
  readonly #options: Required<Omit<SqliteLogStoreOptions, 'file'>>
  readonly #gatherer = new Gatherer()
  #writer: Thread<WriterApi> | null = null
  #reader: Thread<ReaderApi> | null = null
  #timer: Timer | null = null
  #queuedBytes = 0
  #dropped = 0
  #fault: string | null = null
  #waiting: (() => void)[] = []
  #closing: Promise<void> | null = null

  constructor({ file, ...options }: SqliteLogStoreOptions) {
    this.#file = file
    this.#options = {
      maxQueuedBytes: 4 * 1024 * 1024,
      maxFileBytes: 64 * 1024 ** 3,
      gatherMs: 200,
      clock: systemClock,
      onWarning: () => {},
      ...options,
    }
  }

  append(executionId: string, attempt: number, lines: readonly LogLine[]): boolean {
    if (lines.length === 0) return !this.#isBehind()
    if (this.#closing !== null || this.#queuedBytes > this.#options.maxQueuedBytes * PATIENCE) {
      this.#dropped += lines.length
      if (this.#closing === null) this.#gatherer.skip(executionId, attempt, lines.length)
      return false
    }
    this.#queuedBytes += this.#gatherer.add(executionId, attempt, lines)
    if (this.#gatherer.fullBytes >= SEND_AT_BYTES) this.#send()
    else this.#timer ??= this.#options.clock.after(this.#options.gatherMs, () => this.#send())
    return !this.#isBehind()
  }

  async drained(): Promise<void> {
    if (this.#isBehind()) await new Promise<void>((resolve) => this.#waiting.push(resolve))
  }

  async flush(executionId: string): Promise<number> {
    this.#send()
    if (this.#writer === null && !existsSync(this.#file)) return 0
    return this.#ask(this.#openWriter().call('count', executionId), 0)
  }

  async read(executionId: string, query: LogQuery): Promise<LogPage> {
    if (this.#queuedBytes > 0) await this.flush(executionId)
    if (!existsSync(this.#file)) return { lines: [], total: 0, next: null }
    try {
      return await this.#read(executionId, query)
    } catch (error) {
      if (!isDamage(error)) throw error
      await this.#replaceDamaged()
      return { lines: [], total: 0, next: null }
    }
  }

  async remove(executionIds: readonly string[]): Promise<void> {
    this.#send()
    if (executionIds.length === 0 || (this.#writer === null && !existsSync(this.#file))) return
    await this.#report(this.#openWriter().call('remove', [...executionIds]), 0)
  }

  status(): LogStoreStatus {
    return { queuedBytes: this.#queuedBytes, droppedLines: this.#dropped, fault: this.#fault }
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close() {
    this.#send()
    if (this.#writer?.isAtRest === false) await this.#report(this.#writer.call('close', undefined as never), 0)
    if (this.#reader?.isAtRest === false) await this.#ask(this.#reader.call('close', undefined as never), undefined)
    await Promise.all([this.#writer?.end(), this.#reader?.end()])
  }

  #isBehind(): boolean {
    return this.#queuedBytes > this.#options.maxQueuedBytes
  }

  #send() {
    this.#timer?.cancel()
    this.#timer = null
    if (this.#gatherer.isEmpty) return
    const batches = this.#gatherer.take()
    const lines = batches.reduce((sum, batch) => sum + batch.ats.length, 0)
    const bytes = batches.reduce((sum, batch) => sum + batch.bytes, 0)
    void this.#report(this.#openWriter().call('write', batches), lines).then(() => {
      this.#queuedBytes -= bytes
      if (this.#queuedBytes > this.#options.maxQueuedBytes / 2) return
      for (const resolve of this.#waiting.splice(0)) resolve()
    })
  }

  /** Takes in what the writer reports. When its thread died, `linesAtStake` are gone. */
  async #report(answer: Promise<WriteReport>, linesAtStake: number) {
    const lost = { dropped: linesAtStake, fault: null, setAside: null }
    const { dropped, fault, setAside } = await this.#ask(answer, lost)
    const { onWarning } = this.#options
    this.#dropped += dropped
    if (fault !== null && this.#fault === null) onWarning(`Output is not being kept: ${fault}.`)
    if (fault === null && this.#fault !== null) onWarning(`Output is kept again; ${this.#dropped} lines were not.`)
    this.#fault = fault
    if (setAside === null) return
    onWarning(`The database of logs was damaged and a new one was begun. The old one is ${setAside}.`)
    await this.#reader?.call('close', undefined as never)
  }

  async #ask<T>(answer: Promise<T>, otherwise: T): Promise<T> {
    try {
      return await answer
    } catch (error) {
      this.#options.onWarning(`The thread that keeps the logs failed: ${(error as Error).message}`)
      return otherwise
    }
  }

  async #read(executionId: string, query: LogQuery): Promise<LogPage> {
    const wanted = wantedLines(query)
    const lines: NumberedLine[] = []
    let resumeAt: number | null = null
    let characters = 0
    for (;;) {
      const left = { ...query, [query.tail === undefined ? 'limit' : 'tail']: wanted - lines.length }
      const step: ReadStep = await this.#openReader().call('read', { executionId, query: left, resumeAt })
      if (query.tail === undefined) lines.push(...step.lines)
      else lines.unshift(...step.lines)
      characters += step.lines.reduce((sum, line) => sum + line.text.length, 0)
      const done = step.full || step.next === null || lines.length >= wanted || characters >= ANSWER_CHARACTERS
      if (done) return { lines, total: step.total, next: query.tail === undefined ? step.next : null }
      resumeAt = step.next
    }
  }

  async #replaceDamaged() {
    await this.#reader?.call('close', undefined as never)
    await this.#report(this.#openWriter().call('replaceDamaged', undefined as never), 0)
  }

  #openWriter(): Thread<WriterApi> {
    if (this.#writer === null || (this.#writer.isDead && this.#closing === null)) {
      const { maxFileBytes } = this.#options
      const data = { file: this.#file, maxFileBytes }
      // While the disk refuses, the writer alone knows what is missing.
      const mayRest = () => this.#fault === null
      this.#writer = new Thread('./writer-thread', import.meta.url, data, { mayRest })
    }
    return this.#writer
  }

  #openReader(): Thread<ReaderApi> {
    if (this.#reader === null || this.#reader.isDead) {
      this.#reader = new Thread('./reader-thread', import.meta.url, { file: this.#file })
    }
    return this.#reader
  }
}

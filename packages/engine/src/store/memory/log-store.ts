import {
  type LogLine,
  type LogPage,
  type LogQuery,
  type LogStore,
  lineTest,
  type NumberedLine,
  wantedLines,
} from '../../ports/logs.ts'

export interface MemoryLogStoreOptions {
  /** What all logs together may take; the longest untouched ones go first. Default 64 MiB. */
  maxBytes?: number
}

interface Log {
  lines: NumberedLine[]
  total: number
  bytes: number
}

const MOST_GONE = 20_000
/** What a line takes beside its text. */
const LINE_BYTES = 80

/** Logs in the memory of the process: for the library, and for tests. */
export function createMemoryLogStore({ maxBytes = 64 * 1024 * 1024 }: MemoryLogStoreOptions = {}): LogStore {
  return new MemoryLogStore(maxBytes)
}

class MemoryLogStore implements LogStore {
  /** The last appended to stands last. */
  readonly #logs = new Map<string, Log>()
  /** Line counts of logs that had to go, so that the numbers of running executions go on. */
  readonly #gone = new Map<string, number>()
  readonly #maxBytes: number
  #bytes = 0
  #dropped = 0
  #closed = false

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  append(executionId: string, attempt: number, lines: readonly LogLine[]): boolean {
    if (lines.length === 0) return true
    if (this.#closed) {
      this.#dropped += lines.length
      return true
    }
    const log = this.#logs.get(executionId) ?? { lines: [], total: this.#gone.get(executionId) ?? 0, bytes: 0 }
    this.#gone.delete(executionId)
    this.#logs.delete(executionId)
    this.#logs.set(executionId, log)
    for (const { at, stream, text } of lines) {
      log.lines.push({ no: log.total++, attempt, at, stream, text })
      this.#grow(log, LINE_BYTES + text.length)
    }
    this.#makeRoom(log)
    return true
  }

  async drained(): Promise<void> {}

  async flush(executionId: string): Promise<number> {
    return this.#logs.get(executionId)?.total ?? this.#gone.get(executionId) ?? 0
  }

  async read(executionId: string, query: LogQuery): Promise<LogPage> {
    const log = this.#logs.get(executionId)
    if (log === undefined) return { lines: [], total: this.#gone.get(executionId) ?? 0, next: null }
    const test = lineTest(query)
    const wanted = wantedLines(query)
    if (query.tail !== undefined) {
      const matching = test === null ? log.lines : log.lines.filter(test)
      return { lines: matching.slice(-wanted), total: log.total, next: null }
    }
    const firstNo = log.lines[0]?.no ?? 0
    const begin = Math.max((query.from ?? 0) - firstNo, 0)
    const lines: NumberedLine[] = []
    for (let i = begin; i < log.lines.length; i++) {
      const line = log.lines[i]!
      if (lines.length === wanted) return { lines, total: log.total, next: line.no }
      if (test === null || test(line)) lines.push(line)
    }
    return { lines, total: log.total, next: null }
  }

  async remove(executionIds: readonly string[]): Promise<void> {
    for (const id of executionIds) {
      this.#forget(id)
      this.#gone.delete(id)
    }
  }

  status() {
    return { queuedBytes: 0, droppedLines: this.#dropped, fault: null }
  }

  async close(): Promise<void> {
    this.#closed = true
  }

  #grow(log: Log, bytes: number) {
    log.bytes += bytes
    this.#bytes += bytes
  }

  #forget(id: string) {
    this.#bytes -= this.#logs.get(id)?.bytes ?? 0
    this.#logs.delete(id)
  }

  /** Lets go of other logs, and when none is left of this one's oldest lines. */
  #makeRoom(current: Log) {
    for (const [id, log] of this.#logs) {
      if (this.#bytes <= this.#maxBytes) return
      if (log === current) continue
      this.#forget(id)
      this.#gone.set(id, log.total)
      this.#dropped += log.lines.length
      const [oldest] = this.#gone.keys()
      if (this.#gone.size > MOST_GONE) this.#gone.delete(oldest!)
    }
    if (this.#bytes <= this.#maxBytes) return
    // A quarter at a time: cutting line by line would move the array for each.
    let cut = 0
    while (cut < current.lines.length && this.#bytes > this.#maxBytes * 0.75) {
      this.#grow(current, -(LINE_BYTES + current.lines[cut]!.text.length))
      cut++
    }
    current.lines.splice(0, cut)
    this.#dropped += cut
  }
}

import type { LogLine } from '../../../ports/logs.ts'

/** Consecutive lines of one attempt, on their way to the database. */
export interface Batch {
  executionId: string
  attempt: number
  /** Lines given up before these. */
  skipped: number
  lines: LogLine[]
  bytes: number
  /** The number of the line that follows these, once they are written. */
  end: number | null
}

/** A batch is closed at this size: large enough to compress well, small enough to find a line in quickly. */
const FULL_BYTES = 64 * 1024
/** What a line takes beside its text. */
const LINE_BYTES = 24

/** Lines in the order in which they came, gathered by execution and attempt. */
export class Gathered {
  readonly #open = new Map<string, Batch>()
  #closed: Batch[] = []

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#closed.length === 0
  }

  /** Answers the bytes they take. */
  add(executionId: string, attempt: number, lines: readonly LogLine[]): number {
    let added = 0
    for (const line of lines) {
      const batch = this.#batch(executionId, attempt)
      const bytes = LINE_BYTES + line.text.length
      batch.lines.push(line)
      batch.bytes += bytes
      added += bytes
      if (batch.bytes >= FULL_BYTES) this.#close(batch)
    }
    return added
  }

  /** Counts lines that are not kept, so that the numbers of later ones stay true. */
  skip(executionId: string, attempt: number, lines: number): void {
    const open = this.#open.get(executionId)
    if (open !== undefined && open.lines.length > 0) this.#close(open)
    this.#batch(executionId, attempt).skipped += lines
  }

  /** Hands over all batches, oldest first. */
  take(): Batch[] {
    for (const batch of [...this.#open.values()]) this.#close(batch)
    return this.#closed.splice(0)
  }

  #batch(executionId: string, attempt: number): Batch {
    const open = this.#open.get(executionId)
    if (open?.attempt === attempt) return open
    if (open !== undefined) this.#close(open)
    const batch: Batch = { executionId, attempt, skipped: 0, lines: [], bytes: 0, end: null }
    this.#open.set(executionId, batch)
    return batch
  }

  #close(batch: Batch) {
    this.#open.delete(batch.executionId)
    this.#closed.push(batch)
  }
}

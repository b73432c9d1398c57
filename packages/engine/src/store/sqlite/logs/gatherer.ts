import type { LogLine } from '../../../ports/logs.ts'
import { type Batch, STREAMS } from './chunk.ts'

/** A batch is closed at this size: large enough to compress well, small enough to find a line in quickly. */
const FULL_BYTES = 64 * 1024
/** What a line takes beside its text. */
const LINE_BYTES = 24

interface Open {
  executionId: string
  attempt: number
  skipped: number
  ats: number[]
  streams: string
  texts: string[]
  bytes: number
}

/** Gathers lines into batches, one execution and attempt each. */
export class Gatherer {
  readonly #open = new Map<string, Open>()
  #closed: Batch[] = []
  /** Bytes in batches that are full. */
  fullBytes = 0

  get isEmpty(): boolean {
    return this.#open.size === 0 && this.#closed.length === 0
  }

  /** Answers the bytes they take. */
  add(executionId: string, attempt: number, lines: readonly LogLine[]): number {
    let added = 0
    for (const { at, stream, text } of lines) {
      const open = this.#batch(executionId, attempt)
      const bytes = LINE_BYTES + text.length
      open.ats.push(at)
      open.streams += STREAMS.indexOf(stream)
      // Line feeds divide the texts of a chunk.
      open.texts.push(text.includes('\n') ? text.replaceAll('\n', ' ') : text)
      open.bytes += bytes
      added += bytes
      if (open.bytes >= FULL_BYTES) this.#close(open)
    }
    return added
  }

  /** Counts lines that are not kept, so that the numbers of later ones stay true. */
  skip(executionId: string, attempt: number, lines: number): void {
    const open = this.#open.get(executionId)
    if (open !== undefined && open.ats.length > 0) this.#close(open)
    this.#batch(executionId, attempt).skipped += lines
  }

  /** Hands over all batches, oldest first. */
  take(): Batch[] {
    for (const open of [...this.#open.values()]) this.#close(open)
    const batches = this.#closed
    this.#closed = []
    this.fullBytes = 0
    return batches
  }

  #batch(executionId: string, attempt: number): Open {
    const open = this.#open.get(executionId)
    if (open?.attempt === attempt) return open
    if (open !== undefined) this.#close(open)
    const fresh: Open = { executionId, attempt, skipped: 0, ats: [], streams: '', texts: [], bytes: 0 }
    this.#open.set(executionId, fresh)
    return fresh
  }

  #close({ texts, ...batch }: Open) {
    this.#open.delete(batch.executionId)
    this.#closed.push({ ...batch, text: texts.join('\n') })
    this.fullBytes += batch.bytes
  }
}

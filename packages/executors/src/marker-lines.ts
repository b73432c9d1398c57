import type { Clock, Json, Timer } from '@rota/core'
import { parseResult } from './json-result.ts'

/** `::result:: {"rows": 3}`; spaces around the word and its case do not matter. */
const RESULT = /^\s*::\s*result\s*::\s*(.*?)\s*$/is
/** `::progress:: 42` or `::progress:: 42.5% copying files`. */
const PROGRESS = /^\s*::\s*progress\s*::\s*(\d{1,3}(?:\.\d+)?)\s*%?(?:\s+(.*?))?\s*$/is

/** Progress is passed on at most this often; the last report is never lost. */
const PROGRESS_INTERVAL_MS = 100
const LONGEST_MESSAGE = 500

const COLON = 0x3a
const NEWLINE = 0x0a
const MARKER = Buffer.from('::')

export interface MarkerOptions {
  clock: Clock
  maxResultBytes: number
  onProgress(percent: number, message: string | null): void
  /** Told in one sentence when a result line cannot be used. */
  onProblem(text: string): void
}

/**
 * Finds the lines on standard output by which a program reports its result and its progress:
 * `::result:: JSON` (the last one counts) and `::progress:: PERCENT [MESSAGE]`. They also stay in the log.
 */
export class MarkerLines {
  readonly #options: MarkerOptions
  #result: Json = null
  #lastReportedAt = Number.NEGATIVE_INFINITY
  #waiting: { percent: number; message: string | null } | null = null
  #timer: Timer | null = null
  #partial: Buffer = Buffer.alloc(0)
  #isPartialTooLong = false

  constructor(options: MarkerOptions) {
    this.#options = options
  }

  /** The last usable result so far, or null. */
  get result(): Json {
    return this.#result
  }

  /** Looks at one whole line. */
  read(line: string): void {
    if (!line.includes('::')) return
    const progress = PROGRESS.exec(line)
    if (progress) {
      const percent = Math.min(100, Number(progress[1]))
      this.#report(percent, progress[2] ? progress[2].slice(0, LONGEST_MESSAGE) : null)
      return
    }
    const result = RESULT.exec(line)
    if (!result) return
    const reading = parseResult(result[1]!, this.#options.maxResultBytes)
    if ('value' in reading) this.#result = reading.value
    else this.#options.onProblem(`The ::result:: line was ignored: it ${reading.problem}.`)
  }

  /**
   * Looks at raw bytes, when output is no longer cut into lines: only lines that start with `::` are decoded, so a
   * flood costs one search per chunk.
   */
  readBytes(chunk: Buffer): void {
    let lineFrom = 0
    if (this.#partial.length > 0 || this.#isPartialTooLong) {
      const end = chunk.indexOf(NEWLINE)
      if (end === -1) {
        this.#keepPartial(chunk)
        return
      }
      if (!this.#isPartialTooLong) this.read(Buffer.concat([this.#partial, chunk.subarray(0, end)]).toString())
      lineFrom = end + 1
      this.#partial = Buffer.alloc(0)
      this.#isPartialTooLong = false
    }
    const lastNewline = chunk.lastIndexOf(NEWLINE)
    for (let at = chunk.indexOf(MARKER, lineFrom); at !== -1 && at < lastNewline; ) {
      const from = chunk.lastIndexOf(NEWLINE, at) + 1
      const to = chunk.indexOf(NEWLINE, at)
      if (startsWithMarker(chunk, Math.max(from, lineFrom))) this.read(chunk.toString('utf8', from, to))
      at = chunk.indexOf(MARKER, to)
    }
    this.#keepPartial(chunk.subarray(Math.max(lineFrom, lastNewline + 1)))
  }

  /** Reads an unfinished last line and passes on a report that is still held back. */
  end(): void {
    if (this.#partial.length > 0 && !this.#isPartialTooLong) this.read(this.#partial.toString())
    this.#flush()
  }

  #keepPartial(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isPartialTooLong) return
    // Room for the keyword beside the largest result.
    const tooLong = this.#partial.length + bytes.length > this.#options.maxResultBytes + 1024
    const couldBeMarker = this.#partial.length > 0 || startsWithMarker(bytes, 0)
    if (tooLong || !couldBeMarker) {
      this.#isPartialTooLong = true
      this.#partial = Buffer.alloc(0)
    } else this.#partial = Buffer.concat([this.#partial, bytes])
  }

  #report(percent: number, message: string | null): void {
    this.#waiting = { percent, message }
    if (this.#timer) return
    const waitMs = this.#lastReportedAt + PROGRESS_INTERVAL_MS - this.#options.clock.monotonic()
    if (waitMs <= 0) this.#flush()
    else this.#timer = this.#options.clock.after(waitMs, () => this.#flush())
  }

  #flush(): void {
    this.#timer?.cancel()
    this.#timer = null
    if (!this.#waiting) return
    const { percent, message } = this.#waiting
    this.#waiting = null
    this.#lastReportedAt = this.#options.clock.monotonic()
    this.#options.onProgress(percent, message)
  }
}

/** True when the line at `from` starts, after blanks, with a colon (a second one may not have arrived yet). */
function startsWithMarker(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (byte === COLON) return true
    if (byte !== 0x20 && byte !== 0x09) return false
  }
  return true
}

import { type Clock, type Json, say, type Timer } from '@rota/core'
import { parseResult } from './json-result.ts'
import { LONGEST_LINE } from './line-splitter.ts'
import { readMarker, readProgress } from './marker-line.ts'

/** Progress is passed on at most this often; the last report is never lost. */
const PROGRESS_INTERVAL_MS = 100
/** Characters of a progress message that are kept. */
const LONGEST_MESSAGE = 500
/** Room for the keyword beside the largest result. */
const HEAD_BYTES = 1_024
/** A longer line comes in pieces, of which a surrogate pair may have shortened the first. */
const SHORTEST_PIECE = LONGEST_LINE - 1

const COLON = 0x3a
const NEWLINE = 0x0a
const MARKER = Buffer.from('::')

export interface MarkerOptions {
  clock: Clock
  maxResultBytes: number
  onProgress(percent: number, message: string | null): void
  /** Told in one sentence when a marked line cannot be used whole. */
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
  /** Holds a line whose end has not come, when it may be a marked one, in its first bytes. */
  #partial: Buffer = Buffer.alloc(0)
  #partialBytes = 0
  #isPartialIgnored = false
  #hasToldOfCut = false

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
    const marker = readMarker(line)
    if (marker?.word === 'progress') this.#readProgress(marker.rest)
    else if (marker?.word === 'result') this.#readResult(line, marker.rest)
  }

  /**
   * Looks at raw bytes, when output is no longer cut into lines: only lines that start with `::` are decoded, so a
   * flood costs one search per chunk.
   */
  readBytes(chunk: Buffer): void {
    let lineFrom = 0
    if (this.#partialBytes > 0 || this.#isPartialIgnored) {
      const end = chunk.indexOf(NEWLINE)
      if (end === -1) {
        this.#keepPartial(chunk)
        return
      }
      this.#keepPartial(chunk.subarray(0, end))
      this.#readPartial()
      lineFrom = end + 1
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
    this.#readPartial()
    this.#flush()
  }

  #readProgress(rest: string): void {
    const progress = readProgress(rest)
    if (!progress) return
    const message = progress.message.slice(0, LONGEST_MESSAGE).toWellFormed()
    this.#report(Math.min(100, progress.percent), message === '' ? null : message)
    if (progress.message.length <= LONGEST_MESSAGE || this.#hasToldOfCut) return
    // Once a run: a program that does it does it often.
    this.#hasToldOfCut = true
    this.#options.onProblem(say`The message of a ::progress:: line was cut to ${LONGEST_MESSAGE} characters.`)
  }

  #readResult(line: string, rest: string): void {
    const reading = parseResult(rest, this.#options.maxResultBytes)
    if ('value' in reading) this.#result = reading.value
    else if (line.length >= SHORTEST_PIECE) this.#tellOfLongResult()
    else this.#options.onProblem(say`The ::result:: line was ignored: it ${reading.problem}.`)
  }

  #tellOfLongResult(): void {
    this.#options.onProblem(
      say`The ::result:: line was ignored: a result may have ${this.#options.maxResultBytes} bytes and its line ${LONGEST_LINE} characters.`,
    )
  }

  #keepPartial(bytes: Buffer): void {
    if (bytes.length === 0 || this.#isPartialIgnored) return
    const couldBeMarker = this.#partialBytes > 0 || startsWithMarker(bytes, 0)
    if (couldBeMarker && this.#partialBytes + bytes.length <= this.#options.maxResultBytes + HEAD_BYTES) {
      this.#addToPartial(bytes)
      return
    }
    const held = this.#partial.subarray(0, this.#partialBytes)
    const head = couldBeMarker ? Buffer.concat([held, bytes.subarray(0, HEAD_BYTES)]).toString() : ''
    const marker = readMarker(head)
    if (marker?.word === 'result') this.#tellOfLongResult()
    else if (marker?.word === 'progress') this.#readProgress(marker.rest)
    this.#forgetPartial()
    this.#isPartialIgnored = true
  }

  /** Copies: the chunk's memory is given back. Room is doubled, so that many small chunks are not copied often. */
  #addToPartial(bytes: Buffer): void {
    const needed = this.#partialBytes + bytes.length
    if (needed > this.#partial.length) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#partial.length))
      this.#partial.copy(larger, 0, 0, this.#partialBytes)
      this.#partial = larger
    }
    bytes.copy(this.#partial, this.#partialBytes)
    this.#partialBytes = needed
  }

  /** The line under way has ended. */
  #readPartial(): void {
    if (this.#partialBytes > 0) this.read(this.#partial.toString('utf8', 0, this.#partialBytes))
    this.#forgetPartial()
  }

  #forgetPartial(): void {
    this.#partial = Buffer.alloc(0)
    this.#partialBytes = 0
    this.#isPartialIgnored = false
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

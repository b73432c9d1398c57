import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs'
import type { LogLine, LogStream } from '@rota/core'

const NEWLINE = 0x0a
const READ_BYTES = 65_536

/** Lines in a file, which are added at its end and read from its beginning. */
export class SpoolFile {
  readonly #path: string
  readonly #fd: number
  /** Bytes that were written. */
  bytes = 0
  /** Lines that were not read yet, and the bytes of their texts. */
  lines = 0
  textBytes = 0
  #readAt = 0
  #buffer: Buffer = Buffer.alloc(0)

  constructor(path: string) {
    this.#path = path
    this.#fd = openSync(path, 'wx+', 0o600)
  }

  /** Throws what the disk says. */
  add(record: Buffer, textBytes: number): void {
    writeSync(this.#fd, record, 0, record.length, this.bytes)
    this.bytes += record.length
    this.lines++
    this.textBytes += textBytes
  }

  /** The next line; undefined when all are read. */
  next(): LogLine | undefined {
    if (this.lines === 0) return undefined
    let end = this.#buffer.indexOf(NEWLINE)
    while (end < 0) {
      const chunk = Buffer.alloc(READ_BYTES)
      const count = readSync(this.#fd, chunk, 0, READ_BYTES, this.#readAt)
      if (count === 0) throw new Error(`${this.#path} is shorter than it was`)
      this.#readAt += count
      const before = this.#buffer.length
      this.#buffer = Buffer.concat([this.#buffer, chunk.subarray(0, count)])
      const found = this.#buffer.subarray(before).indexOf(NEWLINE)
      end = found < 0 ? -1 : before + found
    }
    const [at, stream, text] = JSON.parse(this.#buffer.toString('utf8', 0, end)) as [number, LogStream, string]
    this.#buffer = this.#buffer.subarray(end + 1)
    this.lines--
    this.textBytes -= Buffer.byteLength(text)
    return { at, stream, text }
  }

  remove(): void {
    closeSync(this.#fd)
    rmSync(this.#path, { force: true })
  }
}

/** A line as it stands in the file. */
export function recordOf({ at, stream, text }: LogLine): Buffer {
  return Buffer.from(`${JSON.stringify([at, stream, text])}\n`)
}

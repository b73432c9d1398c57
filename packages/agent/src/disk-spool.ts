import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { LogLine } from '@rota/core'
import { costOf, cutMark, type Spool, type Spools } from '@rota/node-side'
import { recordOf, SpoolFile } from './spool-file.ts'

export interface DiskSpoolOptions {
  folder: string
  /** Bytes of one attempt. */
  maxBytes: number
  /** Bytes of all attempts. */
  maxTotalBytes: number
}

/**
 * Spools in files. Of an attempt the first half of its bytes stays as it comes; what follows goes by turns into two files
 * of a quarter each, the older of which goes when both are full. What an earlier process left is removed.
 */
export class DiskSpools implements Spools {
  readonly options: DiskSpoolOptions
  /** Bytes of all files there are. */
  used = 0
  #count = 0

  constructor(options: DiskSpoolOptions) {
    this.options = options
    rmSync(options.folder, { recursive: true, force: true })
    mkdirSync(options.folder, { recursive: true, mode: 0o700 })
  }

  open(): Spool {
    return new DiskSpool(this)
  }

  file(): SpoolFile {
    return new SpoolFile(join(this.options.folder, `${++this.#count}.jsonl`))
  }
}

class DiskSpool implements Spool {
  readonly #spools: DiskSpools
  #head: SpoolFile | null = null
  /** The older first. */
  #tail: SpoolFile[] = []
  #isHeadFull = false
  #droppedLines = 0
  #lastAt = 0
  #peeked: LogLine | null = null
  #isCutTold = true
  droppedBytes = 0

  constructor(spools: DiskSpools) {
    this.#spools = spools
  }

  get isEmpty(): boolean {
    const isRead = (this.#head?.lines ?? 0) === 0 && this.#tail.every(({ lines }) => lines === 0)
    return isRead && this.#peeked === null && this.#isCutTold
  }

  add(lines: readonly LogLine[]): void {
    for (const line of lines) this.#addOne(line)
  }

  take(mostChars: number): LogLine[] {
    const taken: LogLine[] = []
    for (let chars = 0; ; ) {
      const line = this.#peeked ?? this.#next()
      this.#peeked = null
      if (line === null) break
      chars += costOf(line)
      if (taken.length > 0 && chars > mostChars) {
        this.#peeked = line
        break
      }
      taken.push(line)
    }
    // Nothing is left in it: the next interruption begins anew.
    if (this.isEmpty) this.#clear()
    return taken
  }

  close(): void {
    this.#peeked = null
    this.#clear()
  }

  #addOne(line: LogLine): void {
    const { maxBytes, maxTotalBytes } = this.#spools.options
    const record = recordOf(line)
    const textBytes = Buffer.byteLength(line.text)
    this.#lastAt = line.at
    const isTotalFull = () => this.#spools.used + record.length > maxTotalBytes
    try {
      this.#head ??= this.#spools.file()
      this.#isHeadFull ||= this.#head.bytes + record.length > maxBytes / 2 || isTotalFull()
      if (!this.#isHeadFull) {
        this.#write(this.#head, record, textBytes)
        return
      }
      const current = this.#tail.at(-1)
      if (current === undefined || current.bytes + record.length > maxBytes / 4) {
        if (this.#tail.length === 2) this.#drop(this.#tail.shift()!)
        this.#tail.push(this.#spools.file())
      }
      while (isTotalFull() && this.#tail.length > 1) this.#drop(this.#tail.shift()!)
      if (isTotalFull()) this.#lose(1, textBytes)
      else this.#write(this.#tail.at(-1)!, record, textBytes)
    } catch {
      // The disk is full or broken: the line is lost, and told of as lost.
      this.#lose(1, textBytes)
    }
  }

  #write(file: SpoolFile, record: Buffer, textBytes: number): void {
    file.add(record, textBytes)
    this.#spools.used += record.length
  }

  #next(): LogLine | null {
    const fromHead = this.#head?.next()
    if (fromHead !== undefined) return fromHead
    if (!this.#isCutTold) {
      this.#isCutTold = true
      const mark = cutMark({ at: this.#lastAt, bytes: this.droppedBytes, lines: this.#droppedLines })
      this.#droppedLines = 0
      return mark
    }
    for (const file of this.#tail) {
      const line = file.next()
      if (line !== undefined) return line
    }
    return null
  }

  #drop(file: SpoolFile): void {
    this.#lose(file.lines, file.textBytes)
    this.#remove(file)
  }

  #lose(lines: number, bytes: number): void {
    if (lines === 0) return
    this.#droppedLines += lines
    this.droppedBytes += bytes
    this.#isCutTold = false
  }

  #clear(): void {
    if (this.#head !== null) this.#remove(this.#head)
    for (const file of this.#tail) this.#remove(file)
    this.#head = null
    this.#tail = []
    this.#isHeadFull = false
  }

  #remove(file: SpoolFile): void {
    this.#spools.used -= file.bytes
    file.remove()
  }
}

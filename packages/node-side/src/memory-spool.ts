import { type LogLine, say } from '@rota/core'
import { costOf, headOf, type Spool, type Spools } from './spool.ts'

/** Lines taken from a list before the list is cut shorter. */
const CUT_AFTER = 1_024

/** Spools in memory: the first half of `maxBytes` as it comes, of what follows the last half. */
export function memorySpools(maxBytes: number, mostLines: number): Spools {
  return { open: () => new MemorySpool(maxBytes, mostLines) }
}

class MemorySpool implements Spool {
  readonly #halfBytes: number
  readonly #mostLines: number
  readonly #head = new LineQueue()
  readonly #tail = new LineQueue()
  #droppedLines = 0
  #isCutTold = false
  droppedBytes = 0

  constructor(maxBytes: number, mostLines: number) {
    this.#halfBytes = maxBytes / 2
    this.#mostLines = mostLines
  }

  get isEmpty(): boolean {
    return this.#head.isEmpty && this.#tail.isEmpty
  }

  add(lines: readonly LogLine[]): void {
    for (const line of lines) {
      if (this.#tail.isEmpty && this.#head.bytes + costOf(line) <= this.#halfBytes) {
        this.#head.push(line)
        continue
      }
      this.#tail.push(line)
      while (this.#tail.bytes > this.#halfBytes && this.#tail.length > 1) {
        this.droppedBytes += this.#tail.shift()!.text.length
        this.#droppedLines++
        this.#isCutTold = false
      }
    }
  }

  take(mostChars: number): LogLine[] {
    if (!this.#head.isEmpty) return this.#head.take(mostChars, this.#mostLines)
    const taken = this.#tail.take(mostChars, this.#mostLines)
    if (this.#droppedLines === 0 || this.#isCutTold || taken.length === 0) return taken
    const mark = cutMark({ at: taken[0]!.at, bytes: this.droppedBytes, lines: this.#droppedLines })
    this.#isCutTold = true
    this.#droppedLines = 0
    return [mark, ...taken]
  }

  close(): void {
    this.#head.clear()
    this.#tail.clear()
  }
}

/** The line that stands where output was cut. */
export function cutMark({ at, bytes, lines }: { at: number; bytes: number; lines: number }): LogLine {
  const text = say`… ${bytes} bytes (${lines} lines) of output were cut here: no server could be reached, and the node keeps no more …`
  return { at, stream: 'system', text }
}

/** First in, first out, in amortised constant time. */
class LineQueue {
  #lines: LogLine[] = []
  #from = 0
  bytes = 0

  get length(): number {
    return this.#lines.length - this.#from
  }

  get isEmpty(): boolean {
    return this.length === 0
  }

  push(line: LogLine): void {
    this.#lines.push(line)
    this.bytes += costOf(line)
  }

  shift(): LogLine | undefined {
    const line = this.#lines[this.#from]
    if (line !== undefined) this.#advance([line])
    return line
  }

  take(mostChars: number, most: number): LogLine[] {
    const window = this.#lines.slice(this.#from, this.#from + most)
    const taken = headOf(window, mostChars, most)
    this.#advance(taken)
    return taken
  }

  clear(): void {
    this.#lines = []
    this.#from = 0
    this.bytes = 0
  }

  #advance(taken: readonly LogLine[]): void {
    for (const line of taken) this.bytes -= costOf(line)
    this.#from += taken.length
    if (this.#from < CUT_AFTER && this.#from < this.#lines.length) return
    this.#lines = this.#lines.slice(this.#from)
    this.#from = 0
  }
}

import type { LogStream } from './executor.ts'

interface Segment {
  stream: LogStream
  at: number
  from: number
  to: number
}

interface Block {
  bytes: Buffer
  used: number
  lineCount: number
  segments: Segment[]
}

/** Charged per line and per segment beside its bytes, so that neither short lines nor tiny writes outgrow the budget. */
export const LINE_COST = 32
const LARGEST_BLOCK = 65_536
const SMALLEST_BLOCK = 1024
const NEWLINE = 0x0a

function countLines(bytes: Buffer, from: number, to: number): number {
  let count = 0
  // A loop over the bytes: with short lines, a search per line would cost ten times as much.
  for (let index = from; index < to; index++) if (bytes[index] === NEWLINE) count++
  return count
}

function costOf(block: Block): number {
  return block.used + (block.lineCount + block.segments.length) * LINE_COST
}

/**
 * The last bytes of a run's output, raw and in order of arrival.
 *
 * Copies into blocks that are reused, so a flood of any size costs one copy per byte and no garbage.
 */
export class TailRing {
  readonly #maxCost: number
  readonly #blockBytes: number
  #blocks: Block[] = []
  /** Cost of all blocks but the last, which is being filled. */
  #fullCost = 0
  #spare: Buffer | null = null
  /** Bytes and lines pushed out by later ones. */
  droppedBytes = 0
  droppedLines = 0

  constructor(maxBytes: number) {
    this.#maxCost = maxBytes
    this.#blockBytes = Math.max(SMALLEST_BLOCK, Math.min(LARGEST_BLOCK, Math.floor(maxBytes / 16)))
  }

  push(stream: LogStream, at: number, bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length) {
      const block = this.#roomy()
      const taken = Math.min(bytes.length - offset, this.#blockBytes - block.used)
      bytes.copy(block.bytes, block.used, offset, offset + taken)
      block.lineCount += countLines(bytes, offset, offset + taken)
      const last = block.segments.at(-1)
      if (last?.stream === stream) last.to += taken
      else block.segments.push({ stream, at, from: block.used, to: block.used + taken })
      block.used += taken
      offset += taken
    }
  }

  /** Gives the kept pieces, oldest first, and forgets them. */
  *drain(): Generator<{ stream: LogStream; at: number; bytes: Buffer }> {
    for (const block of this.#blocks) {
      for (const { stream, at, from, to } of block.segments) {
        yield { stream, at, bytes: block.bytes.subarray(from, to) }
      }
    }
    this.#blocks = []
  }

  #roomy(): Block {
    const last = this.#blocks.at(-1)
    // Full of bytes, or of segments: each has its cost, and a block may cost twice its bytes at most.
    if (last && last.used < this.#blockBytes && last.segments.length * LINE_COST < this.#blockBytes) return last
    if (last) this.#fullCost += costOf(last)
    while (this.#fullCost > this.#maxCost && this.#blocks.length > 1) this.#drop()
    const bytes = this.#spare ?? Buffer.allocUnsafeSlow(this.#blockBytes)
    this.#spare = null
    const block = { bytes, used: 0, lineCount: 0, segments: [] }
    this.#blocks.push(block)
    return block
  }

  #drop(): void {
    const oldest = this.#blocks.shift()!
    this.#fullCost -= costOf(oldest)
    this.droppedBytes += oldest.used
    this.droppedLines += oldest.lineCount
    this.#spare = oldest.bytes
  }
}

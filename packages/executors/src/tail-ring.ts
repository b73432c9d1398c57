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
  segments: Segment[]
}

/** Charged per segment beside its bytes, so that many tiny writes cannot outgrow the budget in bookkeeping. */
const SEGMENT_COST = 64
const BLOCK_BYTES = 65_536

/**
 * The last bytes of a run's output, raw and in order of arrival.
 *
 * Copies into blocks that are reused, so a flood of any size costs one copy per byte and no garbage.
 */
export class TailRing {
  readonly #blockBytes: number
  readonly #blockCount: number
  #blocks: Block[] = []
  #spare: Buffer | null = null
  /** Bytes pushed out by later ones. */
  droppedBytes = 0

  constructor(maxBytes: number) {
    this.#blockBytes = Math.max(1024, Math.min(BLOCK_BYTES, Math.floor(maxBytes / 4)))
    this.#blockCount = Math.max(2, Math.floor(maxBytes / this.#blockBytes))
  }

  push(stream: LogStream, at: number, bytes: Buffer): void {
    let offset = 0
    while (offset < bytes.length) {
      const block = this.#roomy()
      const taken = Math.min(bytes.length - offset, this.#room(block))
      bytes.copy(block.bytes, block.used, offset, offset + taken)
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

  #room(block: Block): number {
    return this.#blockBytes - block.used - block.segments.length * SEGMENT_COST
  }

  #roomy(): Block {
    const last = this.#blocks.at(-1)
    if (last && this.#room(last) > 0) return last
    if (this.#blocks.length >= this.#blockCount) {
      const oldest = this.#blocks.shift()!
      this.droppedBytes += oldest.used
      this.#spare = oldest.bytes
    }
    const block = { bytes: this.#spare ?? Buffer.allocUnsafeSlow(this.#blockBytes), used: 0, segments: [] }
    this.#spare = null
    this.#blocks.push(block)
    return block
  }
}

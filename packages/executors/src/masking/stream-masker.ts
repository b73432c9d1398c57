import type { NeedleSet } from './needle-set.ts'
import { MASKED, SHORTEST_NEEDLE } from './needles.ts'

const MASK = Buffer.from(MASKED)
const NOTHING = Buffer.alloc(0)

/**
 * Replaces secrets in a stream of bytes, wherever its chunks are cut. What may be the beginning of a secret is held back
 * until more comes or the stream ends, however long that takes: neither time nor a line's end lets it go.
 */
export class StreamMasker {
  readonly #needles: NeedleSet
  #held: Buffer = NOTHING
  /** So many bytes at the start of what is held belong to a secret that has been replaced already. */
  #covered = 0

  constructor(needles: NeedleSet) {
    this.#needles = needles
  }

  /** What of the stream may go on now. It may be the chunk itself. */
  push(chunk: Buffer): Buffer {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk])
    const isInside = this.#covered > 0
    const { runs, open } = this.#needles.find(bytes, this.#covered)
    // Copied: a view would keep the whole chunk alive.
    this.#held = open < bytes.length ? Buffer.from(bytes.subarray(open)) : NOTHING
    this.#covered = coveredBehind(runs, open)
    return withoutRuns(bytes, { runs, end: open, isInside })
  }

  /** The rest. What may have been the beginning of a secret is replaced as well, when six bytes of it have come. */
  end(): Buffer {
    const bytes = this.#held
    const isInside = this.#covered > 0
    const covered = bytes.length >= SHORTEST_NEEDLE ? bytes.length : this.#covered
    this.#held = NOTHING
    this.#covered = 0
    return withoutRuns(bytes, { runs: covered > 0 ? [0, covered] : [], end: bytes.length, isInside })
  }
}

/** How many bytes from `at` on belong to a run that begins before it. */
export function coveredBehind(runs: readonly number[], at: number): number {
  for (let i = runs.length - 2; i >= 0; i -= 2) if (runs[i]! < at) return Math.max(0, runs[i + 1]! - at)
  return 0
}

interface Covered {
  runs: readonly number[]
  /** Bytes from here on are left out. */
  end: number
  /** The first run goes on with one that has been replaced already. */
  isInside: boolean
}

/** Bytes with a mask in the place of each run. */
export function withoutRuns(bytes: Buffer, { runs, end, isInside }: Covered): Buffer {
  if (runs.length === 0) return end === bytes.length ? bytes : bytes.subarray(0, end)
  const parts: Buffer[] = []
  let from = 0
  for (let i = 0; i < runs.length && runs[i]! < end; i += 2) {
    if (runs[i]! > from) parts.push(bytes.subarray(from, runs[i]!))
    if (i > 0 || !isInside) parts.push(MASK)
    from = runs[i + 1]!
  }
  if (from < end) parts.push(bytes.subarray(from, end))
  return Buffer.concat(parts)
}

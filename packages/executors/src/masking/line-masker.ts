import type { LogLine } from '../executor.ts'
import type { NeedleSet } from './needle-set.ts'
import { SHORTEST_NEEDLE } from './needles.ts'
import { coveredBehind, withoutRuns } from './stream-masker.ts'

/**
 * Replaces secrets in lines as they follow each other in a log, whichever stream each is of: one of several lines may
 * have been printed half to standard output and half to standard error. Lines of which the last may go on with the next
 * are held back.
 */
export class LineMasker {
  readonly #needles: NeedleSet
  #held: LogLine[] = []
  #covered = 0

  constructor(needles: NeedleSet) {
    this.#needles = needles
  }

  /** Lines that may go on now, in order. */
  push(batch: readonly LogLine[]): LogLine[] {
    if (batch.length === 0) return []
    const lines = this.#held.length === 0 ? batch : [...this.#held, ...batch]
    const { bytes, ends } = joined(lines)
    const { runs, open } = this.#needles.find(bytes, this.#covered)
    let count = 0
    while (count < ends.length && ends[count]! <= open) count++
    const masked = maskedLines(lines.slice(0, count), { bytes, ends, runs })
    this.#held = lines.slice(count)
    if (count > 0) this.#covered = coveredBehind(runs, ends[count - 1]!)
    return masked
  }

  /** The rest; a secret that has begun at its end is replaced as far as it has come. */
  end(): LogLine[] {
    const lines = this.#held
    if (lines.length === 0) return []
    const { bytes, ends } = joined(lines)
    const { runs, open } = this.#needles.find(bytes, this.#covered)
    if (bytes.length - open >= SHORTEST_NEEDLE) runs.push(open, bytes.length)
    this.#held = []
    return maskedLines(lines, { bytes, ends, runs })
  }
}

/** All lines as bytes, each with a newline, and where each ends. */
function joined(lines: readonly LogLine[]): { bytes: Buffer; ends: number[] } {
  let at = 0
  const ends = lines.map(({ text }) => {
    at += Buffer.byteLength(text) + 1
    return at
  })
  return { bytes: Buffer.from(`${lines.map(({ text }) => text).join('\n')}\n`), ends }
}

function maskedLines(
  lines: readonly LogLine[],
  { bytes, ends, runs }: { bytes: Buffer; ends: readonly number[]; runs: readonly number[] },
): LogLine[] {
  if (runs.length === 0) return [...lines]
  let start = 0
  let run = 0
  return lines.map((line, i) => {
    const from = start
    const to = ends[i]! - 1
    start = ends[i]!
    const own: number[] = []
    while (run < runs.length && runs[run]! < to) {
      if (runs[run + 1]! > from) own.push(Math.max(0, runs[run]! - from), Math.min(to, runs[run + 1]!) - from)
      if (runs[run + 1]! > to) break
      run += 2
    }
    if (own.length === 0) return line
    const text = withoutRuns(bytes.subarray(from, to), { runs: own, end: to - from, isInside: false })
    return { ...line, text: text.toString() }
  })
}

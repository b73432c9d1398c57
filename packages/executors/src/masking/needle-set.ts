import { FOLD, SHORTEST_NEEDLE, WHITE } from './needles.ts'

/** Bytes that are looked at together. */
const BLOCK = 3
const FARTHEST = SHORTEST_NEEDLE - BLOCK + 1
/** More blocks than this crowd the smaller table. */
const CROWD = 20_000

/** What is found in a text. */
export interface Finding {
  /** Start and end of each covered run, one after the other, in order and apart from each other. */
  runs: number[]
  /** Where the earliest needle begins whose rest may be still to come; the length of the text when there is none. */
  open: number
}

/**
 * Many needles, found in one pass. The pass is Wu and Manber's (A fast algorithm for multi-pattern searching, 1994): the
 * last three of the next six bytes say how far no needle can end, so most bytes are never looked at. Where a needle may
 * begin, its bytes narrow down a range of the sorted needles; at most 256 do, so the time grows with the text alone.
 */
export class NeedleSet {
  readonly #bytes: Uint8Array
  /** Where each needle begins in `#bytes`; one more at the end. */
  readonly #starts: Int32Array
  /** First and end of the needles that begin with the same six bytes, by those. */
  readonly #ranges = new Map<number, readonly [from: number, to: number]>()
  readonly #shifts: Uint8Array
  readonly #hashBits: number

  /** `needles`: folded, each once, none shorter than {@link SHORTEST_NEEDLE}. */
  constructor(needles: readonly Buffer[]) {
    const sorted = needles.toSorted(Buffer.compare)
    this.#bytes = new Uint8Array(Buffer.concat(sorted))
    this.#starts = new Int32Array(sorted.length + 1)
    for (const [i, needle] of sorted.entries()) this.#starts[i + 1] = this.#starts[i]! + needle.length
    for (let i = 0; i < sorted.length; i++) {
      const key = headOf(sorted[i]!, 0)
      this.#ranges.set(key, [this.#ranges.get(key)?.[0] ?? i, i + 1])
    }
    this.#hashBits = sorted.length * FARTHEST > CROWD ? 18 : 16
    this.#shifts = new Uint8Array(1 << this.#hashBits).fill(FARTHEST)
    for (const needle of sorted) this.#addShifts(needle)
  }

  /** Looks through a text of which the first `covered` bytes are known to belong to a needle that began before it. */
  find(text: Uint8Array, covered = 0): Finding {
    const end = text.length
    const shifts = this.#shifts
    const right = 32 - this.#hashBits
    const finding: Finding = { runs: covered > 0 ? [0, covered] : [], open: end }
    let at = SHORTEST_NEEDLE - 1
    while (at < end) {
      const block = text[at - 2]! | (text[at - 1]! << 8) | (text[at]! << 16)
      const shift = shifts[Math.imul(block, 0x9e3779b1) >>> right]!
      if (shift === 0) {
        this.#tryAt(text, at - SHORTEST_NEEDLE + 1, finding)
        at++
      } else at += shift
    }
    for (let from = Math.max(0, end - SHORTEST_NEEDLE + 1); from < finding.open && from < end; from++) {
      this.#narrow({ text, from, low: 0, high: this.#starts.length - 1, depth: 0 }, finding)
    }
    return finding
  }

  #tryAt(text: Uint8Array, from: number, finding: Finding): void {
    const range = this.#ranges.get(headOf(text, from))
    if (range !== undefined) {
      this.#narrow({ text, from, low: range[0], high: range[1], depth: SHORTEST_NEEDLE }, finding)
    }
  }

  /** Follows a text among the needles from `low` to `high`, which all begin with its first `depth` bytes. */
  #narrow(
    { text, from, low, high, depth }: { text: Uint8Array; from: number; low: number; high: number; depth: number },
    finding: Finding,
  ): void {
    let longest = 0
    for (; low < high; depth++) {
      if (this.#starts[low + 1]! - this.#starts[low]! === depth) {
        longest = depth
        low++
        if (low === high) break
      }
      if (from + depth === text.length) {
        finding.open = Math.min(finding.open, from)
        break
      }
      const byte = FOLD[text[from + depth]!]!
      low = this.#firstFrom(low, high, depth, byte)
      high = this.#firstFrom(low, high, depth, byte + 1)
    }
    if (longest > 0) addRun(finding.runs, from, from + longest)
  }

  /** The first of a range of needles whose byte at `depth` is `byte` or more. All of them are longer than `depth`. */
  #firstFrom(low: number, high: number, depth: number, byte: number): number {
    let from = low
    let to = high
    while (from < to) {
      const middle = (from + to) >>> 1
      if (this.#bytes[this.#starts[middle]! + depth]! < byte) from = middle + 1
      else to = middle
    }
    return from
  }

  #addShifts(needle: Uint8Array): void {
    for (let end = BLOCK - 1; end < SHORTEST_NEEDLE; end++) {
      const shift = SHORTEST_NEEDLE - 1 - end
      for (const first of writings(needle[end - 2]!)) {
        for (const second of writings(needle[end - 1]!)) {
          for (const third of writings(needle[end]!)) {
            const slot = Math.imul(first | (second << 8) | (third << 16), 0x9e3779b1) >>> (32 - this.#hashBits)
            if (shift < this.#shifts[slot]!) this.#shifts[slot] = shift
          }
        }
      }
    }
  }
}

/** The bytes that are folded to one. */
function writings(folded: number): readonly number[] {
  return FOLD[0x20] === folded ? WHITE : [folded]
}

/** The first six bytes from `from`, folded, as a number. */
function headOf(text: Uint8Array, from: number): number {
  const at = (i: number) => FOLD[text[from + i]!]!
  const high = (at(0) << 16) | (at(1) << 8) | at(2)
  return high * 0x1000000 + ((at(3) << 16) | (at(4) << 8) | at(5))
}

/** Runs come in order of their starts; those that touch become one. */
function addRun(runs: number[], start: number, end: number): void {
  const last = runs.length - 1
  if (last > 0 && start <= runs[last]!) runs[last] = Math.max(runs[last]!, end)
  else runs.push(start, end)
}

/**
 * What the engine's loop and the thread that renews its lease tell each other without waiting for one another: numbers
 * in memory that both see. Instants are the loop's monotonic clock, in ms.
 */
export interface LeaseCells {
  /** The loop says that it turns. */
  turn(): void
  /** How often it has said so. */
  readonly turns: number
  readonly askedAt: number
  readonly lapses: number
  /** A renewal was taken that was asked for at `askedAt`; after a gap, if `isLapse`. */
  renewed(askedAt: number, isLapse: boolean): void
  /** Whatever was taken before is not to be trusted. */
  lapse(): void
}

const CELLS = 3
const [TURNS, ASKED, LAPSES] = [0, 1, 2] as const
/** Cells hold whole numbers. */
const PER_MS = 1_000

export const newLeaseMemory = () => new SharedArrayBuffer(CELLS * BigInt64Array.BYTES_PER_ELEMENT)

export function leaseCells(memory: SharedArrayBuffer): LeaseCells {
  const cells = new BigInt64Array(memory)
  const read = (cell: number) => Number(Atomics.load(cells, cell))
  const lapse = () => void Atomics.add(cells, LAPSES, 1n)
  return {
    turn: () => void Atomics.add(cells, TURNS, 1n),
    get turns() {
      return read(TURNS)
    },
    get askedAt() {
      const asked = read(ASKED)
      return asked === 0 ? Number.NEGATIVE_INFINITY : asked / PER_MS
    },
    get lapses() {
      return read(LAPSES)
    },
    renewed(askedAt, isLapse) {
      // In this order: between the two, whoever reads is not sure of anything.
      if (isLapse) lapse()
      Atomics.store(cells, ASKED, BigInt(Math.floor(askedAt * PER_MS)))
    },
    lapse,
  }
}

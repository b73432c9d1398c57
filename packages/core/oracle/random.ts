/** A seeded stream of random numbers (mulberry32, Tommy Ettinger, public domain), so that every run can be repeated. */
export interface Random {
  /** `[0, 1)`. */
  next(): number
  /** Whole number in `[from, to]`. */
  int(from: number, to: number): number
  pick<T>(values: readonly T[]): T
  chance(probability: number): boolean
}

export function seededRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const int = (from: number, to: number) => from + Math.floor(next() * (to - from + 1))
  return { next, int, pick: (values) => values[int(0, values.length - 1)]!, chance: (p) => next() < p }
}

/** A stream of pseudo-random values that its seed fully determines: print the seed and a failure can be replayed. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number
  /** A whole number, uniform in [min, max], both ends included. Throws RangeError when the range is empty. */
  int(min: number, max: number): number
  /** True with the given probability. */
  chance(probability: number): boolean
  /** One element. Throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T
  /** A new array with the same elements in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[]
  /** An independent stream, so that drawing more in one part of a simulation leaves the other parts as they were. */
  fork(): Random
}

/** Chris Doty-Humphrey's sfc32 (PractRand): 128 bits of state, passes BigCrush, the same on every machine. */
export function createRandom(seed: number): Random {
  let a = 0
  let b = seed | 0
  let c = Math.floor(seed / 2 ** 32) | 0
  let counter = 1

  const nextUint32 = () => {
    const sum = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + sum) | 0
    return sum >>> 0
  }
  // The reference seeds the same way: twelve rounds mix the seed into all of the state.
  for (let round = 0; round < 12; round++) nextUint32()

  const next = () => nextUint32() / 2 ** 32
  const int = (min: number, max: number) => {
    if (!(min <= max)) throw new RangeError(`There is no whole number from ${min} to ${max}.`)
    return min + Math.floor(next() * (max - min + 1))
  }
  return {
    next,
    int,
    chance: (probability) => next() < probability,
    pick(items) {
      if (items.length === 0) throw new RangeError('Nothing to pick from.')
      return items[int(0, items.length - 1)]!
    },
    shuffle(items) {
      const shuffled = [...items]
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = int(0, last)
        const moved = shuffled[last]!
        shuffled[last] = shuffled[other]!
        shuffled[other] = moved
      }
      return shuffled
    },
    fork: () => createRandom(nextUint32()),
  }
}

/** Number of the lowest set bit of a non-zero 32-bit mask. */
export function lowestBit(mask: number): number {
  return 31 - Math.clz32(mask & -mask)
}

/** Number of the highest set bit of a non-zero 32-bit mask. */
export function highestBit(mask: number): number {
  return 31 - Math.clz32(mask)
}

/** Lowest set bit at or above `from` (0–64) of a 64-bit mask given as two halves; -1 when there is none. */
export function nextBit64(low: number, high: number, from: number): number {
  if (from < 32) {
    const rest = low & (-1 << from)
    if (rest !== 0) return lowestBit(rest)
    return high !== 0 ? 32 + lowestBit(high) : -1
  }
  const rest = from < 64 ? high & (-1 << from) : 0
  return rest !== 0 ? 32 + lowestBit(rest) : -1
}

/** Highest set bit at or below `from` (-1–63) of a 64-bit mask given as two halves; -1 when there is none. */
export function previousBit64(low: number, high: number, from: number): number {
  if (from >= 32) {
    const rest = high & (-1 >>> (63 - from))
    if (rest !== 0) return 32 + highestBit(rest)
    return low !== 0 ? highestBit(low) : -1
  }
  const rest = from >= 0 ? low & (-1 >>> (31 - from)) : 0
  return rest !== 0 ? highestBit(rest) : -1
}

/** How many bits of a 32-bit mask are set. Hacker's Delight, 2nd edition, figure 5-2. */
export function bitCount(mask: number): number {
  const pairs = mask - ((mask >>> 1) & 0x5555_5555)
  const fours = (pairs & 0x3333_3333) + ((pairs >>> 2) & 0x3333_3333)
  return Math.imul((fours + (fours >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24
}

/** How many bits below `end` (0–64) are set of a 64-bit mask given as two halves. */
export function bitCount64(low: number, high: number, end: number): number {
  if (end >= 64) return bitCount(low) + bitCount(high)
  if (end >= 32) return bitCount(low) + bitCount(high & ((1 << (end - 32)) - 1))
  return bitCount(low & ((1 << end) - 1))
}

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

/** Longer words are no slip of a name, and comparing costs the product of both lengths. */
const LONGEST = 100

/**
 * The candidate nearest to a misspelt word, for "did you mean" in errors about keys, names and zones.
 *
 * Compares without regard to case by optimal-string-alignment distance (Damerau 1964: insert, delete, replace, swap of
 * neighbours each cost 1). Returns undefined when nothing is near enough to be a likely slip of the hand: one slip in
 * words of two to four characters, two in five to seven, three in eight to eleven, and so on.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  if (word.length > LONGEST) return undefined
  const wanted = word.toLowerCase()
  let best: string | undefined
  let bestDistance = slipsIn(wanted.length)
  for (const candidate of candidates) {
    const name = candidate.toLowerCase()
    if (name === wanted) return candidate
    if (Math.abs(name.length - wanted.length) > bestDistance) continue
    const distance = editDistance(wanted, name, bestDistance)
    if (distance < bestDistance || (distance === bestDistance && best === undefined)) {
      best = candidate
      bestDistance = distance
    }
  }
  return best
}

/** The known name nearest to an unknown one in `given`; undefined when `given` has that one as well. */
export function suggestName(name: string, known: Iterable<string>, given: object): string | undefined {
  const nearest = suggest(name, known)
  return nearest !== undefined && Object.hasOwn(given, nearest) ? undefined : nearest
}

/** How many slips are likely in a word. In a short one, two make another word: `stop` is no `store`. */
function slipsIn(length: number): number {
  if (length < 2) return 0
  return length < 5 ? 1 : Math.floor(length / 4) + 1
}

/** Optimal-string-alignment distance; gives up with `limit + 1` once every way exceeds `limit`. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    let smallest = i
    for (let j = 1; j <= b.length; j++) {
      const replace = last[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)
      let cost = Math.min(replace, last[j]! + 1, row[j - 1]! + 1)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        cost = Math.min(cost, beforeLast[j - 2]! + 1)
      }
      row.push(cost)
      if (cost < smallest) smallest = cost
    }
    if (smallest > limit) return limit + 1
    beforeLast = last
    last = row
  }
  return last[b.length]!
}

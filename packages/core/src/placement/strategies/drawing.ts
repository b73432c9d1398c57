import { MOST_ASKED } from './strategy.ts'

/** Draws positions without putting them back, each by its weight. Time grows with the number of weights. */
export function draw(weights: Float64Array, random: () => number, most = MOST_ASKED): number[] {
  const left = Float64Array.from(weights)
  let total = 0
  for (const weight of left) total += weight
  const drawn: number[] = []
  while (drawn.length < Math.min(most, weights.length)) {
    const position = positionAt(left, random() * total)
    drawn.push(position)
    total -= left[position]!
    left[position] = -1
  }
  return drawn
}

/** Where the sum of weights passes a mark; what was drawn has none. Rounding may leave the mark behind the last. */
function positionAt(left: Float64Array, mark: number): number {
  let last = 0
  for (let i = 0, sum = 0; i < left.length; i++) {
    if (left[i]! < 0) continue
    sum += left[i]!
    last = i
    if (sum > mark) return i
  }
  return last
}

/** The positions of the highest scores, the best first; among equals chance decides, never their place in the list. */
export function best(scores: Float64Array, random: () => number, most = MOST_ASKED): number[] {
  const chance = new Float64Array(scores.length)
  for (let i = 0; i < chance.length; i++) chance[i] = random()
  const isBetter = (a: number, b: number) =>
    scores[a]! > scores[b]! || (scores[a] === scores[b] && chance[a]! < chance[b]!)
  const kept: number[] = []
  for (let i = 0; i < scores.length; i++) {
    if (kept.length === most && !isBetter(i, kept[most - 1]!)) continue
    let at = kept.length
    while (at > 0 && isBetter(i, kept[at - 1]!)) at--
    kept.splice(at, 0, i)
    if (kept.length > most) kept.pop()
  }
  return kept
}

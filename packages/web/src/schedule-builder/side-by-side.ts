/** Whether an instant (epoch ms) is an occurrence before and after a change. */
interface ComparedInstant {
  at: number
  before: boolean
  after: boolean
}

/**
 * Two lists of coming instants, in order of time. Beyond the end of a full list nothing is known of it, so the longer
 * reaching one is cut there: an instant is never called new or gone because the other list had no room for it.
 */
export function sideBySide(before: readonly number[], after: readonly number[], full = 10): ComparedInstant[] {
  const ends = [before, after].filter((list) => list.length >= full).map((list) => list.at(-1)!)
  const end = Math.min(Number.POSITIVE_INFINITY, ...ends)
  return [...new Set([...before, ...after])]
    .filter((at) => at <= end)
    .sort((a, b) => a - b)
    .map((at) => ({ at, before: before.includes(at), after: after.includes(at) }))
}

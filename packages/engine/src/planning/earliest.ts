/** Something that yields instants in ascending order, and where it stands. */
export interface InstantSource<T> {
  from: number
  source: T
  /** The instants from inclusive, until exclusive, at most `count`. */
  between(from: number, until: number, count: number): number[]
}

const FIRST_LOOK = 4

/**
 * The earliest `most` instants of many sources before `until`. Each source is asked for few at first, and for more only
 * while these could still be among the earliest, so that a source with very many instants costs no more than is shown.
 */
export function earliestInstants<T>(sources: readonly InstantSource<T>[], until: number, most: number) {
  let open = sources.map((one) => ({ ...one }))
  let found: { at: number; source: T }[] = []
  for (let count = FIRST_LOOK; open.length > 0; count = Math.min(count * 2, most)) {
    const unfinished: typeof open = []
    for (const one of open) {
      const instants = one.between(one.from, until, count)
      for (const at of instants) found.push({ at, source: one.source })
      if (instants.length === count) unfinished.push({ ...one, from: instants.at(-1)! + 1 })
    }
    found.sort((a, b) => a.at - b.at)
    const isFull = found.length >= most
    found = found.slice(0, most)
    const bound = isFull ? found.at(-1)!.at : until
    open = unfinished.filter((one) => one.from <= bound)
  }
  return found
}

/**
 * At most `most` instants before `until`, by time. Where there are more, each source gets its share, and what the rare
 * ones leave over goes to the others: a task that is due each second hides no task that is due each night.
 */
export function sharedInstants<T>(sources: readonly InstantSource<T>[], until: number, most: number) {
  const earliest = earliestInstants(sources, until, most + 1)
  if (earliest.length <= most) return { found: earliest, isCut: false }
  const ask = (asked: readonly InstantSource<T>[], share: number) =>
    asked.map((one) => ({ one, instants: one.between(one.from, until, share) }))
  const share = Math.max(1, Math.floor(most / sources.length))
  const first = ask(sources, share)
  const rare = first.filter(({ instants }) => instants.length < share)
  const often = first.filter(({ instants }) => instants.length === share).map(({ one }) => one)
  const left = most - rare.reduce((sum, { instants }) => sum + instants.length, 0)
  const all = [...rare, ...ask(often, Math.max(1, Math.floor(left / often.length)))]
  const found = all.flatMap(({ one, instants }) => instants.map((at) => ({ at, source: one.source })))
  return { found: found.sort((a, b) => a.at - b.at).slice(0, most), isCut: true }
}

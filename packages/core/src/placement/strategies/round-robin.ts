import { MOST_ASKED, type PickBy } from './strategy.ts'

/** One after the other by id; whose turn it is says the pool's count, which all instances share. */
export const roundRobin: PickBy = ({ fitting, snapshot }) => {
  const byId = [...fitting.keys()]
  if (!isInOrder(fitting)) byId.sort((a, b) => (fitting[a]!.id < fitting[b]!.id ? -1 : 1))
  const first = ((snapshot.ticket % byId.length) + byId.length) % byId.length
  const order = Array.from(
    { length: Math.min(MOST_ASKED, byId.length) },
    (_, turn) => byId[(first + turn) % byId.length]!,
  )
  return { order, scores: null, parts: () => ({}), weights: null }
}

function isInOrder(fitting: readonly { id: string }[]): boolean {
  for (let i = 1; i < fitting.length; i++) if (fitting[i]!.id < fitting[i - 1]!.id) return false
  return true
}

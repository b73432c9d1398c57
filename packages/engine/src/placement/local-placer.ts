import type { Capacity, Executor } from '@rota/executors'
import type { Channel } from '../ports/channel.ts'
import type { Placed, Placer } from '../ports/placer.ts'

/** How many attempts may run at once on this instance, by what they take. */
export type Capacities = Readonly<Record<Capacity, number>>

export interface LocalPlacerOptions {
  channel: Channel
  executors: ReadonlyMap<string, Executor>
  capacity: Capacities
  /** Told the line for which a place is free. */
  onFree: (line: string) => void
}

/** This server as the one node there is. */
export function createLocalPlacer({ channel, executors, capacity, onFree }: LocalPlacerOptions): Placer {
  const kinds = {
    processes: kindOf('processes'),
    calls: kindOf('calls'),
  }

  /** What all of a kind share; a place of a kind is as good as any other. */
  function kindOf(line: Capacity) {
    const max = capacity[line]
    const kind = {
      taken: 0,
      max,
      full: { waitsFor: { line, max } },
      place: {
        channel,
        release() {
          kind.taken--
          onFree(line)
        },
      },
    }
    return kind
  }

  const kindFor = ({ type }: Placed) => kinds[executors.get(type)?.takes ?? 'calls']

  return {
    reserve(work) {
      const kind = kindFor(work)
      if (kind.taken >= kind.max) return kind.full
      kind.taken++
      return kind.place
    },
    isFull(line) {
      const { taken, max } = kinds[line as Capacity]
      return taken >= max
    },
    get free() {
      const { processes, calls } = kinds
      return Math.min(processes.max - processes.taken, calls.max - calls.taken)
    },
  }
}

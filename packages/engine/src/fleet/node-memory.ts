import { HEALTHY, type HealthMemory, type Usage } from '@rota/core'

/** What of a node's last word only this instance knows. */
export interface LastWord {
  usage: Usage
  /** By how much its clock is ahead, in ms; null where it does not say. */
  clockAheadMs: number | null
  via: 'connection' | 'request'
}

/** What this instance remembers of a node that speaks to it. */
export interface NodeMemory extends LastWord {
  health: HealthMemory
  /** When its capabilities were written last, by the monotonic clock. */
  offeredAt: number
  /** Since when it takes work, by the monotonic clock. */
  warmSince: number
  /** Why it takes nothing any more, which it has said itself. */
  leaving: string | null
}

const NOTHING_KNOWN: Usage = { cpu: null, memory: null, disk: null, gpu: null }

export function createNodeMemories() {
  const memories = new Map<string, NodeMemory>()
  return {
    memories,
    /** Of a node that has not spoken here before, one without anything. */
    remembered(node: string): NodeMemory {
      const memory = memories.get(node) ?? {
        health: HEALTHY,
        usage: NOTHING_KNOWN,
        clockAheadMs: null,
        via: 'request',
        offeredAt: Number.NEGATIVE_INFINITY,
        warmSince: Number.NEGATIVE_INFINITY,
        leaving: null,
      }
      memories.set(node, memory)
      return memory
    },
  }
}

import type { Held } from './hand.ts'

/** Keeps back what is due of tasks that are being changed, until the store has said what is left of it. */
export interface Withholding {
  /** Begins a change; the answer ends it. */
  begin(taskSeq: number): () => void
  /** Whether it is of such a task; it is then kept. */
  keeps(held: Held): boolean
}

export function createWithholding(onOver: (kept: readonly Held[]) => void): Withholding {
  const changes = new Map<number, { count: number; kept: Held[] }>()
  return {
    begin(taskSeq) {
      const change = changes.get(taskSeq) ?? { count: 0, kept: [] }
      change.count++
      changes.set(taskSeq, change)
      return () => {
        if (--change.count > 0) return
        changes.delete(taskSeq)
        onOver(change.kept)
      }
    },
    keeps(held) {
      if (changes.size === 0) return false
      const { taskSeq } = held.row
      const change = taskSeq === null ? undefined : changes.get(taskSeq)
      change?.kept.push(held)
      return change !== undefined
    },
  }
}

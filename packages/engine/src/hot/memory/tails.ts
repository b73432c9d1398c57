import type { LogLine } from '../../ports/logs.ts'
import type { TailListener, Tails, UnfinishedLine } from '../../ports/tails.ts'

/** Live tails within one process. An execution without output and without watchers costs nothing. */
export function createMemoryTails(): Tails {
  const positions = new Map<string, number>()
  const unfinished = new Map<string, UnfinishedLine>()
  const listeners = new Map<string, Set<TailListener>>()

  return {
    publish(executionId: string, attempt: number, lines: readonly LogLine[]) {
      if (lines.length === 0) return
      const first = positions.get(executionId) ?? 0
      positions.set(executionId, first + lines.length)
      const watching = listeners.get(executionId)
      if (watching === undefined) return
      for (const listener of [...watching]) listener({ kind: 'lines', first, attempt, lines })
    },

    publishUnfinished(executionId: string, line: UnfinishedLine | null) {
      if (line !== null) unfinished.set(executionId, line)
      // Where nobody prints there is nothing to be looked for, once per attempt.
      else if (unfinished.size === 0 || !unfinished.delete(executionId)) return
      const watching = listeners.get(executionId)
      if (watching === undefined) return
      for (const listener of [...watching]) listener({ kind: 'unfinished', line })
    },

    unfinished: (executionId: string) => unfinished.get(executionId) ?? null,

    end(executionId: string) {
      if (unfinished.size > 0) unfinished.delete(executionId)
      if (positions.size > 0) positions.delete(executionId)
      const watching = listeners.size > 0 ? listeners.get(executionId) : undefined
      if (watching === undefined) return
      listeners.delete(executionId)
      for (const listener of watching) listener({ kind: 'end' })
    },

    position: (executionId: string) => positions.get(executionId) ?? 0,

    subscribe(executionId: string, listener: TailListener) {
      const watching = listeners.get(executionId) ?? new Set()
      listeners.set(executionId, watching.add(listener))
      return () => {
        watching.delete(listener)
        if (watching.size === 0 && listeners.get(executionId) === watching) listeners.delete(executionId)
      }
    },
  }
}

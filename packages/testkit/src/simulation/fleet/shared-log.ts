import type { LogLine } from '@rota/core'
import type { LogStore, NumberedLine } from '@rota/engine'
import type { SimProcess } from '../sim-process.ts'

/** Lines are written by themselves after so long. */
const WRITTEN_AFTER_MS = 200

/**
 * The logs of a shared store. What a process was given and has not written is lost with it; what is written can be read by
 * all.
 */
export class SharedLog {
  readonly #written = new Map<string, NumberedLine[]>()

  /** What is written of an execution. */
  of(executionId: string): readonly NumberedLine[] {
    return this.#written.get(executionId) ?? []
  }

  /** The logs as one process reaches them; writing takes `delayMs`. */
  open(process: SimProcess, delayMs: () => number): LogStore {
    let queue: { executionId: string; attempt: number; lines: readonly LogLine[] }[] = []
    let isArmed = false

    const write = () => {
      const batch = queue
      queue = []
      for (const { executionId, attempt, lines } of batch) {
        const log = this.#written.get(executionId) ?? []
        this.#written.set(executionId, log)
        for (const line of lines) log.push({ ...line, no: log.length, attempt })
      }
    }
    const inWriting = (ms: number) =>
      new Promise<void>((resolve) => {
        if (ms === 0) process.run(() => resolve(write()))
        else process.after(ms, () => resolve(write()))
      })
    const read = (executionId: string, from: number, limit: number) => {
      const all = this.of(executionId)
      const lines = all.slice(from, from + limit)
      return { lines, total: all.length, next: from + lines.length < all.length ? from + lines.length : null }
    }

    return {
      append(executionId, attempt, lines) {
        queue.push({ executionId, attempt, lines: [...lines] })
        if (!isArmed) {
          isArmed = true
          process.after(WRITTEN_AFTER_MS, () => {
            isArmed = false
            write()
          })
        }
        return true
      },
      drained: async () => undefined,
      flush: async (executionId) => {
        await inWriting(delayMs())
        return this.of(executionId).length
      },
      read: async (executionId, { from = 0, limit = 1_000 }) => {
        await inWriting(0)
        return read(executionId, from, limit)
      },
      remove: async (ids) => {
        for (const id of ids) this.#written.delete(id)
      },
      status: () => ({ queuedBytes: 0, droppedLines: 0, fault: null }),
      close: async () => write(),
    }
  }
}

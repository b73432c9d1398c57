import type { Clock, Timer } from '@rota/core'
import type { ExecutionStore } from '../ports/executions.ts'
import type { Pulse } from './pulse.ts'

/** Runs shorter than this never show as running: their end is written instead of their start. */
const DELAY_MS = 40

/** Notes in the store which attempts are under way, shortly after their start and only if they still are. */
export interface StartRecorder {
  started(seq: number, claimSeq: number, startedAt: number): void
  ended(seq: number): void
  /** Notes now what is under way, as far as the store takes it. */
  flush(): Promise<void>
  stop(): void
}

export function createStartRecorder(options: {
  clock: Clock
  executions: ExecutionStore
  pulse: Pulse
}): StartRecorder {
  const { clock, executions, pulse } = options
  let fresh = new Map<number, { seq: number; claimSeq: number; startedAt: number }>()
  let timer: Timer | null = null

  let isStopped = false
  let last = Promise.resolve()

  function flush(): Promise<void> {
    timer?.cancel()
    timer = null
    last = last.then(write)
    return last
  }

  async function write() {
    const rows = [...fresh.values()]
    fresh = new Map()
    if (rows.length === 0) return
    try {
      await executions.markStarted(rows)
    } catch (error) {
      const pauseMs = pulse.storeFailed(error)
      if (isStopped) return
      for (const row of rows) if (!fresh.has(row.seq)) fresh.set(row.seq, row)
      timer ??= clock.after(pauseMs, () => void flush())
    }
  }

  return {
    started(seq, claimSeq, startedAt) {
      fresh.set(seq, { seq, claimSeq, startedAt })
      timer ??= clock.after(DELAY_MS, () => void flush())
    },
    ended(seq) {
      fresh.delete(seq)
    },
    flush,
    stop() {
      isStopped = true
      timer?.cancel()
      timer = null
    },
  }
}

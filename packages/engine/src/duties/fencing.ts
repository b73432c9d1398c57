import type { Clock } from '@rota/core'
import type { Begun, ExecutionStore } from '../ports/executions.ts'
import type { Pulse } from './pulse.ts'

export interface FencingOptions {
  clock: Clock
  executions: ExecutionStore
  instanceId: string
  pulse: Pulse
}

/** Says aloud, and notes at the executions, that others have taken over what was running here. */
export interface Fencing {
  /** The lease had lapsed: `silentMs` passed between two renewals, `givenBack` executions were held and not started. */
  lapsed(silentMs: number, givenBack: number): void
  /** Attempts that began here and that others have taken over. */
  note(attempts: readonly Begun[]): void
  stop(): void
}

/** What is fenced together is told together: ends arrive over a moment. */
const GATHER_MS = 1_000

export function createFencing({ clock, executions, instanceId, pulse }: FencingOptions): Fencing {
  let silentMs: number | null = null
  let givenBack = 0
  let ids: string[] = []
  let unwritten: Begun[] = []
  let isWriting = false
  let isGathering = false
  let isStopped = false

  function tellSoon() {
    if (isGathering) return
    isGathering = true
    clock.after(GATHER_MS, () => {
      isGathering = false
      pulse.emit({ type: 'instance_fenced', instanceId, silentMs, givenBack, executions: ids })
      silentMs = null
      givenBack = 0
      ids = []
    })
  }

  async function write() {
    if (isWriting) return
    isWriting = true
    while (unwritten.length > 0 && !isStopped) {
      const batch = unwritten
      unwritten = []
      const fencedAt = clock.now()
      try {
        await executions.markFenced(
          batch.map(({ id, attempt, startedAt }) => ({ id, attempt, startedAt, instanceId, fencedAt })),
        )
      } catch (error) {
        unwritten = batch.concat(unwritten)
        await new Promise<void>((resolve) => pulse.retry(error, resolve))
      }
    }
    isWriting = false
  }

  return {
    lapsed(silent, given) {
      silentMs = Math.max(silentMs ?? 0, silent)
      givenBack += given
      tellSoon()
    },
    note(attempts) {
      if (attempts.length === 0) return
      for (const { id, taskId, attempt } of attempts) {
        pulse.emit({ type: 'execution_fenced', id, taskId, attempt })
        ids.push(id)
      }
      unwritten.push(...attempts)
      tellSoon()
      void write()
    },
    stop() {
      isStopped = true
    },
  }
}

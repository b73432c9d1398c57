import { RotaError } from '@rota/core'
import type { ExecutionStore, Outbox, StoreParts, TaskStore } from '@rota/engine'
import type { SimProcess } from './sim-process.ts'

/** What the next calls of the store meet. Set by the simulation while time stands still. */
export interface StoreFaults {
  /** Writes are refused, nothing of them happens. */
  isDiskFull: boolean
  /** The process dies in its next write: before anything is written, or after, with the answer lost. */
  dieIn: 'before' | 'after' | null
}

const WRITES: readonly string[] = [
  ...([
    'plan',
    'enqueue',
    'setLimits',
    'runNow',
    'claim',
    'admit',
    'markStarted',
    'settle',
    'cancelUnclaimed',
    'activate',
  ] as const),
  ...(['nudge', 'heartbeat', 'insert', 'save', 'purge'] as const),
  ...(['want', 'leave', 'take', 'keep', 'advance', 'release', 'prune'] as const),
] satisfies (keyof ExecutionStore | keyof TaskStore | keyof Outbox)[]

const never = () => new Promise<never>(() => undefined)

/** The store as one process sees it: it fails on demand, and answers nobody who is dead. */
export function faultyStore(
  parts: StoreParts,
  options: { process: SimProcess; faults: StoreFaults; die: () => void },
): StoreParts {
  const { process, faults, die } = options

  function guarded<T extends object>(port: T): T {
    const made = new Map<PropertyKey, unknown>()
    return new Proxy(port, {
      get(target, name) {
        const method = target[name as keyof T]
        if (typeof method !== 'function') return method
        const known = made.get(name)
        if (known) return known
        const isWrite = WRITES.includes(String(name))
        const call = async (...parameters: unknown[]) => {
          if (process.isDead) return never()
          if (!isWrite) return method.apply(target, parameters)
          if (faults.isDiskFull) throw new RotaError('unavailable', 'The store cannot be written: the disk is full.')
          const dieIn = faults.dieIn
          faults.dieIn = null
          if (dieIn === 'before') {
            die()
            return never()
          }
          const answer = await method.apply(target, parameters)
          if (dieIn === 'after') die()
          return process.isDead ? never() : answer
        }
        made.set(name, call)
        return call
      },
    })
  }

  return {
    ...parts,
    executions: guarded(parts.executions),
    tasks: guarded(parts.tasks),
    details: guarded(parts.details),
    outbox: guarded(parts.outbox),
  }
}

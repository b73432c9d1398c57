import { type Clock, RotaError } from '@rota/core'
import type { Claimed, ExecutionStore, NewExecution } from '../ports/executions.ts'
import type { Dispatcher } from './dispatcher.ts'
import type { Pulse } from './pulse.ts'
import type { Signals } from './signals.ts'

interface Submission {
  rows: NewExecution[]
  keys: { key: string; max: number }[]
  resolve: () => void
  reject: (error: unknown) => void
}

/** Makes submissions durable, many callers in one transaction. */
export interface Enqueuer {
  /** Resolves when the rows are durable; rejects when none of them is. */
  add(rows: NewExecution[], keys: { key: string; max: number }[]): Promise<void>
}

const MOST_PER_BATCH = 10_000

/** Group commit: callers of the same moment share one commit, and each is answered only after it. */
export function createEnqueuer(options: {
  clock: Clock
  executions: ExecutionStore
  pulse: Pulse
  takeNew: Dispatcher['takeNew']
  /** What was added, or may have been, and nobody has claimed yet. */
  signals: Pick<Signals, 'submitted'>
}): Enqueuer {
  const { clock, executions, pulse, takeNew } = options
  let waiting: Submission[] = []
  let busy = false

  function takeBatch(): Submission[] {
    let size = 0
    let count = 0
    while (count < waiting.length && (count === 0 || size + waiting[count]!.rows.length <= MOST_PER_BATCH)) {
      size += waiting[count]!.rows.length
      count++
    }
    const batch = waiting.slice(0, count)
    waiting = waiting.slice(count)
    return batch
  }

  async function commit(batch: Submission[]) {
    const rows = batch.length === 1 ? batch[0]!.rows : batch.flatMap((s) => s.rows)
    const keys = batch.flatMap((s) => s.keys)
    await takeNew(rows.length, async (claimFor) => {
      const began = clock.monotonic()
      let claimed: Claimed[]
      try {
        const how = { now: clock.now(), keys, ...(claimFor && { claimFor }) }
        claimed = (await executions.enqueue(rows, how)).claimed
      } catch (error) {
        // Only the answer may have been lost.
        options.signals.submitted.tell(rows)
        throw error
      }
      pulse.batch('submit', rows.length, clock.monotonic() - began)
      if (claimed.length < rows.length) {
        const taken = new Set(claimed.map(({ id }) => id))
        options.signals.submitted.tell(taken.size === 0 ? rows : rows.filter(({ id }) => !taken.has(id)))
      }
      // Whoever asks for work knows its id before it starts.
      for (const { resolve } of batch) resolve()
      return claimed
    })
  }

  async function flush() {
    while (waiting.length > 0) {
      const batch = takeBatch()
      await answer(batch)
    }
    busy = false
  }

  async function answer(batch: Submission[]) {
    try {
      await commit(batch)
    } catch (error) {
      // What is wrong with one submission is no matter of the others; a store that fails is.
      if (batch.length > 1 && !RotaError.is(error)) for (const submission of batch) await answer([submission])
      else for (const { reject } of batch) reject(error)
    }
  }

  return {
    add(rows, keys) {
      return new Promise((resolve, reject) => {
        waiting.push({ rows, keys, resolve, reject })
        if (busy) return
        busy = true
        // Callers that run in the same turn of the loop join the first one's batch.
        queueMicrotask(() => void flush())
      })
    },
  }
}

import { type Order, type RunOutcome, say } from '@rota/core'
import type { Executor, Run } from '@rota/executors'
import type { Channel, Report } from '../ports/channel.ts'

/** An attempt that runs. */
interface Attempt {
  order: Order
  run: Run
}

/** The executors of this process. */
export function createLocalChannel(executors: ReadonlyMap<string, Executor>): Channel {
  // Not by a key: making, finding and forgetting one costs more than a short call, and few attempts are cancelled.
  const attempts = new Set<Attempt>()
  /** The same by key, from a cancellation until the next change: when a lease is lost, all of them are cancelled. */
  let byKey: Map<string, Attempt> | null = null

  function ended(attempt: Attempt, report: Report, outcome: RunOutcome) {
    attempts.delete(attempt)
    byKey = null
    void report.ended(outcome)
  }

  return {
    offer(order, report) {
      const executor = executors.get(order.type)
      if (executor === undefined) {
        report.refused('unsupported', say`no executor runs tasks of type ${JSON.stringify(order.type)} on this server`)
        return
      }
      report.acked()
      const attempt = { order, run: startSafely(executor, order, report) }
      attempts.add(attempt)
      byKey = null
      void attempt.run.done.then(
        (outcome) => ended(attempt, report, outcome),
        (error) => ended(attempt, report, outcomeOfError(error)),
      )
    },
    cancel(executionId, fence, reason) {
      byKey ??= new Map([...attempts].map((attempt) => [keyOf(attempt.order), attempt]))
      byKey.get(keyOf({ executionId, fence }))?.run.cancel(reason)
    },
  }
}

const keyOf = ({ executionId, fence }: Pick<Order, 'executionId' | 'fence'>) => `${executionId}/${fence}`

/** Executors of plug-ins may break their promise never to throw; that is the end of the attempt, not of the server. */
function startSafely(executor: Executor, order: Order, report: Report): Run {
  try {
    return executor.start(order, report)
  } catch (error) {
    return { done: Promise.reject(error), cancel: () => undefined }
  }
}

function outcomeOfError(error: unknown): RunOutcome {
  return {
    status: 'failed',
    failure: 'error',
    exitCode: null,
    signal: null,
    error: say`The executor broke down: ${error instanceof Error ? error.message : String(error)}`,
    result: null,
    outputTail: '',
    cpuSeconds: null,
    maxRssBytes: null,
    droppedLogBytes: 0,
  }
}

import { type Order, type RunOutcome, say } from '@rota/core'
import type { Executor, Run } from '@rota/executors'
import type { Channel, Report } from '../ports/channel.ts'

/** The executors of this process. */
export function createLocalChannel(executors: ReadonlyMap<string, Executor>): Channel {
  // A later claim of the same execution may begin while an earlier attempt is being ended.
  const runs = new Map<string, Run>()

  function ended(order: Order, report: Report, outcome: RunOutcome) {
    runs.delete(keyOf(order.executionId, order.fence))
    report.ended(outcome)
  }

  return {
    offer(order, report) {
      const executor = executors.get(order.type)
      if (executor === undefined) {
        report.refused('unsupported', say`no executor runs tasks of type ${JSON.stringify(order.type)} on this server`)
        return
      }
      report.acked()
      const run = startSafely(executor, order, report)
      runs.set(keyOf(order.executionId, order.fence), run)
      void run.done.then(
        (outcome) => ended(order, report, outcome),
        (error) => ended(order, report, outcomeOfError(error)),
      )
    },
    cancel(executionId, fence, reason) {
      runs.get(keyOf(executionId, fence))?.cancel(reason)
    },
  }
}

const keyOf = (executionId: string, fence: number) => `${executionId}/${fence}`

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

import { type Order, type RunOutcome, say } from '@rota/core'
import type { Executor, Run } from '@rota/executors'
import type { Channel, Report } from '../ports/channel.ts'

/** An attempt that runs. */
interface Attempt {
  fence: number
  run: Run
  /** Of the same execution under an earlier claim: it is being ended, and a later one may begin meanwhile. */
  earlier: Attempt | null
}

/** The executors of this process. */
export function createLocalChannel(executors: ReadonlyMap<string, Executor>): Channel {
  // By execution alone: a key put together of it and its fence would cost more than most calls of a handler.
  const latest = new Map<string, Attempt>()

  function ended({ executionId, fence }: Order, report: Report, outcome: RunOutcome) {
    const last = latest.get(executionId)
    if (last?.fence !== fence) {
      if (last) forget(last, fence)
    } else if (last.earlier === null) latest.delete(executionId)
    else latest.set(executionId, last.earlier)
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
      const { executionId, fence } = order
      const run = startSafely(executor, order, report)
      latest.set(executionId, { fence, run, earlier: latest.get(executionId) ?? null })
      void run.done.then(
        (outcome) => ended(order, report, outcome),
        (error) => ended(order, report, outcomeOfError(error)),
      )
    },
    cancel(executionId, fence, reason) {
      for (let one = latest.get(executionId) ?? null; one !== null; one = one.earlier) {
        if (one.fence === fence) one.run.cancel(reason)
      }
    },
  }
}

/** Takes an attempt out from behind a later one. */
function forget(last: Attempt, fence: number): void {
  for (let one = last; one.earlier !== null; one = one.earlier) {
    if (one.earlier.fence !== fence) continue
    one.earlier = one.earlier.earlier
    return
  }
}

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

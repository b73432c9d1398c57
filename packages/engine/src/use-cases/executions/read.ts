import { isFinal } from '@rota/core'
import type { Executions } from '../../api/executions.ts'
import type { UnfinishedLine } from '../../ports/tails.ts'
import { unfinishedView } from '../../views/execution-view.ts'
import type { UseCaseContext } from '../context.ts'
import type { ExecutionDesk } from './execution-desk.ts'
import { explainExecution } from './explain.ts'
import { followLog } from './follow-log.ts'

/** What there is to know of executions: themselves, why they wait, what they print. */
export function createReading(
  context: UseCaseContext,
  { view }: ExecutionDesk,
): Pick<Executions, 'get' | 'list' | 'explain' | 'logs' | 'follow'> {
  const { clock, details, queries, logs } = context
  return {
    get: view,
    list: (caller, filter) => queries.executions(filter, caller.scope),

    async explain(caller, id) {
      const found = await view(caller, id)
      const waiting = await details.waiting(id)
      return explainExecution(found, waiting && { ...waiting, shortage: context.shortageOf(id) }, clock.now())
    },

    async logs(caller, id, query) {
      await view(caller, id)
      return logs.read(id, query)
    },

    async *follow(caller, id, { from, signal, onUnfinished }) {
      await view(caller, id)
      const isOver = async () => {
        const found = await queries.execution(id, caller.scope)
        return found === null || isFinal(found.status)
      }
      const remote = context.remote && { ...context.remote, isHere: () => context.isRunningHere(id) }
      const tell = onUnfinished && ((line: UnfinishedLine | null) => onUnfinished(unfinishedView(line)))
      const options = { id, from, signal, isFinal: isOver, clock, onUnfinished: tell }
      yield* followLog(logs, context.tails, remote === null ? options : { ...options, remote })
    },
  }
}

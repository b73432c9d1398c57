import { type Caller, isFinal } from '@rota/core'
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

  /** Limits of the configuration are held by executions of anybody. */
  async function seen(caller: Caller, ids: readonly string[]): Promise<string[]> {
    if (caller.scope.kind === 'all') return [...ids]
    const found = await Promise.all(ids.map((id) => queries.execution(id, caller.scope)))
    return found.flatMap((one) => (one === null ? [] : [one.id]))
  }

  return {
    get: view,
    list: (caller, filter) => queries.executions(filter, caller.scope),

    async explain(caller, id) {
      const found = await view(caller, id)
      const waiting = await details.waiting(id)
      const placed = found.node_id === null ? null : await details.placement(id)
      if (waiting === null) return explainExecution(found, { waiting: null, placed, ackedAt: null }, clock.now())
      const limit = waiting.limit && { ...waiting.limit, holders: await seen(caller, waiting.limit.holders) }
      const waits = { ...waiting, limit, shortage: context.shortageOf(id) }
      return explainExecution(found, { waiting: waits, placed, ackedAt: context.ackedAtOf(id) }, clock.now())
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

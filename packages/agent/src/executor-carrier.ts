import { say } from '@rota/core'
import type { Executor } from '@rota/executors'
import type { Carrier } from '@rota/node-side'

/** Runs orders by executors, as a server does its own. */
export function executorCarrier(executors: ReadonlyMap<string, Executor>): Carrier {
  return {
    problem({ type }) {
      return executors.has(type) ? null : say`this node runs no tasks of type ${JSON.stringify(type)}`
    },
    carry: (order, sink) => executors.get(order.type)!.start(order, sink),
  }
}

import type { Order } from '@rota/core'

/** A shell order; what a test is about is given. */
export function orderOf(executionId: string, command: string, more: Partial<Order> = {}): Order {
  return {
    ...{ executionId, attempt: 1, taskId: null, taskName: 'job', scheduledAt: 5, type: 'shell', payload: { command } },
    ...{ params: { args: [], kwargs: {} }, env: {}, workingDir: null, timeoutMs: null, killGraceMs: 1_000 },
    ...{ maxLogBytes: 1_000_000, target: { kind: 'local' }, fence: 1, deadline: null },
    ...more,
  }
}

import type { Executor, RunOutcome } from '@rota/executors'
import { createEngine, type Engine } from '../../../index.ts'
import { openPostgresStore, type PostgresStore } from '../open.ts'

const SUCCESS: RunOutcome = {
  status: 'success',
  failure: null,
  exitCode: 0,
  signal: null,
  error: null,
  result: null,
  outputTail: '',
  cpuSeconds: null,
  maxRssBytes: null,
  droppedLogBytes: 0,
}

/** Succeeds at once, with one line of output. */
const quick: Executor = {
  type: 'quick',
  validate: async () => [],
  start(request, sink) {
    sink.lines([{ at: request.scheduledAt, stream: 'stdout', text: `attempt ${request.attempt}` }])
    return { done: Promise.resolve(SUCCESS), cancel() {} }
  },
}

/** An engine on a schema, with a lease so short that others soon take over. */
export async function quickEngine(url: string, schema: string): Promise<{ engine: Engine; store: PostgresStore }> {
  const poolSizes = { scheduling: 4, people: 2, logs: 1 }
  const store = await openPostgresStore({ url, schema, poolSizes })
  const executors = new Map([[quick.type, quick]])
  return { engine: createEngine({ store, executors, clock: store.clock, leaseMs: 2000, longestSleepMs: 500 }), store }
}

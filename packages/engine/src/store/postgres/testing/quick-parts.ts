import type { LogLine } from '../../../ports/logs.ts'
import { openPostgresStore } from '../open.ts'

const SUCCESS = {
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
} as const

/** Succeeds at once, with one line of output. */
const quick = {
  type: 'quick',
  validate: async () => [],
  start(request: { scheduledAt: number; attempt: number }, sink: { lines(batch: LogLine[]): boolean }) {
    sink.lines([{ at: request.scheduledAt, stream: 'stdout', text: `attempt ${request.attempt}` }])
    return { done: Promise.resolve(SUCCESS), cancel() {} }
  },
}

/** What an engine on a schema is made of, with a lease so short that others soon take over. */
export async function quickParts(url: string, schema: string) {
  const poolSizes = { scheduling: 4, people: 2, logs: 1 }
  const store = await openPostgresStore({ url, schema, poolSizes })
  return { store, executors: new Map([[quick.type, quick]]), clock: store.clock, leaseMs: 2000, longestSleepMs: 500 }
}

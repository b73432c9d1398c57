import type { Clock } from '@rota/core'
import { type FollowOptions, followLogs } from './follow.ts'
import { readAll, readPast } from './pages.ts'
import type { Transport } from './transport.ts'
import type {
  Execution,
  ExecutionQuery,
  Explanation,
  JobInput,
  ListedExecution,
  LogEntry,
  LogQuery,
  PastPage,
  RunReply,
} from './types.ts'

const BASE = '/api/scheduler/executions'

/** Executions: single runs of tasks, and jobs without a task. */
export class ExecutionsApi {
  readonly #http: Transport
  readonly #clock: Clock

  constructor(transport: Transport, clock: Clock) {
    this.#http = transport
    this.#clock = clock
  }

  list(query: ExecutionQuery = {}): Promise<PastPage<ListedExecution>> {
    return readPast(this.#http, BASE, 'executions', query)
  }

  /** All that match, newest first, page after page. */
  all(query: ExecutionQuery = {}): AsyncGenerator<ListedExecution> {
    return readAll((page) => this.list({ limit: 200, ...query, ...page }))
  }

  get(id: string): Promise<Execution> {
    return this.#http.json('GET', at(id))
  }

  /** Runs a job that has no task. */
  submit(job: JobInput, options: { idempotencyKey?: string } = {}): Promise<Execution> {
    return this.#http.json('POST', BASE, { body: job, ...options })
  }

  /** Throws ApiError 409 when it has already ended. */
  cancel(id: string): Promise<Execution> {
    return this.#http.json('POST', at(id, 'cancel'))
  }

  /** A new execution with the same parameters. */
  rerun(id: string): Promise<RunReply> {
    return this.#http.json('POST', at(id, 'rerun'))
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', at(id))
  }

  /** Plain sentences: why it waits, was skipped, was late, failed. */
  explain(id: string): Promise<Explanation> {
    return this.#http.json('GET', at(id, 'explain'))
  }

  logs(id: string, query: LogQuery = {}): Promise<{ logs: LogEntry[]; total: number }> {
    return this.#http.json('GET', at(id, 'logs'), { query: { ...query } })
  }

  /** Stored lines, then live ones, until the execution ends; reconnects by itself. */
  follow(id: string, options: FollowOptions = {}): AsyncGenerator<LogEntry> {
    return followLogs(this.#http, this.#clock, at(id, 'logs/stream'), options)
  }

  /** The execution once it has ended; learns of the end from the log stream, without polling. */
  async finished(id: string, options: FollowOptions = {}): Promise<Execution> {
    for await (const _line of this.follow(id, options));
    return this.get(id)
  }
}

function at(id: string, action?: string): string {
  return `${BASE}/${encodeURIComponent(id)}${action ? `/${action}` : ''}`
}

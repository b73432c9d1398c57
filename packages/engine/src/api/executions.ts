import type { Caller, ExecutionStatus, ExecutionView, FailureKind, Json, TaskInput, Trigger } from '@rota/core'
import type { LogPage, LogQuery, NumberedLine } from '../ports/logs.ts'
import type { ExecutionSort, LateBound } from '../ports/queries.ts'
import type { Page, PastOf } from './page.ts'
import type { RunView } from './tasks.ts'

/** A job without a task. */
export interface JobInput {
  type: string
  payload: Record<string, Json>
  name?: string
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
  priority?: number
  timeout_seconds?: number | null
  retry?: TaskInput['retry']
  concurrency?: { key?: string | null; key_max?: number }
  target?: TaskInput['target']
  /** ISO instant before which it does not start. */
  run_at?: string
  /** False leaves no row behind once it has ended; for queues that need no history. */
  keep_history?: boolean
}

export interface ExecutionFilter extends Page {
  task_id?: string
  /** The node that it runs or ran on. */
  node_id?: string
  group?: string
  status?: ExecutionStatus[]
  failure?: FailureKind
  trigger?: Trigger
  /** Only occurrences of schedules, which alone have a lateness. */
  late?: LateBound
  /** In the task's name or the error of one of the latest failures, or what the id begins with. */
  q?: string
  /** Default: the latest first. Throws `invalid` where more match than can be sorted. */
  sort?: ExecutionSort
  /** What the rows shall have besides, which may be large: `output` is its end. */
  fields?: readonly ('output' | 'result')[]
  /** ISO instants around `scheduled_at`: from inclusive, to exclusive. */
  from?: string
  to?: string
  /** ISO instants around the end: from inclusive, to exclusive. What lives has none. */
  finished_from?: string
  finished_to?: string
}

export interface Executions {
  submit(caller: Caller, job: JobInput, options?: { idempotencyKey?: string }): Promise<ExecutionView>
  /** All or nothing; answers ids in order. */
  submitMany(caller: Caller, jobs: JobInput[]): Promise<{ id: string; status: ExecutionStatus }[]>
  get(caller: Caller, id: string): Promise<ExecutionView>
  list(caller: Caller, filter: ExecutionFilter): Promise<PastOf<ExecutionView>>
  /** Throws `conflict` when it has already ended. */
  cancel(caller: Caller, id: string): Promise<ExecutionView>
  /** A new execution with the same task or job and the same parameters. */
  rerun(caller: Caller, id: string): Promise<RunView>
  remove(caller: Caller, id: string): Promise<void>
  /** Plain sentences: why it waits, was skipped, was late, failed. */
  explain(caller: Caller, id: string): Promise<{ summary: { en: string; zh: string }; facts: Record<string, Json> }>
  logs(caller: Caller, id: string, query: LogQuery): Promise<LogPage>
  /**
   * Stored lines from `from`, then live ones, until the execution ends or `signal` aborts. Between them `onUnfinished`
   * is told what line stands unfinished behind them, and with null that none does any more.
   */
  follow(caller: Caller, id: string, options: Following): AsyncIterable<NumberedLine[]>
}

export interface Following {
  /** Number of the first line wanted. */
  from: number
  signal: AbortSignal
  onUnfinished?: ((line: ExecutionView['unfinished']) => void) | undefined
}

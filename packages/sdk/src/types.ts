import type {
  ExecutionStatus,
  ExecutionView,
  FailureKind,
  Json,
  LedgerAnswer,
  LedgerEntry,
  ScheduleInput,
  TaskInput,
  TaskView,
  Trigger,
} from '@rota/core'

/** A task as the API gives it: `schedule` is the equivalent cron text, `schedule_rule` what was written. */
export interface Task extends Omit<TaskView, 'schedule' | 'cron'> {
  schedule: string | null
  schedule_rule: ScheduleInput | null
}

export type Execution = ExecutionView

/** One page of a list. `rows` holds what the reply carries under the list's own name. */
export interface ListPage<T> {
  total: number
  page: number
  limit: number
  rows: T[]
  next_cursor: string | null
}

export interface PageQuery {
  page?: number | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

export interface TaskQuery extends PageQuery {
  group?: string | undefined
  status?: string | undefined
  type?: string | undefined
  tag?: string | undefined
  q?: string | undefined
  sort?: string | undefined
}

export interface ExecutionQuery extends PageQuery {
  task_id?: string | undefined
  group?: string | undefined
  status?: readonly ExecutionStatus[] | undefined
  failure?: FailureKind | undefined
  trigger?: Trigger | undefined
  /** ISO instants around `scheduled_at`: from inclusive, to exclusive. */
  from?: string | undefined
  to?: string | undefined
}

export interface RunInput {
  params?: { args?: Json[]; kwargs?: Record<string, Json> }
  env?: Record<string, string>
  priority?: number
}

export interface RunReply {
  execution_id: string
  status: ExecutionStatus
  task_id: string | null
}

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
  run_at?: string
}

export interface LogEntry {
  /** Number of the line within the execution, 0-based. */
  no: number
  timestamp: string
  stream: 'stdout' | 'stderr' | 'system'
  level: string
  message: string
  attempt: number
}

export interface LogQuery {
  from?: number | undefined
  limit?: number | undefined
  tail?: number | undefined
  stream?: string | undefined
  q?: string | undefined
}

export interface PreviewInput {
  schedule: ScheduleInput
  timezone?: string | undefined
  dst?: TaskInput['dst']
  from?: string | undefined
  to?: string | undefined
  count?: number | undefined
}

export interface Preview {
  cron: string | null
  words: { en: string; zh: string }
  next: string[]
  notes: { at: string | null; en: string; zh: string }[]
}

export interface Occurrence {
  task_id: string
  task_name: string
  due_at: string
}

export interface LedgerQuery {
  task_id?: string | undefined
  from?: string | undefined
  to?: string | undefined
  answer?: LedgerAnswer | undefined
  limit?: number | undefined
  cursor?: string | undefined
}

export interface LedgerPage {
  entries: LedgerEntry[]
  next_cursor: string | null
}

/** What `GET /status` answers. */
export interface ServerStatus {
  version: string
  environment: string
  timestamp: string
  scheduler: { kind: string; state: string; reason: string | null }
  instances: { id: string; started_at: string; running: number; waiting: number }[]
  counts: { tasks: number; pending: number; running: number; oldest_waiting_ms: number | null }
  lateness_ms: Spread | null
  event_loop_delay_ms: Spread | null
  store: { kind: string; location: string }
}

export interface Spread {
  p50: number
  p99: number
  max: number
}

export interface StatsSummary {
  total_tasks: number
  active_tasks: number
  total_executions: number
  /** Percentage with two decimals; null when nothing has finished. */
  success_rate: number | null
  by_status: Partial<Record<ExecutionStatus, number>>
}

export interface TaskStats {
  total_executions: number
  success: number
  failed: number
  cancelled: number
  skipped: number
  success_rate: number | null
  avg_duration: number | null
  total_duration: number
  p50_duration: number | null
  p95_duration: number | null
  p99_duration: number | null
  p50_lateness_ms: number | null
  p99_lateness_ms: number | null
}

export interface TopEntry {
  task_id: string
  task_name: string
  value: number
  total: number
}

export interface TimeseriesPoint {
  at: string
  total: number
  success: number
  failed: number
  avg_duration: number | null
}

export interface Explanation {
  summary: { en: string; zh: string }
  facts: Record<string, Json>
}

export type Role = 'viewer' | 'operator' | 'editor' | 'admin'
export type Permission = 'view' | 'execute' | 'edit' | 'delete' | 'manage'

export interface User {
  id: string
  username: string
  display_name: string
  role: Role
  disabled: boolean
  must_change_password: boolean
  last_login_at: string | null
  created_at: string
  updated_at: string
}

export interface UserInput {
  username: string
  password: string
  role?: Role
  display_name?: string
  must_change_password?: boolean
}

export interface UserChanges {
  role?: Role
  display_name?: string
  disabled?: boolean
  password?: string
  must_change_password?: boolean
}

/** Who the caller is and what the credential allows. */
export interface Identity {
  user: User
  permissions: Permission[]
  credential: { kind: 'session' | 'token'; token_id: string | null; expires_at: string | null }
}

export interface LoginReply {
  access_token: string
  refresh_token?: string
  /** Seconds. */
  expires_in: number
  user: User
}

export interface Token {
  id: string
  name: string
  /** User name of its maker. */
  owner: string
  scopes: Permission[]
  created_at: string
  expires_at: string | null
  last_used_at: string | null
  revoked_at: string | null
}

/** Without scopes or role the token may do what its maker may. */
export interface TokenInput {
  name: string
  scopes?: Permission[]
  role?: Role
  expires_at?: string | null
  expires_in_days?: number
}

/** A token as it is answered once, when it is made. */
export interface NewToken extends Token {
  token: string
}

export interface BulkResult {
  id: string
  ok: boolean
  error: string | null
}

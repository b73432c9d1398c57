import type { Caller, ExecutionStatus } from '@rota/core'

export interface StatsSummary {
  total_tasks: number
  active_tasks: number
  total_executions: number
  /** Percentage with two decimals of finished executions that succeeded; null when none finished. */
  success_rate: number | null
  by_status: Partial<Record<ExecutionStatus, number>>
}

export interface TaskStats {
  /** What has ended, runs, or waits for its next attempt. */
  total_executions: number
  running: number
  /** Between two attempts. */
  retrying: number
  success: number
  failed: number
  cancelled: number
  skipped: number
  success_rate: number | null
  /** Seconds. */
  avg_duration: number | null
  total_duration: number
  p50_duration: number | null
  p95_duration: number | null
  p99_duration: number | null
  p50_lateness_ms: number | null
  p99_lateness_ms: number | null
}

export interface Stats {
  summary(caller: Caller): Promise<StatsSummary>
  /** ISO dates or instants; by default everything kept. */
  task(caller: Caller, id: string, range: { from?: string; to?: string }): Promise<TaskStats>
  timeseries(
    caller: Caller,
    query: { from: string; to: string; bucket: 'hour' | 'day'; task_id?: string; group?: string },
  ): Promise<{ at: string; total: number; success: number; failed: number; avg_duration: number | null }[]>
  top(
    caller: Caller,
    query: { by: 'slowest' | 'failing'; from?: string; limit?: number },
  ): Promise<{ task_id: string; task_name: string; value: number; total: number }[]>
}

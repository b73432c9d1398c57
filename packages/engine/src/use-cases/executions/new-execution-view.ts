import type { EffectiveExecution, ExecutionView, Json } from '@rota/core'
import type { NewExecution } from '../../ports/executions.ts'

export interface NewExecutionFacts {
  taskId: string | null
  taskName: string | null
  taskGroup: string | null
  type: string
  effective: EffectiveExecution
  params: { args: Json[]; kwargs: Record<string, Json> } | null
}

/** An execution as it reads the moment it was made, without asking the store. */
export function newExecutionView(row: NewExecution, facts: NewExecutionFacts): ExecutionView {
  return {
    id: row.id,
    tenant_id: row.tenantId,
    task_id: facts.taskId,
    task_name: facts.taskName,
    task_group: facts.taskGroup,
    task_version: row.taskVersion,
    type: facts.type,
    trigger: row.trigger,
    requested_by: row.requestedBy,
    status: 'pending',
    failure: null,
    reason: null,
    phase: row.runAt > row.createdAt ? 'waiting' : 'ready',
    scheduled_at: new Date(row.dueAt).toISOString(),
    jittered_at: new Date(row.dueAt + (row.jitterMs ?? 0)).toISOString(),
    created_at: new Date(row.createdAt).toISOString(),
    started_at: null,
    finished_at: null,
    lateness_ms: null,
    duration: null,
    attempt: 1,
    max_attempts: facts.effective.retry.max_attempts,
    timeout_seconds: facts.effective.timeout_seconds,
    attempts: [],
    ran_twice: false,
    fenced_attempts: [],
    priority: row.priority,
    params: facts.params,
    exit_code: null,
    output: null,
    result: null,
    error: null,
    progress: null,
    unfinished: null,
    node_id: null,
    cpu_seconds: null,
    max_rss_bytes: null,
    dropped_log_bytes: 0,
    covers: null,
  }
}

import type { AttemptView, ExecutionDefaults, ExecutionView, Json } from '@rota/core'
import { shownLimit } from '../planning/limits.ts'
import { attemptsOf, firstStartOf, ranMs } from '../ports/attempts.ts'
import type { KeptFencedAttempt } from '../ports/executions.ts'
import type { ExecutionRecord } from '../ports/queries.ts'
import type { UnfinishedLine } from '../ports/tails.ts'
import { isoOf } from './instants.ts'

/** An execution as people read it. */
export function executionView(record: ExecutionRecord, defaults: ExecutionDefaults): ExecutionView {
  const inherited = defaults(record.type)
  const attempts = attemptsOf(record.attempts)
  const { startedAt, finishedAt, dueAt, jitterMs } = record
  const fenced = record.fenced === null ? [] : (JSON.parse(record.fenced) as KeptFencedAttempt[])
  const firstStart = firstStartOf(attempts, startedAt)
  return {
    id: record.id,
    tenant_id: record.tenantId,
    task_id: record.taskId,
    task_name: record.taskName,
    task_group: record.taskGroup,
    task_version: record.taskVersion,
    type: record.type,
    trigger: record.trigger,
    requested_by: record.requestedBy,
    status: record.status,
    failure: record.failure,
    reason: reasonOf(record),
    phase: record.phase,
    scheduled_at: isoOf(dueAt),
    jittered_at: isoOf(dueAt + jitterMs),
    created_at: isoOf(record.createdAt),
    started_at: isoOf(startedAt),
    finished_at: isoOf(finishedAt),
    lateness_ms: firstStart === null ? null : firstStart - dueAt - jitterMs,
    duration: durationOf(record, attempts),
    attempt: record.attempt,
    max_attempts: record.maxAttempts ?? inherited.retry.max_attempts,
    timeout_seconds: record.timeoutSeconds ?? inherited.timeout_seconds,
    attempts,
    ran_twice: ranTwice(record, fenced),
    fenced_attempts: fenced.map(fencedView),
    priority: record.priority,
    params: paramsOf(record),
    exit_code: record.exitCode,
    output: record.output,
    result: record.result === null ? null : (JSON.parse(record.result) as Json),
    error: record.error,
    progress: null,
    unfinished: null,
    node_id: record.nodeId,
    cpu_seconds: record.cpuMs === null ? null : record.cpuMs / 1000,
    max_rss_bytes: record.maxRssBytes,
    dropped_log_bytes: record.droppedLogBytes,
    covers: coversOf(record.coversFrom, dueAt, record.coversCount),
  }
}

function fencedView(fenced: KeptFencedAttempt): ExecutionView['fenced_attempts'][number] {
  return {
    attempt: fenced.attempt,
    instance_id: fenced.instanceId,
    started_at: isoOf(fenced.startedAt),
    fenced_at: isoOf(fenced.fencedAt),
  }
}

/** Seconds that all attempts ran, once it has ended; null when none did. */
function durationOf({ startedAt, finishedAt }: ExecutionRecord, attempts: readonly AttemptView[]): number | null {
  if (finishedAt === null || firstStartOf(attempts, startedAt) === null) return null
  const last = startedAt === null ? 0 : Math.max(0, finishedAt - startedAt)
  return (ranMs(attempts) + last) / 1000
}

/** Whoever took it over has started the next attempt, too. */
function ranTwice({ attempt, startedAt }: ExecutionRecord, fenced: readonly KeptFencedAttempt[]): boolean {
  return fenced.some((it) => attempt > it.attempt + 1 || (attempt > it.attempt && startedAt !== null))
}

export function unfinishedView(line: UnfinishedLine | null): ExecutionView['unfinished'] {
  return line === null ? null : { stream: line.stream, message: line.text, since: isoOf(line.since) }
}

/** A range of due instants answered by one row; null when it answers for its own alone. */
export function coversOf(from: number | null, to: number, count: number | null): ExecutionView['covers'] {
  return from === null || count === null || count < 2 ? null : { from: isoOf(from), to: isoOf(to), count }
}

/** What a pending execution waits for, if it is a limit: `task_limit`, or as the store keeps it: `key:NAME`, `group:NAME`, `global`. */
function reasonOf({ status, reason }: ExecutionRecord): string | null {
  if (status !== 'pending' || reason === null) return status === 'running' ? null : reason
  if (reason.startsWith('node:')) return 'node'
  return reason.startsWith('task:') ? 'task_limit' : shownLimit(reason)
}

/** What the run overrides, laid over what the task says. */
function paramsOf({ params, taskParams }: ExecutionRecord): ExecutionView['params'] {
  if (params === null) return null
  type Params = { args?: Json[]; kwargs?: Record<string, Json> }
  const own = JSON.parse(params) as Params
  const usual = JSON.parse(taskParams ?? '{}') as Params
  return { args: own.args ?? usual.args ?? [], kwargs: { ...usual.kwargs, ...own.kwargs } }
}

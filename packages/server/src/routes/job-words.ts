import {
  type Caller,
  DEFAULT_MISFIRE,
  invalid,
  type ScheduleInput,
  say,
  type TaskInput,
  type TaskView,
} from '@rota/core'

import type { scheduledJob, scheduledJobChanges } from '@rota/protocol'
import type { z } from 'zod'
import { visible } from './present.ts'

type Job = z.output<typeof scheduledJob>
type JobChanges = z.output<typeof scheduledJobChanges>

const UNIT_SECONDS: Record<string, number> = { second: 1, minute: 60, hour: 3_600, day: 86_400 }

/** A task in the words of a job API, as its reader may see it. */
export function toJob(task: TaskView, caller: Caller): Job {
  const view = visible(task, caller, task)
  const rule = view.schedule
  return {
    id: view.id,
    name: view.name,
    description: view.description ?? '',
    ...describeRule(rule, view.cron),
    func: view.handler ?? null,
    type: view.type,
    timezone: view.timezone ?? 'UTC',
    args: view.params?.args ?? [],
    kwargs: view.params?.kwargs ?? {},
    status: view.status === 'disabled' ? 'paused' : view.status,
    max_instances: view.effective.max_concurrent,
    misfire_grace_time: view.misfire?.grace_seconds ?? DEFAULT_MISFIRE.grace_seconds,
    timeout_seconds: view.timeout_seconds ?? null,
    priority: view.priority ?? 0,
    retry: view.retry ?? null,
    next_run_time: view.next_run,
    last_run_time: view.last_run,
    last_status: view.last_status,
    run_count: view.run_count,
    created_by: view.created_by,
    created_at: view.created_at,
    updated_at: view.updated_at,
  }
}

function describeRule(rule: ScheduleInput | undefined, cron: string | null) {
  const none = { cron_expression: null, interval_seconds: null, run_date: null }
  if (rule === undefined) return { job_type: 'manual' as const, ...none }
  if (typeof rule === 'string') return { job_type: 'cron' as const, ...none, cron_expression: rule }
  switch (rule.type) {
    case 'interval': {
      const unit = UNIT_SECONDS[rule.unit.replace(/s$/, '')] ?? 1
      return { job_type: 'interval' as const, ...none, interval_seconds: rule.every * unit }
    }
    case 'once':
      return { job_type: 'date' as const, ...none, run_date: rule.at }
    case 'none':
    case 'dependency':
      return { job_type: 'manual' as const, ...none }
    default:
      return { job_type: 'cron' as const, ...none, cron_expression: cron }
  }
}

/** The change of a task that a change of a job means. `current` fills in what `params` needs whole. */
export function toTaskChanges(job: JobChanges, current?: TaskView): Partial<TaskInput> {
  const schedule = toRule(job, current)
  const params = { ...current?.params, ...pick(job, 'args'), ...pick(job, 'kwargs') }
  return {
    ...pick(job, 'name'),
    ...pick(job, 'description'),
    ...pick(job, 'timezone'),
    ...pick(job, 'timeout_seconds'),
    ...pick(job, 'priority'),
    ...pick(job, 'retry'),
    ...(job.func !== undefined && { type: 'handler', handler: job.func }),
    ...((job.args !== undefined || job.kwargs !== undefined) && { params }),
    ...(job.max_instances !== undefined && { concurrency: { ...current?.concurrency, max: job.max_instances } }),
    ...(job.misfire_grace_time !== undefined && {
      misfire: { ...current?.misfire, grace_seconds: job.misfire_grace_time },
    }),
    ...(schedule !== undefined && { schedule }),
  }
}

function pick<Key extends keyof JobChanges>(job: JobChanges, key: Key) {
  return (job[key] === undefined ? {} : { [key]: job[key] }) as Pick<Required<JobChanges>, Key>
}

/** Throws `invalid` when the field that the kind of job needs is missing. */
function toRule(job: JobChanges, current?: TaskView): ScheduleInput | undefined {
  const given = {
    cron: job.cron_expression ?? undefined,
    interval: job.interval_seconds ?? undefined,
    date: job.run_date ?? undefined,
  }
  const [implied] = Object.entries(given).flatMap(([kind, value]) => (value === undefined ? [] : [kind]))
  const kind = job.job_type ?? implied
  if (kind === undefined) return undefined
  const isSameKind = current !== undefined && describeRule(current.schedule, current.cron).job_type === kind
  if (kind === 'cron' && given.cron !== undefined) return { type: 'cron', expression: given.cron }
  if (kind === 'interval' && given.interval !== undefined) {
    return { type: 'interval', every: given.interval, unit: 'seconds' }
  }
  if (kind === 'date' && given.date !== undefined) return { type: 'once', at: given.date }
  if (kind === 'manual') return { type: 'none' }
  if (isSameKind) return undefined
  const field = { cron: 'cron_expression', interval: 'interval_seconds', date: 'run_date' }[kind] ?? 'job_type'
  throw invalid([{ path: field, message: say`is required when job_type is ${kind}.` }])
}

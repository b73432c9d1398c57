import { z } from 'zod'
import { executionStatus, failureKind } from './execution.ts'
import { groupFilter, historyBeginsAt, instant, instantOrDate, text } from './scalars.ts'
import { percentage } from './stats.ts'
import { strict } from './strict.ts'
import { taskFields } from './task.ts'

const range = {
  from: instantOrDate.exactOptional(),
  to: instantOrDate.exactOptional().meta({ description: 'Exclusive; a date counts to its end.' }),
}
const at = z.array(z.number()).meta({ description: 'Epoch ms.' })
const maybeAt = z.array(z.number().nullable()).meta({ description: 'Epoch ms.' })

export const forecastDaysQuery = strict({
  ...range,
  timezone: taskFields.timezone,
  task_id: text(64).exactOptional(),
  group: groupFilter,
  per_day: z.int().min(0).max(100).exactOptional().meta({ description: 'Tasks named of each day, default 20.' }),
})

export const forecastDays = z
  .strictObject({
    timezone: z.string(),
    days: z.array(
      z.strictObject({
        date: z.iso.date(),
        occurrences: z.int(),
        task_count: z.int(),
        tasks: z
          .array(z.strictObject({ task_id: z.string(), task_name: z.string(), first_due_at: instant, count: z.int() }))
          .meta({ description: 'The earliest of that day.' }),
      }),
    ),
    truncated: z.boolean().meta({ description: 'There are more schedules than are counted at once.' }),
  })
  .meta({ id: 'ForecastDays', description: 'What falls due on each day of a zone, every occurrence counted.' })

export const timelineQuery = strict({
  ...range,
  task_id: text(64).exactOptional(),
  node_id: text(200, 1)
    .exactOptional()
    .meta({ description: 'The node that it runs or ran on; nothing to come is told then.' }),
  group: groupFilter,
  limit: z.int().min(1).max(20_000).exactOptional().meta({ description: 'Executions at most, default 5,000.' }),
})

export const timeline = z
  .strictObject({
    from: instant,
    to: instant,
    tasks: z.array(z.strictObject({ id: z.string(), name: z.string(), group: z.string().nullable() })),
    executions: z
      .strictObject({
        id: z.array(z.string()),
        task: z.array(z.int().nullable()).meta({ description: 'Index into `tasks`; null for a job without a task.' }),
        scheduled_at_ms: at,
        started_at_ms: maybeAt,
        finished_at_ms: maybeAt,
        status: z.array(executionStatus),
        reason: z
          .array(z.string().nullable())
          .meta({ description: 'Why it was skipped, else the kind of its failure.' }),
        lateness_ms: z.array(z.number().nullable()),
        covers_from_ms: maybeAt.meta({ description: 'First due instant answered, where a row stands for several.' }),
      })
      .meta({ description: 'Columns: their n-th entries belong together. The latest due come first.' }),
    coming: z.strictObject({
      task: z.array(z.int()),
      at_ms: at,
      queues_until_ms: maybeAt.meta({
        description: 'Until when a limit is expected to be taken that it needs, epoch ms; null where none is.',
      }),
    }),
    truncated: z.strictObject({ executions: z.boolean(), coming: z.boolean() }),
    buckets: z
      .strictObject({
        bucket_ms: z.number(),
        at_ms: at,
        total: z.array(z.int()),
        success: z.array(z.int()),
        failed: z.array(z.int()),
      })
      .nullable()
      .meta({
        description:
          'Counts over the whole range when executions are left out, or retention has removed some: by due instant, or where some are removed or the range is long, by the hour of the end.',
      }),
    history_begins_at: historyBeginsAt,
  })
  .meta({ id: 'Timeline', description: 'What was, is and comes within a stretch of time, in columns.' })

export const failureGroupsQuery = strict({
  ...range,
  fingerprint: z
    .string()
    .regex(/^[0-9a-f]{16}$/)
    .optional()
    .meta({
      description: 'One group only, with the ids of all its executions; without it each has its latest hundred.',
    }),
})

export const failureGroups = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        fingerprint: z.string(),
        kind: failureKind.nullable(),
        message: z.string().meta({ description: 'Numbers, ids, instants and paths are left out.' }),
        example: z.string().meta({ description: 'What the last one says.' }),
        count: z.int(),
        task_count: z.int(),
        tasks: z
          .array(z.strictObject({ id: z.string(), name: z.string(), count: z.int() }))
          .meta({ description: 'The ten with the most.' }),
        first_at: instant,
        last_at: instant,
        execution_ids: z.array(z.string()).meta({ description: 'The latest hundred, newest first.' }),
      }),
    ),
    total: z.int().meta({
      description: 'All failures; where some are in no group, those of the hours around the range.',
    }),
    truncated: z.boolean().meta({ description: 'There were failures that are in no group.' }),
    history_begins_at: historyBeginsAt,
  })
  .meta({ id: 'FailureGroups', description: 'Failures that are alike, those with the most first.' })

export const groupList = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        name: z.string(),
        tasks: z.int(),
        enabled: z.int(),
        total: z.int().meta({ description: 'Tasks of the group and of all below it.' }),
      }),
    ),
  })
  .meta({ id: 'GroupList', description: 'Groups in use and those above them, by name.' })

export const tagList = z
  .strictObject({ tags: z.array(z.strictObject({ name: z.string(), tasks: z.int() })) })
  .meta({ id: 'TagList' })

export const groupStatsQuery = strict(range)

export const groupStats = z
  .strictObject({
    groups: z.array(
      z.strictObject({
        group: z.string().nullable(),
        success: z.int(),
        failed: z.int(),
        cancelled: z.int(),
        skipped: z.int(),
        success_rate: percentage,
        avg_duration: z.number().nullable().meta({ description: 'Seconds.' }),
        total_duration: z.number().meta({ description: 'Seconds.' }),
      }),
    ),
  })
  .meta({ id: 'GroupStats' })

export const latenessQuery = strict({
  ...range,
  bucket: z.enum(['hour', 'day']).exactOptional(),
  task_id: text(64).exactOptional(),
})

export const lateness = z
  .strictObject({
    bucket: z.enum(['hour', 'day']),
    points: z.array(
      z.strictObject({
        at: instant,
        count: z.int(),
        p50_ms: z.number().nullable(),
        p95_ms: z.number().nullable(),
        p99_ms: z.number().nullable(),
      }),
    ),
  })
  .meta({ id: 'Lateness', description: 'Delay of first attempts over time; empty buckets are left out.' })

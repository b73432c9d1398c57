import type { Caller, CronDialect, ScheduleInput, TaskInput } from '@rota/core'

export interface SchedulePreview {
  cron: string | null
  /** The zone it was read in. */
  timezone: string
  words: { en: string; zh: string }
  next: string[]
  notes: { at: string | null; en: string; zh: string; suggestion?: string }[]
}

/** A draft of a schedule, and which of its instants to show. */
export interface PreviewInput {
  schedule: ScheduleInput
  timezone?: string
  dialect?: CronDialect
  name?: string
  key?: string
  dst?: TaskInput['dst']
  from?: string
  to?: string
  count?: number
  start_at?: string | null
  end_at?: string | null
  jitter_seconds?: number
}

export interface Schedules {
  /** Throws `invalid` with field and position. At most 1,000 instants. */
  preview(input: PreviewInput): SchedulePreview
  /** Coming occurrences of all active tasks, earliest first. */
  upcoming(
    caller: Caller,
    options: { to?: string; limit?: number; task_id?: string },
  ): Promise<{ task_id: string; task_name: string; due_at: string; jittered_at: string }[]>
  /**
   * When the `next` instants of a preview start with jitter: as the task's first schedule has it, or as a draft would
   * once it is saved under its `key` or `name`. Null where a draft with jitter has neither.
   */
  jittered(caller: Caller, input: PreviewInput, next: string[], taskId?: string): Promise<string[] | null>
}

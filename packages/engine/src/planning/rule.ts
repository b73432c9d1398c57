import {
  compileSchedule,
  type DstOverlapPolicy,
  type GapPolicy,
  type MisfireSettings,
  type OverlapPolicy,
  type Schedule,
  type ScheduleInput,
  type TaskDefinition,
} from '@rota/core'

/**
 * Everything planning needs to know of a schedule, as one JSON text. Equal schedules of different tasks share one
 * text, so it names no task unless the schedule itself depends on it (`H`, intervals counted from creation).
 */
export interface RuleBody {
  schedule: ScheduleInput
  timezone: string
  gap: GapPolicy
  repeat: DstOverlapPolicy
  startAt: number | null
  endAt: number | null
  hashKey: string | null
  createdAt: number | null
  jitterMs: number
  misfire: MisfireSettings
  maxRuns: number | null
  priority: number
  overlap: OverlapPolicy
  taskMax: number
  group: string | null
  /** The concurrency key named on the task. */
  key: string | null
}

/** A rule ready for use. */
export interface Rule extends Omit<RuleBody, 'schedule'> {
  schedule: Schedule
}

/** `H`, the hashed field of a cron expression; a word of its own, unlike the h in THU. */
const HASHED = /(^|[\s,|])H/i

/** The rules of a task's schedules in order. Kinds that never fall due by the clock have none. */
export function ruleBodiesOf(task: TaskDefinition, taskId: string, createdAt: number): RuleBody[] {
  const timed = task.schedules.filter(({ schedule }) => !isManual(schedule))
  return timed.map(({ schedule, timezone }) => ({
    schedule,
    timezone: timezone ?? task.timezone,
    gap: task.dst.gap,
    repeat: task.dst.overlap,
    startAt: task.start_at,
    endAt: task.end_at,
    hashKey: usesHash(schedule) ? taskId : null,
    createdAt: countsFromCreation(schedule) ? createdAt : null,
    jitterMs: task.jitter_seconds * 1000,
    misfire: task.misfire,
    maxRuns: task.max_runs,
    priority: task.priority,
    overlap: task.concurrency.overlap,
    taskMax: task.concurrency.max,
    group: task.group,
    key: task.concurrency.key,
  }))
}

/** Compiles a rule. Throws `invalid` when its schedule, zone or window is wrong. */
export function compileRule(body: RuleBody): Rule {
  const schedule = compileSchedule(body.schedule, {
    timezone: body.timezone,
    dst: { gap: body.gap, overlap: body.repeat },
    startAt: body.startAt,
    endAt: body.endAt,
    hashKey: body.hashKey ?? undefined,
    createdAt: body.createdAt ?? undefined,
  })
  return { ...body, schedule }
}

export function isManual(schedule: ScheduleInput): boolean {
  return typeof schedule === 'object' && (schedule.type === 'none' || schedule.type === 'dependency')
}

function usesHash(schedule: ScheduleInput): boolean {
  if (typeof schedule === 'string') return HASHED.test(schedule)
  return schedule.type === 'cron' && HASHED.test(schedule.expression)
}

function countsFromCreation(schedule: ScheduleInput): boolean {
  return typeof schedule === 'object' && schedule.type === 'interval' && !schedule.aligned && !schedule.anchor
}

/** Compiled rules by id, the least recently used dropped first. */
export function createRuleCache(limit = 10_000) {
  const rules = new Map<number, Rule>()
  return {
    get(id: number): Rule | undefined {
      return rules.get(id)
    },
    set(id: number, body: string): Rule {
      const rule = compileRule(JSON.parse(body) as RuleBody)
      if (rules.size >= limit) rules.delete(rules.keys().next().value!)
      rules.set(id, rule)
      return rule
    },
  }
}

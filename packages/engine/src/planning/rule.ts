import {
  compileSchedule,
  type DstOverlapPolicy,
  drawsFromKey,
  type GapPolicy,
  type MisfireSettings,
  type OverlapPolicy,
  type Schedule,
  type ScheduleInput,
  type TaskDefinition,
} from '@rota/core'

/**
 * Everything planning needs to know of a schedule, as one JSON text. Equal schedules of different tasks share one
 * text, so it names no task unless the schedule itself depends on it (`H`, jitter, intervals counted from creation).
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
  /** What jitter is drawn from. Rules of earlier releases draw from the schedule's own number. */
  jitterKey?: string
  misfire: MisfireSettings
  maxRuns: number | null
  priority: number
  overlap: OverlapPolicy
  /** How many executions of the task may run at once; 1 where the task leaves it to the server. */
  taskMax: number
  /** The task leaves `taskMax` to the server. Rules of earlier releases do not say so. */
  inheritsMax?: boolean
  group: string | null
  /** The concurrency key named on the task. */
  key: string | null
}

/** A rule ready for use. */
export interface Rule extends Omit<RuleBody, 'schedule'> {
  schedule: Schedule
  inheritsMax: boolean
}

/** What a task without a key draws from: its id, but nothing of its own for `~`, as in the release that made it. */
export function keyOfOld(schedule: ScheduleInput, taskId: string): string | null {
  return WORD_H.test(textOf(schedule)) ? taskId : null
}

/** `H`, a word of its own, unlike the h in THU. */
const WORD_H = /(^|[\s,|])H/i

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
    hashKey: drawsFromKey(schedule) ? (task.hash_key ?? keyOfOld(schedule, taskId)) : null,
    createdAt: countsFromCreation(schedule) ? createdAt : null,
    jitterMs: task.jitter_seconds * 1000,
    ...(task.jitter_seconds > 0 && task.hash_key !== null && { jitterKey: task.hash_key }),
    misfire: task.misfire,
    maxRuns: task.max_runs,
    priority: task.priority,
    overlap: task.concurrency.overlap,
    taskMax: task.concurrency.max ?? 1,
    inheritsMax: task.concurrency.max === null,
    group: task.group,
    key: task.concurrency.key,
  }))
}

/**
 * Compiles a rule. Throws `invalid` when its schedule, zone or window is wrong. What a store holds was accepted by the
 * rules of its day and stays readable; what is `new` is judged by today's.
 */
export function compileRule(body: RuleBody, age: 'stored' | 'new' = 'stored'): Rule {
  const schedule = compileSchedule(body.schedule, {
    timezone: body.timezone,
    dst: { gap: body.gap, overlap: body.repeat },
    startAt: body.startAt,
    endAt: body.endAt,
    hashKey: body.hashKey ?? undefined,
    createdAt: body.createdAt ?? undefined,
    stored: age === 'stored',
  })
  return { ...body, schedule, inheritsMax: body.inheritsMax ?? saidNothing(body) }
}

/** Earlier releases kept nothing of concurrency on a task where all of it was as usual: such a task inherits. */
function saidNothing({ taskMax, overlap, key }: RuleBody): boolean {
  return taskMax === 1 && overlap === 'skip' && key === null
}

export function isManual(schedule: ScheduleInput): boolean {
  return typeof schedule === 'object' && (schedule.type === 'none' || schedule.type === 'dependency')
}

function textOf(schedule: ScheduleInput): string {
  if (typeof schedule === 'string') return schedule
  return schedule.type === 'cron' ? schedule.expression : ''
}

/** `@every 15m`, an interval written as text. */
const EVERY = /^\s*@every\b/i

function countsFromCreation(schedule: ScheduleInput): boolean {
  if (typeof schedule === 'string') return EVERY.test(schedule)
  if (schedule.type === 'cron') return EVERY.test(schedule.expression)
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

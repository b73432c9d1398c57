import { compileSchedule } from './compile.ts'
import type { ScheduleContext, ScheduleInput } from './input.ts'
import type { Schedule } from './schedule.ts'

/** Compiled schedules by what they were compiled from; see {@link createScheduleCache}. */
export interface ScheduleCache {
  /** Like `compileSchedule`, throwing the same errors, but the same rule comes back as the same object. */
  get(input: ScheduleInput, context: ScheduleContext): Schedule
  readonly size: number
}

/**
 * Lets any number of tasks with the same rule, zone, policies and window share one compiled schedule, and with it the
 * remembered answer of `next`: a hundred thousand tasks due in the same minute cost one search.
 *
 * Keeps at most `max` schedules and forgets the least recently used. Intervals counted from a task's own start are
 * nobody else's and are compiled anew; they are cheap.
 */
export function createScheduleCache(max: number): ScheduleCache {
  const schedules = new Map<string, Schedule>()
  return {
    get(input, context) {
      const key = keyOf(input, context)
      if (key === null) return compileSchedule(input, context)
      const known = schedules.get(key)
      if (known) {
        // A Map keeps the order of insertion: re-inserting marks it as the most recently used.
        if (schedules.size >= max) {
          schedules.delete(key)
          schedules.set(key, known)
        }
        return known
      }
      const compiled = compileSchedule(input, context)
      if (schedules.size >= max) schedules.delete(schedules.keys().next().value!)
      if (max > 0) schedules.set(key, compiled)
      return compiled
    },
    get size() {
      return schedules.size
    },
  }
}

/** Null for rules that depend on something only one task has. */
function keyOf(input: ScheduleInput, context: ScheduleContext): string | null {
  if (typeof input === 'object' && input?.type === 'interval' && input.aligned !== true && input.anchor == null)
    return null
  const text = typeof input === 'string' ? input : JSON.stringify(input)
  if (typeof input === 'string' && input.trimStart().toLowerCase().startsWith('@every')) return null
  // Only cron's H (alone, or before a slash or bracket) and ~ look at the hash key.
  const hashKey = /~|(^|[\s,"|])H(?=[\s,/("|]|$)/i.test(text) ? (context.hashKey ?? '') : ''
  const { timezone, dst, startAt, endAt } = context
  return `${text}\n${timezone}\n${dst?.gap ?? ''}\n${dst?.overlap ?? ''}\n${startAt ?? ''}\n${endAt ?? ''}\n${hashKey}`
}

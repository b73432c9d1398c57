import type { CronDialect, ScheduleInput } from './input.ts'

/** A draft whose dialect is given beside it. It is that of a text; a rule names its own. */
export function inDialect(schedule: ScheduleInput, dialect: CronDialect | undefined): ScheduleInput {
  if (dialect === undefined || dialect === 'rota') return schedule
  if (typeof schedule === 'string') return { type: 'cron', expression: schedule, dialect }
  if (typeof schedule !== 'object' || schedule?.type !== 'cron' || schedule.dialect !== undefined) return schedule
  return { ...schedule, dialect }
}

/** `H` and `~`, values that are drawn from a key; `H` is a word of its own, unlike the h in THU. */
const DRAWN = /~|(^|[\s,|])H/i

/** Whether a schedule has values that are drawn from a key. */
export function drawsFromKey(schedule: ScheduleInput): boolean {
  if (typeof schedule === 'string') return DRAWN.test(schedule)
  return schedule.type === 'cron' && typeof schedule.expression === 'string' && DRAWN.test(schedule.expression)
}

/** Said of a draft with jitter whose key nobody gave. */
export const JITTER_KEY_MISSING = {
  en: 'Jitter is drawn from the name of the task, which is not given here: only the due instants are known. Give a name (or its hash_key).',
  zh: '抖动由任务名称推算，而这里没有给出名称：只能显示应触发时间。请给出名称（或其 hash_key）。',
}

/** Said of values that are drawn from a key which nobody gave. */
export const KEY_MISSING = {
  en: 'H and ~ are drawn from the name of the task, which is not given here: the saved task will run at other times. Give a name (or its hash_key).',
  zh: 'H 和 ~ 由任务名称推算，而这里没有给出名称：保存后的任务会在其他时刻执行。请给出名称（或其 hash_key）。',
}

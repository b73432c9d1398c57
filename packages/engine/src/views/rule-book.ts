import { describe, type Schedule } from '@rota/core'
import { compileRule, type Rule, type RuleBody } from '../planning/rule.ts'

/** What a view says of a rule. */
export interface RuleText extends Pick<Rule, 'overlap' | 'taskMax' | 'inheritsMax' | 'key'> {
  schedule: Schedule
  jitterMs: number
  jitterKey?: string
  /** A cron expression, `@every 15m`, an instant. */
  label: string | null
  words: { en: string; zh: string }
}

/** Rules by their stored body; null for one that cannot be read any more. */
export type RuleBook = (body: string) => RuleText | null

/** Remembers the rules used last, so that a list of a thousand tasks with one rule compiles it once. */
export function createRuleBook(limit = 5000): RuleBook {
  const known = new Map<string, RuleText | null>()
  return (body) => {
    const found = known.get(body)
    if (found !== undefined) return found
    const text = read(body)
    if (known.size >= limit) known.delete(known.keys().next().value!)
    known.set(body, text)
    return text
  }
}

function read(body: string): RuleText | null {
  try {
    const rule = compileRule(JSON.parse(body) as RuleBody)
    const { schedule, jitterMs, jitterKey, overlap, taskMax, inheritsMax, key } = rule
    return {
      schedule,
      jitterMs,
      overlap,
      taskMax,
      inheritsMax,
      key,
      ...(jitterKey !== undefined && { jitterKey }),
      label: schedule.label,
      words: { en: describe(schedule, 'en'), zh: describe(schedule, 'zh') },
    }
  } catch {
    return null
  }
}

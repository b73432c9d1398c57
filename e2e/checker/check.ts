import type { Finding, History } from './history.ts'
import { answers } from './rules/answers.ts'
import { attempts } from './rules/attempts.ts'
import { overlaps } from './rules/overlaps.ts'
import { states } from './rules/states.ts'
import { timing } from './rules/timing.ts'
import { examine } from './timeline.ts'

/**
 * Judges what a server did against what was due and what the tasks themselves testify. Empty when nothing is wrong.
 *
 * It promises: each due instant has exactly one answer; nothing starts early, late or twice; what forbids overlap never
 * overlaps; a recorded success was a success, and not that of an attempt whose server died; nothing hangs.
 */
export function check(history: History): Finding[] {
  const timeline = examine(history)
  return [answers, timing, attempts, overlaps, states].flatMap((rule) => rule(history, timeline))
}

/** The findings for a person: how many of each class, and the first few in words. */
export function report(findings: readonly Finding[], shown = 20): string {
  const counts = new Map<string, number>()
  for (const { verdict } of findings) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const summary = [...counts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')
  const lines = findings.slice(0, shown).map(({ verdict, task, text }) => `${verdict}: ${task}: ${text}`)
  return [summary, ...lines].join('\n')
}

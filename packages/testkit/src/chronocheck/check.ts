import type { Doubts, Finding, History, Verdict } from './history.ts'
import { answers } from './rules/answers.ts'
import { attempts } from './rules/attempts.ts'
import { operations } from './rules/operations.ts'
import { overlaps } from './rules/overlaps.ts'
import type { Rule } from './rules/rule.ts'
import { sightings } from './rules/sightings.ts'
import { states } from './rules/states.ts'
import { timing } from './rules/timing.ts'
import { zombies } from './rules/zombies.ts'
import { examine } from './timeline.ts'

const RULES: readonly Rule[] = [answers, timing, attempts, overlaps, states, zombies, operations, sightings]

/**
 * Judges what servers did against what was due, what was asked of them and what the tasks themselves testify. No finding
 * when nothing is wrong.
 *
 * It promises: each due instant has exactly one answer; nothing starts early, late or twice without a fault that explains
 * it; what forbids overlap never overlaps while leases last; a recorded success was a success, and not that of an attempt
 * that had been given up; what was acknowledged is there; nothing hangs, crashes or stays behind.
 */
export function check(history: History): Verdict {
  const timeline = examine(history)
  const doubts: Doubts = {
    undecidedInstants: 0,
    unansweredRequests: 0,
    attemptsWithoutEnd: timeline.attempts.filter(({ endedAt }) => endedAt === null).length,
    toleratedOverlaps: 0,
    toleratedRestarts: 0,
  }
  return { findings: RULES.flatMap((rule) => rule(history, timeline, doubts)), doubts }
}

/** The findings for a person: how many of each class, and the first few in words. */
export function report(findings: readonly Finding[], shown = 20): string {
  const counts = new Map<string, number>()
  for (const { verdict } of findings) counts.set(verdict, (counts.get(verdict) ?? 0) + 1)
  const summary = [...counts].map(([verdict, count]) => `${verdict} ${count}`).join(', ')
  const lines = findings.slice(0, shown).map(({ verdict, task, text }) => `${verdict}: ${task}: ${text}`)
  return [summary, ...lines].join('\n')
}

import type { Finding } from '../history.ts'
import { allowedLateness, iso } from '../timeline.ts'
import type { Rule } from './rule.ts'

/** Instants of the product are whole milliseconds; a task reads the same clock. */
const CLOCK_ERROR_MS = 1

/** First attempts start at their instant or soon after it, never before. */
export const timing: Rule = (history, timeline) => {
  const findings: Finding[] = []
  for (const task of history.tasks) {
    for (const row of timeline.executionsOf.get(task.id) ?? []) {
      const first = timeline.attemptsOf.get(row.id)?.[0]
      if (first === undefined || row.trigger !== 'schedule') continue
      const due = Date.parse(row.scheduled_at)
      const found = (verdict: Finding['verdict'], text: string) =>
        findings.push({ verdict, task: task.name, text, at: first.startedAt })
      const by = first.startedAt - due
      if (by < -CLOCK_ERROR_MS) found('early', `${row.id} started ${-by} ms before ${iso(due)}`)
      // What waits for another execution may wait long.
      if (task.overlap === 'queue' || task.overlap === 'replace') continue
      const allowed = allowedLateness(history, timeline, due, first.startedAt)
      if (by > allowed)
        found('late', `${row.id} started ${Math.round(by)} ms after ${iso(due)}; allowed ${Math.round(allowed)}`)
    }
  }
  return findings
}

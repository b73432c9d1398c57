import type { Finding, TaskFacts } from '../history.ts'
import { allowedLateness, iso, type Span, type Timeline } from '../timeline.ts'
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
      const busy = task.overlap === 'skip' ? timesOfOthers(task, row.id, timeline) : []
      const allowed = allowedLateness(history, timeline, { due, at: first.startedAt, busy })
      if (by > allowed)
        found('late', `${row.id} started ${Math.round(by)} ms after ${iso(due)}; allowed ${Math.round(allowed)}`)
    }
  }
  return findings
}

/** When a task was at work otherwise: one that runs alone has what an outage has left of it wait its turn. */
function timesOfOthers({ id }: TaskFacts, except: string, { executionsOf, attemptsOf }: Timeline): Span[] {
  const others = (executionsOf.get(id) ?? []).filter((row) => row.id !== except)
  return others.flatMap((row) =>
    (attemptsOf.get(row.id) ?? []).map(({ startedAt, endedAt }) => {
      // Who was killed could not testify that it ended.
      const foundAt = row.finished_at === null ? startedAt : Date.parse(row.finished_at)
      return { from: startedAt, to: endedAt ?? foundAt }
    }),
  )
}

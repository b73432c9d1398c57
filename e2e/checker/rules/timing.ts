import type { Finding, History } from '../history.ts'
import { awayMs, isDisturbed, iso, type Timeline } from '../timeline.ts'
import { RECOVERY_MS, USUAL_LATENESS_MS } from './answers.ts'

/** Instants of the product are whole milliseconds; a task reads the same clock. */
const CLOCK_ERROR_MS = 1

/** First attempts start at their instant or soon after it, never before. */
export function timing({ tasks, faults }: History, { attemptsOf, executionsOf }: Timeline): Finding[] {
  const findings: Finding[] = []
  for (const task of tasks) {
    for (const row of executionsOf.get(task.id) ?? []) {
      const first = attemptsOf.get(row.id)?.[0]
      if (first === undefined || row.trigger !== 'schedule') continue
      const due = Date.parse(row.scheduled_at)
      const found = (verdict: Finding['verdict'], text: string) => findings.push({ verdict, task: task.name, text })
      const by = first.startedAt - due
      if (by < -CLOCK_ERROR_MS) found('early', `${row.id} started ${-by} ms before ${iso(due)}`)
      // What waits for another execution may wait long.
      if (task.overlap === 'queue') continue
      const away = awayMs(faults, due, first.startedAt)
      const recovery = isDisturbed(faults, due - RECOVERY_MS, first.startedAt) ? RECOVERY_MS : 0
      const allowed = USUAL_LATENESS_MS + away + recovery
      if (by > allowed)
        found('late', `${row.id} started ${Math.round(by)} ms after ${iso(due)}; allowed ${Math.round(allowed)}`)
    }
  }
  return findings
}

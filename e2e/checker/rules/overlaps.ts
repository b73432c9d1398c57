import type { Fault, Finding, History, TaskFacts } from '../history.ts'
import { groupBy, iso, type Timeline, type WitnessedAttempt } from '../timeline.ts'

/** Tasks that forbid it never run twice at once, neither with themselves nor with others of the same key. */
export function overlaps({ tasks, faults }: History, { attempts, executions }: Timeline): Finding[] {
  const groupOf = new Map<string, string>()
  for (const task of tasks) {
    const group = task.exclusive ?? (task.overlap === 'allow' ? null : task.id)
    if (group !== null) groupOf.set(task.id, group)
  }
  const taskOf = (attempt: WitnessedAttempt): TaskFacts['id'] => executions.get(attempt.execution)?.task_id ?? ''
  const guarded = attempts.filter((attempt) => groupOf.has(taskOf(attempt)))
  const findings: Finding[] = []
  for (const [, group] of groupBy(guarded, (attempt) => groupOf.get(taskOf(attempt))!)) {
    // They come by their start, so only the one that lasts longest so far can reach into the next.
    let longest: { attempt: WitnessedAttempt; until: number } | null = null
    for (const attempt of group) {
      if (longest !== null && attempt.startedAt < longest.until) {
        const text = `${attempt.execution} began at ${iso(attempt.startedAt)}, while ${longest.attempt.execution} ran until ${iso(longest.until)}`
        findings.push({ verdict: 'overlap', task: attempt.task, text })
      }
      const until = attempt.endedAt ?? endOfTheKilled(attempt, faults)
      if (longest === null || until > longest.until) longest = { attempt, until }
    }
  }
  return findings
}

/** One that says nothing of its end was killed, at the latest when the server took up work again. */
function endOfTheKilled({ startedAt }: WitnessedAttempt, faults: readonly Fault[]): number {
  const fault = faults.find(({ until }) => until > startedAt)
  return fault === undefined ? startedAt : Math.max(fault.at, startedAt)
}

import type { ExecutionRow, Fault, Finding, TaskFacts } from '../history.ts'
import { groupBy, iso, partedBy, type WitnessedAttempt } from '../timeline.ts'
import type { Rule } from './rule.ts'

/**
 * Tasks that forbid it never run twice at once, neither with themselves nor with others of the same key. An instance
 * that was taken for dead may still be running what was given to another; that is counted, and its end is another rule's.
 */
export const overlaps: Rule = ({ tasks, faults }, { attempts, executions }, doubts) => {
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
        const earlier = longest.attempt
        if (partedBy(faults, earlier.instance, earlier.startedAt, attempt.startedAt)) doubts.toleratedOverlaps++
        else {
          const text = `${attempt.execution} began at ${iso(attempt.startedAt)}, while ${earlier.execution} ran until ${iso(longest.until)}`
          findings.push({ verdict: 'overlap', task: attempt.task, text, at: attempt.startedAt })
        }
      }
      const until = attempt.endedAt ?? endOfTheKilled(attempt, faults, executions.get(attempt.execution))
      if (longest === null || until > longest.until) longest = { attempt, until }
    }
  }
  return findings
}

/** One that says nothing of its end was killed: when it was given up, or at the latest with its server. */
function endOfTheKilled(
  { startedAt, instance }: WitnessedAttempt,
  faults: readonly Fault[],
  row?: ExecutionRow,
): number {
  const fault = partedBy(faults, instance, startedAt, Number.POSITIVE_INFINITY)
  const until = Math.min(fault?.at ?? startedAt, Date.parse(row?.finished_at ?? '') || Number.POSITIVE_INFINITY)
  return Math.max(until, startedAt)
}

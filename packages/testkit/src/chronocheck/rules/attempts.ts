import type { Doubts, Finding, History } from '../history.ts'
import { groupBy, iso, partedBy, type Timeline, type WitnessedAttempt } from '../timeline.ts'
import type { Rule } from './rule.ts'

/** No attempt starts twice while its instance lives, none beyond the policy, and none that the product does not know of. */
export const attempts: Rule = (history, timeline, doubts) => {
  const { executions, attemptsOf, byTask } = timeline
  const findings: Finding[] = []
  for (const [id, witnessed] of attemptsOf) {
    const [first] = witnessed as [WitnessedAttempt]
    const row = executions.get(id)
    if (row === undefined) {
      const text = `${id} ran at ${iso(first.startedAt)}, but nobody knows it`
      findings.push({ verdict: 'unexplained', task: first.task, text, at: first.startedAt })
      continue
    }
    const most = byTask.get(row.task_id ?? '')?.maxAttempts ?? Number.POSITIVE_INFINITY
    const highest = Math.max(...witnessed.map((attempt) => attempt.attempt))
    if (highest > most) {
      const text = `${id} had ${highest} attempts, allowed ${most}`
      findings.push({ verdict: 'retryPolicy', task: first.task, text, at: witnessed.at(-1)!.startedAt })
    }
    for (const [, starts] of groupBy(witnessed, (attempt) => String(attempt.attempt))) {
      findings.push(...judgeStarts(starts, history, doubts))
    }
  }
  return [...findings, ...unfulfilledRetries(history, timeline)]
}

/** Of one attempt of one execution, by their instant. */
function judgeStarts(starts: readonly WitnessedAttempt[], { faults }: History, doubts: Doubts): Finding[] {
  const findings: Finding[] = []
  for (const [i, again] of starts.entries()) {
    const before = starts[i - 1]
    // One that starts although another was entitled to it is a matter of zombies.
    if (before === undefined || again.fence < before.fence) continue
    const { execution, task, attempt, startedAt } = again
    const what = `${execution} attempt ${attempt} started at ${iso(before.startedAt)} and again at ${iso(startedAt)}`
    if (starts.slice(0, i).some(({ epoch }) => epoch === again.epoch)) {
      findings.push({ verdict: 'doubleAttempt', task, text: `${what}, with one epoch`, at: startedAt })
    } else if (partedBy(faults, before.instance, before.startedAt, startedAt) === undefined) {
      const text = `${what}, though nothing had parted it from instance ${before.instance}`
      findings.push({ verdict: 'restarted', task, text, at: startedAt })
    } else doubts.toleratedRestarts++
  }
  return findings
}

/** What failed for a reason that is tried again used up its attempts. */
function unfulfilledRetries({ tasks }: History, { executions }: Timeline): Finding[] {
  const mostOf = new Map(tasks.map((task) => [task.id, task]))
  return [...executions.values()].flatMap((row) => {
    const task = mostOf.get(row.task_id ?? '')
    if (task === undefined || row.status !== 'failed' || row.failure !== 'exit_code') return []
    if (row.attempt >= task.maxAttempts) return []
    const text = `${row.id} was given up after ${row.attempt} of ${task.maxAttempts} attempts`
    return [{ verdict: 'retryPolicy' as const, task: task.name, text, at: Date.parse(row.scheduled_at) }]
  })
}

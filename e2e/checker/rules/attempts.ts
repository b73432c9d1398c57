import type { Finding, History } from '../history.ts'
import { groupBy, iso, type Timeline } from '../timeline.ts'

/** No attempt starts twice, none beyond the policy, and none that the product does not know of. */
export function attempts({ tasks }: History, { attempts, attemptsOf, executions, byTask }: Timeline): Finding[] {
  const findings: Finding[] = []
  const starts = groupBy(attempts, ({ execution, attempt, epoch }) => `${execution}/${attempt}/${epoch}`)
  for (const [, [first, ...again]] of starts) {
    if (again.length === 0) continue
    const text = `${first!.execution} attempt ${first!.attempt} started ${again.length + 1} times, with one epoch`
    findings.push({ verdict: 'doubleAttempt', task: first!.task, text })
  }
  for (const [id, [first, ...rest]] of attemptsOf) {
    const row = executions.get(id)
    const task = byTask.get(row?.task_id ?? '')
    const name = first!.task
    if (row === undefined || task === undefined) {
      findings.push({
        verdict: 'unexplained',
        task: name,
        text: `${id} ran at ${iso(first!.startedAt)}, but nobody knows it`,
      })
      continue
    }
    const highest = Math.max(...[first!, ...rest].map((attempt) => attempt.attempt))
    if (highest > task.maxAttempts) {
      findings.push({
        verdict: 'retryPolicy',
        task: name,
        text: `${id} had ${highest} attempts, allowed ${task.maxAttempts}`,
      })
    }
  }
  return [...findings, ...unfulfilledRetries(tasks, executions)]
}

/** What failed for a reason that is tried again used up its attempts. */
function unfulfilledRetries(tasks: History['tasks'], executions: Timeline['executions']): Finding[] {
  const mostOf = new Map(tasks.map((task) => [task.id, task]))
  return [...executions.values()].flatMap((row) => {
    const task = mostOf.get(row.task_id ?? '')
    if (task === undefined || row.status !== 'failed' || row.failure !== 'exit_code') return []
    if (row.attempt >= task.maxAttempts) return []
    const text = `${row.id} was given up after ${row.attempt} of ${task.maxAttempts} attempts`
    return [{ verdict: 'retryPolicy' as const, task: task.name, text }]
  })
}

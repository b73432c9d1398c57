import type { ExecutionRow, Finding, History, Operation } from '../history.ts'
import { groupBy, iso, type Timeline } from '../timeline.ts'
import type { Rule } from './rule.ts'

/** What a cancelled program may still do until it is killed. */
const DYING_MS = 15_000

/** What was acknowledged is there, once; what was refused is not; what nobody heard of may be, once. */
export const operations: Rule = (history, timeline, doubts) => {
  doubts.unansweredRequests += history.operations.filter(({ outcome }) => outcome === 'unknown').length
  return [
    ...judgeJobs(history),
    ...judgeRuns(history, timeline),
    ...judgeCancels(history, timeline),
    ...judgeTasks(history),
  ]
}

function judgeJobs({ operations, executions }: History): Finding[] {
  const findings: Finding[] = []
  const jobs = groupBy(
    executions.filter((row) => row.task_id === null),
    (row) => row.task_name ?? '',
  )
  const asked = groupBy(
    operations.filter(({ kind }) => kind === 'submit'),
    ({ subject }) => subject,
  )
  for (const [name, requests] of asked) {
    const at = requests[0]!.at.from
    const find = (verdict: Finding['verdict'], text: string) => findings.push({ verdict, task: name, text, at })
    const rows = jobs.get(name) ?? []
    const ids = new Set(rows.map((row) => row.id))
    const answered = new Set(requests.filter(({ outcome }) => outcome === 'ok').map((request) => request.answered))
    if (ids.size > 1) find('duplicateFire', `one idempotency key has ${ids.size} executions: ${[...ids].join(', ')}`)
    if (answered.size > 1)
      find(
        'duplicateFire',
        `one idempotency key was answered by ${answered.size} executions: ${[...answered].join(', ')}`,
      )
    for (const id of answered) if (!ids.has(id ?? '')) find('lostWrite', `${id} was acknowledged, and is not there`)
    if (ids.size > 0 && requests.every(({ outcome }) => outcome === 'refused'))
      find('unexplained', `${[...ids].join(', ')} is there, though all requests were refused`)
  }
  for (const [name, rows] of jobs) {
    if (asked.has(name)) continue
    const text = `${rows[0]!.id} is there, though nobody asked for it`
    findings.push({ verdict: 'unexplained', task: name, text, at: Date.parse(rows[0]!.scheduled_at) })
  }
  return findings
}

/** Runs that people asked for: as many as were acknowledged, and at most those of unknown outcome besides. */
function judgeRuns({ operations, tasks, executions }: History, { executionsOf }: Timeline): Finding[] {
  const known = new Set(executions.map((row) => row.id))
  const findings: Finding[] = []
  for (const [id, requests] of groupBy(
    operations.filter(({ kind }) => kind === 'run'),
    ({ subject }) => subject,
  )) {
    const task = tasks.find((each) => each.id === id)?.name ?? id
    const at = requests[0]!.at.from
    for (const { outcome, answered } of requests) {
      if (outcome === 'ok' && !known.has(answered ?? ''))
        findings.push({
          verdict: 'lostWrite',
          task,
          text: `the run ${answered} was acknowledged, and is not there`,
          at,
        })
    }
    const manual = (executionsOf.get(id) ?? []).filter((row) => row.trigger === 'manual').length
    const most = requests.filter(({ outcome }) => outcome !== 'refused').length
    if (manual > most)
      findings.push({ verdict: 'duplicateFire', task, text: `${manual} runs were made of ${most} requests`, at })
  }
  return findings
}

function judgeCancels({ operations }: History, timeline: Timeline): Finding[] {
  return operations.flatMap((operation) => {
    if (operation.kind !== 'cancel' || operation.outcome !== 'ok') return []
    const row = timeline.executions.get(operation.subject)
    if (row === undefined) return []
    return judgeCancel(operation, row, timeline)
  })
}

function judgeCancel({ at, status, subject }: Operation, row: ExecutionRow, { attemptsOf }: Timeline): Finding[] {
  const task = row.task_name ?? subject
  const late = attemptsOf.get(subject)?.find(({ startedAt }) => startedAt > at.to + 1)
  if (status === 'cancelled' && late !== undefined) {
    const text = `${subject} was cancelled at ${iso(at.to)}, but it started at ${iso(late.startedAt)}`
    return [{ verdict: 'cancelledRan', task, text, at: late.startedAt }]
  }
  const endedAt = Date.parse(row.finished_at ?? '')
  if (row.status === 'success' && endedAt > at.to + DYING_MS) {
    const text = `${subject} was to be cancelled at ${iso(at.to)}, but it ended well at ${row.finished_at}`
    return [{ verdict: 'lostWrite', task, text, at: endedAt }]
  }
  return []
}

function judgeTasks({ operations, storedTasks }: History): Finding[] {
  const known = new Set(storedTasks)
  return operations.flatMap(({ kind, outcome, answered, subject, at }) => {
    if (kind !== 'create' || outcome !== 'ok' || known.has(answered ?? '')) return []
    return [
      {
        verdict: 'lostWrite' as const,
        task: subject,
        text: `task ${answered} was acknowledged, and is not there`,
        at: at.to,
      },
    ]
  })
}

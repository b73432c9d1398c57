import type { ExecutionRow, Finding, History } from '../history.ts'
import { isDisturbed, iso, type Timeline, type WitnessedAttempt } from '../timeline.ts'

const FINAL = ['success', 'failed', 'cancelled', 'skipped']
/** An end that a fault follows within this time may be lost: what held on to the output has to be killed first. */
const UNWRITTEN_MS = 5_000

/** What the product says of an execution agrees with what the execution says of itself. */
export function states(history: History, timeline: Timeline): Finding[] {
  return history.executions.flatMap((row) => {
    const task = timeline.byTask.get(row.task_id ?? '')
    if (task === undefined) return []
    const witnessed = timeline.attemptsOf.get(row.id) ?? []
    const found = task.testifies ? judge(row, witnessed, history) : []
    const stuck = FINAL.includes(row.status)
      ? []
      : [{ verdict: 'stuck' as const, text: `${row.id} is still ${row.status}` }]
    return [...stuck, ...found].map((finding) => ({ ...finding, task: task.name }))
  })
}

function judge(row: ExecutionRow, witnessed: readonly WitnessedAttempt[], { faults }: History) {
  const findings: Omit<Finding, 'task'>[] = []
  const last = witnessed.at(-1)
  if (row.status === 'success') {
    if (last?.code !== 0) {
      findings.push({ verdict: 'wrongState', text: `${row.id} is a success, but ${ending(last)}` })
    }
    const [started, finished] = [Date.parse(row.started_at ?? ''), Date.parse(row.finished_at ?? '')]
    const fault = faults.find(({ at, sureAt, kind }) => kind === 'death' && at > started && sureAt < finished)
    if (fault !== undefined) {
      const text = `${row.id} is a success from ${row.started_at} to ${row.finished_at}, but its server died at ${iso(fault.at)}`
      findings.push({ verdict: 'fencedAccepted', text })
    }
  }
  if (row.status === 'skipped' && last !== undefined) {
    findings.push({ verdict: 'wrongState', text: `${row.id} was skipped, but it ran at ${iso(last.startedAt)}` })
  }
  if (row.status === 'failed' && row.failure === 'exit_code' && last?.code === 0) {
    findings.push({ verdict: 'wrongState', text: `${row.id} failed by its exit code, but it says it ended well` })
  }
  const isSafe = last?.endedAt && !isDisturbed(faults, last.startedAt, last.endedAt + UNWRITTEN_MS)
  if (isSafe && last.code === 0 && row.status !== 'success') {
    const text = `${row.id} ended well at ${iso(last.endedAt!)}, but it is ${row.status} (${row.failure})`
    findings.push({ verdict: 'lostEnd', text })
  }
  return findings
}

function ending(last: WitnessedAttempt | undefined): string {
  if (last === undefined) return 'it never said that it started'
  return last.endedAt === null ? 'it never said that it ended' : `it says it ended with ${last.code}`
}

import type { ExecutionRow, Finding, History } from '../history.ts'
import { isDisturbed, iso, type Timeline, type WitnessedAttempt } from '../timeline.ts'
import type { Rule } from './rule.ts'

const FINAL = ['success', 'failed', 'cancelled', 'skipped']
/** An end that a fault follows within this time may be lost: what held on to the output has to be killed first. */
const UNWRITTEN_MS = 5_000
/** Between the server's note of a start and the task's own. */
const START_ERROR_MS = 1_000

type Found = Omit<Finding, 'task' | 'at'>

/** What the product says of an execution agrees with what the execution says of itself. */
export const states: Rule = (history, timeline) => {
  const cancelled = new Set(history.operations.filter(({ kind }) => kind === 'cancel').map(({ subject }) => subject))
  return history.executions.flatMap((row) => {
    const task = timeline.byTask.get(row.task_id ?? '')
    const name = task?.name ?? row.task_name ?? row.id
    const witnessed = timeline.attemptsOf.get(row.id) ?? []
    const found: Found[] = []
    if (!FINAL.includes(row.status)) found.push({ verdict: 'stuck', text: `${row.id} is still ${row.status}` })
    if (task?.testifies ?? witnessed.length > 0) {
      found.push(...judge(row, witnessed, history))
      const isWanted = !cancelled.has(row.id) && task?.overlap !== 'replace'
      if (isWanted) found.push(...lostEnds(row, latest(witnessed), timeline))
    }
    const at = witnessed.at(-1)?.startedAt ?? Date.parse(row.scheduled_at)
    return found.map((finding) => ({ ...finding, task: name, at }))
  })
}

/** The one that was entitled to the execution last. */
function latest(witnessed: readonly WitnessedAttempt[]): WitnessedAttempt | undefined {
  return witnessed.toSorted((a, b) => a.fence - b.fence || a.startedAt - b.startedAt).at(-1)
}

function judge(row: ExecutionRow, witnessed: readonly WitnessedAttempt[], { faults }: History): Found[] {
  const findings: Found[] = []
  const last = latest(witnessed)
  if (row.status === 'success') {
    if (last?.code !== 0) {
      findings.push({ verdict: 'wrongState', text: `${row.id} is a success, but ${ending(last)}` })
    }
    const [started, finished] = [Date.parse(row.started_at ?? ''), Date.parse(row.finished_at ?? '')]
    const fault = faults.find(
      ({ at, sureAt, kind, instance }) => kind === 'death' && isOf(instance, last) && at > started && sureAt < finished,
    )
    if (fault !== undefined) {
      const text = `${row.id} is a success from ${row.started_at} to ${row.finished_at}, but its server died at ${iso(fault.at)}`
      findings.push({ verdict: 'fencedAccepted', text })
    }
    // Only one that ended well can have been the author of a success.
    const able = witnessed.filter(({ code }) => code === 0)
    const author = able.toSorted((a, b) => Math.abs(a.startedAt - started) - Math.abs(b.startedAt - started))[0]
    if (last && author && author !== last && Math.abs(last.startedAt - started) > START_ERROR_MS) {
      const text = `${row.id} has the result of what began at ${iso(author.startedAt)}, but it was given to another at ${iso(last.startedAt)}`
      findings.push({ verdict: 'fencedAccepted', text })
    }
  }
  if (row.status === 'skipped' && last !== undefined) {
    findings.push({ verdict: 'wrongState', text: `${row.id} was skipped, but it ran at ${iso(last.startedAt)}` })
  }
  if (row.status === 'failed' && row.failure === 'exit_code' && last?.code === 0) {
    findings.push({ verdict: 'wrongState', text: `${row.id} failed by its exit code, but it says it ended well` })
  }
  return findings
}

const isOf = (instance: number | null, attempt: WitnessedAttempt | undefined) =>
  instance === null || attempt === undefined || attempt.instance === 0 || attempt.instance === instance

function lostEnds(row: ExecutionRow, last: WitnessedAttempt | undefined, { disturbances }: Timeline): Found[] {
  if (last?.endedAt == null || last.code !== 0 || row.status === 'success') return []
  if (isDisturbed(disturbances, last.startedAt, last.endedAt + UNWRITTEN_MS)) return []
  const text = `${row.id} ended well at ${iso(last.endedAt)}, but it is ${row.status} (${row.failure})`
  return [{ verdict: 'lostEnd', text }]
}

function ending(last: WitnessedAttempt | undefined): string {
  if (last === undefined) return 'it never said that it started'
  return last.endedAt === null ? 'it never said that it ended' : `it says it ended with ${last.code}`
}

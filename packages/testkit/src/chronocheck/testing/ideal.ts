import { dueInstants } from '../due-instants.ts'
import type { ExecutionRow, History, LedgerEntry, OracleSchedule, TaskFacts, Testimony } from '../history.ts'

export const AT = Date.UTC(2026, 0, 1)
const LATENESS_MS = 8
const LASTS_MS = 400
const NS_PER_MS = 1e6
const EVERY_SECOND: OracleSchedule = { kind: 'fields', fields: '* * * * * *' }

/** A minute of a server that does everything right, and dies once: every second one task, every two another. */
export function idealHistory(): History {
  const begun = { from: AT - 500, to: AT - 400 }
  const ended = { from: AT + 63_100, to: AT + 63_200 }
  const task = (name: string, schedule: OracleSchedule, more: Partial<TaskFacts>): TaskFacts => ({
    id: `task-${name}`,
    name,
    definitions: [
      { schedule, since: begun, isCertain: true },
      { schedule: null, since: ended, isCertain: true },
    ],
    overlap: 'allow',
    maxAttempts: 1,
    graceMs: 1_000,
    testifies: true,
    ...more,
  })
  const history: History = {
    leaseMs: 0,
    instances: 1,
    settlingMs: 0,
    usualLatenessMs: 2_000,
    tasks: [
      task('second', EVERY_SECOND, {}),
      task('single', { kind: 'interval', anchorMs: AT, everyMs: 2_000 }, { overlap: 'skip', maxAttempts: 2 }),
    ],
    storedTasks: ['task-second', 'task-single'],
    operations: [],
    faults: [{ kind: 'death', instance: 1, at: AT + 30_500, sureAt: AT + 30_520, until: AT + 34_500, what: 'kill -9' }],
    testimonies: [],
    ledger: [],
    executions: [],
    sightings: [],
    collectedAt: AT + 70_000,
  }
  for (const each of history.tasks) live(history, each)
  askFor(history)
  return history
}

function live(history: History, task: TaskFacts) {
  const fault = history.faults[0]!
  const [first, last] = task.definitions
  const due = dueInstants(first!.schedule!, first!.since.from, last!.since.to)
  const missed = due.filter((at) => at > fault.at && at <= fault.until)
  for (const at of due) {
    const isLastMissed = at === missed.at(-1)
    if (missed.includes(at) && !isLastMissed) continue
    const startedAt = (isLastMissed ? fault.until + 100 : at) + LATENESS_MS
    const row = ran(task, at, startedAt)
    history.executions.push(row)
    history.testimonies.push(...testified(task.name, row, startedAt))
    history.ledger.push(entry(task, at, 'ran', row.id))
    if (isLastMissed && missed.length > 1) {
      const last = missed.at(-2)!
      const covers = { from: iso(missed[0]!), to: iso(last), count: missed.length - 1 }
      history.ledger.push({ ...entry(task, last, 'merged', row.id), covers })
    }
  }
}

/** Three jobs, the second asked for twice because the first answer was lost; the third cancelled. */
function askFor(history: History) {
  for (const [i, name] of ['job 1', 'job 2', 'job 3'].entries()) {
    const at = AT + 10_000 + i * 1_000
    const isCancelled = name === 'job 3'
    const row: ExecutionRow = {
      ...ran({ name, id: name } as TaskFacts, at, at + LATENESS_MS),
      id: name.replace(' ', '-'),
      task_id: null,
      task_name: name,
      trigger: 'api',
      status: isCancelled ? 'cancelled' : 'success',
    }
    history.executions.push(row)
    if (!isCancelled) history.testimonies.push(...testified(name, row, at + LATENESS_MS))
    const asked = { kind: 'submit', subject: name, at: { from: at, to: at + 5 } } as const
    const lost = { ...asked, outcome: 'unknown', answered: null, status: null } as const
    if (name === 'job 2') history.operations.push(lost)
    history.operations.push({ ...asked, outcome: 'ok', answered: row.id, status: 'pending' })
    if (!isCancelled) continue
    const cancel = { kind: 'cancel', subject: row.id, at: { from: at + 6, to: at + 9 } } as const
    history.operations.push({ ...cancel, outcome: 'ok', answered: row.id, status: 'cancelled' })
  }
}

/**
 * The same with three instances, of which the second dies for good: what it had claimed runs elsewhere when its lease is
 * over, and what ran there is lost and tried again.
 */
export function idealClusterHistory(): History {
  const history = idealHistory()
  const [fault] = history.faults
  Object.assign(history, { instances: 3, leaseMs: 15_000, ledger: [], executions: [], testimonies: [], operations: [] })
  Object.assign(fault!, { instance: 2, until: AT + 63_000 })
  for (const task of history.tasks) task.maxAttempts = 2
  const takenOverAt = fault!.at + 18_000
  for (const task of history.tasks) {
    const [first, last] = task.definitions
    for (const [i, at] of dueInstants(first!.schedule!, first!.since.from, last!.since.to).entries()) {
      const instance = (i % 3) + 1
      const isMeant = instance === 2
      const isClaimed = isMeant && at > fault!.at && at < fault!.at + 2_500
      const isRunning = isMeant && at < fault!.at && at + LATENESS_MS + LASTS_MS > fault!.at
      const startedAt = isClaimed ? takenOverAt : at + LATENESS_MS
      const by = isMeant && at > fault!.at ? 3 : instance
      const row = { ...ran(task, at, startedAt), attempt: isRunning ? 2 : 1 }
      history.executions.push(row)
      history.ledger.push(entry(task, at, 'ran', row.id))
      const [start, end] = testified(task.name, row, startedAt)
      const told = { instance: by, attempt: 1, fence: isClaimed ? 2 : 1 }
      history.testimonies.push({ ...start!, ...told })
      if (!isRunning) history.testimonies.push({ ...end!, ...told })
      if (!isRunning) continue
      Object.assign(row, { started_at: iso(takenOverAt), finished_at: iso(takenOverAt + LASTS_MS) })
      const again = { instance: 1, attempt: 2, fence: 2, epoch: `again-${row.id}` }
      history.testimonies.push(...testified(task.name, row, takenOverAt).map((said) => ({ ...said, ...again })))
    }
  }
  return history
}

function ran(task: TaskFacts, due: number, startedAt: number): ExecutionRow {
  return {
    id: `${task.name}@${(due - AT) / 1_000}`,
    task_id: task.id,
    task_name: task.name,
    trigger: 'schedule',
    status: 'success',
    failure: null,
    scheduled_at: iso(due),
    started_at: iso(startedAt),
    finished_at: iso(startedAt + LASTS_MS + 10),
    attempt: 1,
    attempts: [],
  }
}

function testified(task: string, row: ExecutionRow, startedAt: number): Testimony[] {
  const start: Testimony = {
    kind: 'start',
    task,
    execution: row.id,
    attempt: 1,
    epoch: `epoch-${row.id}`,
    fence: 1,
    instance: 1,
    due: row.scheduled_at,
    pid: 1,
    at_ns: (startedAt + 2) * NS_PER_MS,
    code: null,
  }
  return [start, { ...start, kind: 'end', at_ns: (startedAt + LASTS_MS) * NS_PER_MS, code: 0 }]
}

function entry(task: TaskFacts, due: number, answer: string, executionId: string): LedgerEntry {
  return { task_id: task.id, due_at: iso(due), answer, reason: null, execution_id: executionId, covers: null }
}

const iso = (at: number) => new Date(at).toISOString()

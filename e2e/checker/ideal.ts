import type { ExecutionRow, History, LedgerEntry, TaskFacts, Testimony } from './history.ts'
import { dueInstants } from './oracle.ts'

export const AT = Date.UTC(2026, 0, 1)
const LATENESS_MS = 8
const LASTS_MS = 400
const NS_PER_MS = 1e6

/** A minute of a server that does everything right, and dies once: every second one task, every two another. */
export function idealHistory(): History {
  const begun = { from: AT - 500, to: AT - 400 }
  const ended = { from: AT + 60_100, to: AT + 60_200 }
  const task = (name: string, schedule: TaskFacts['schedule'], more: Partial<TaskFacts>): TaskFacts => ({
    id: `task-${name}`,
    name,
    schedule,
    begun,
    ended,
    overlap: 'allow',
    maxAttempts: 1,
    graceMs: 1_000,
    testifies: true,
    ...more,
  })
  const history: History = {
    tasks: [
      task('second', { kind: 'fields', fields: '* * * * * *' }, {}),
      task('single', { kind: 'interval', anchorMs: AT, everyMs: 2_000 }, { overlap: 'skip', maxAttempts: 2 }),
    ],
    faults: [{ at: AT + 30_500, sureAt: AT + 30_520, until: AT + 34_500, kind: 'death' }],
    testimonies: [],
    ledger: [],
    executions: [],
    collectedAt: AT + 70_000,
  }
  for (const each of history.tasks) live(history, each)
  return history
}

function live(history: History, task: TaskFacts) {
  const fault = history.faults[0]!
  const due = dueInstants(task.schedule, task.begun.from, task.ended.to)
  const missed = due.filter((at) => at > fault.at && at <= fault.until)
  for (const at of due) {
    const isLastMissed = at === missed.at(-1)
    if (missed.includes(at) && !isLastMissed) continue
    const startedAt = (isLastMissed ? fault.until + 100 : at) + LATENESS_MS
    const row = ran(task, at, startedAt)
    history.executions.push(row)
    history.testimonies.push(...testified(task, row, startedAt))
    history.ledger.push(entry(task, at, 'ran', row.id))
    if (isLastMissed && missed.length > 1) {
      const last = missed.at(-2)!
      const covers = { from: iso(missed[0]!), to: iso(last), count: missed.length - 1 }
      history.ledger.push({ ...entry(task, last, 'merged', row.id), covers })
    }
  }
}

function ran(task: TaskFacts, due: number, startedAt: number): ExecutionRow {
  return {
    id: `${task.name}@${(due - AT) / 1_000}`,
    task_id: task.id,
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

function testified(task: TaskFacts, row: ExecutionRow, startedAt: number): Testimony[] {
  const start: Testimony = {
    kind: 'start',
    task: task.name,
    execution: row.id,
    attempt: 1,
    epoch: `epoch-${row.id}`,
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

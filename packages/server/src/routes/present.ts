import { type Caller, type ExecutionView, maskParams, maskTask, may, type TaskView } from '@rota/core'
import type { NumberedLine, PageOf, PastOf, RunView } from '@rota/engine'
import type { LogEntry, Task } from '@rota/protocol'

/** The task that a document is of. */
type Of = Pick<TaskView, 'id' | 'group'>

/** What of a task its reader may know: secrets only who could change them. */
export function visible<T extends Parameters<typeof maskTask>[0]>(task: T, caller: Caller, of: Of): T {
  const place = { id: of.id, group: of.group ?? null }
  return may(caller, 'edit', 'task', place) ? task : maskTask(task)
}

/** An execution as its reader may see it. */
export function toExecution(view: ExecutionView, caller: Caller): ExecutionView {
  if (view.params === null || may(caller, 'edit', 'task', { id: view.task_id, group: view.task_group })) return view
  return { ...view, params: maskParams(view.params) }
}

/** An execution in a list: what lists leave out is not there, rather than null. */
export function toListed(view: ExecutionView, fields: readonly ('output' | 'result')[]) {
  const { params: _, progress: __, output, result, ...rest } = view
  return { ...rest, ...(fields.includes('output') && { output }), ...(fields.includes('result') && { result }) }
}

/** A task as replies show it: `schedule` is text, `schedule_rule` what can be written back. */
export function toTask(view: TaskView, caller: Caller): Task {
  const { cron, schedule, schedules, ...rest } = visible(view, caller, view)
  return {
    ...rest,
    schedule: cron,
    schedule_rule: schedule ?? null,
    schedules: schedules.map((entry) => ({
      schedule: entry.cron,
      schedule_rule: entry.schedule,
      timezone: entry.timezone,
      next_run: entry.next_run,
      next_due: entry.next_due,
    })),
  } as Task
}

/** What becomes of a run that was asked for. */
export function toOutlook({ status, phase, reason, waits_for, replaces }: RunView) {
  return { status, phase, reason, waits_for, replaces }
}

/** A page with its rows under their own name. */
export function toPage<Name extends string, Row, Shown>(name: Name, page: PageOf<Row>, show: (row: Row) => Shown) {
  const { total, page: number, limit, next_cursor, rows } = page
  return { total, page: number, limit, next_cursor, [name]: rows.map(show) } as {
    total: number
    page: number
    limit: number
    next_cursor: string | null
  } & Record<Name, Shown[]>
}

/** A page of a history, with where that begins. */
export function toPast<Name extends string, Row, Shown>(name: Name, page: PastOf<Row>, show: (row: Row) => Shown) {
  return { ...toPage(name, page, show), history_begins_at: page.history_begins_at }
}

const LEVELS = { stdout: 'info', stderr: 'error', system: 'system' } as const
export const STREAM_OF_LEVEL = { info: 'stdout', error: 'stderr', system: 'system' } as const

export function toLogEntry(line: NumberedLine): LogEntry {
  return {
    no: line.no,
    timestamp: new Date(line.at).toISOString(),
    stream: line.stream,
    level: LEVELS[line.stream],
    attempt: line.attempt,
    message: line.text,
  }
}

const DAY_MS = 86_400_000

/** A filter's instant in full. A day stands for its first instant, or with `isEnd` for the first after it. */
export function toInstant(text: string, isEnd = false): string {
  const isDay = !text.includes('T')
  return new Date(Date.parse(text) + (isDay && isEnd ? DAY_MS : 0)).toISOString()
}

/** `from` and `to` of a filter as the engine wants them; absent ones stay absent. */
export function toRange(query: { from?: string; to?: string }): { from?: string; to?: string } {
  return {
    ...(query.from !== undefined && { from: toInstant(query.from) }),
    ...(query.to !== undefined && { to: toInstant(query.to) }),
  }
}

import {
  type Clock,
  type ExecutionDefaults,
  type ExecutionView,
  expandTask,
  notFound,
  type Scope,
  type TaskInput,
  type TaskView,
  taskInputOf,
} from '@rota/core'
import type { Engine } from '../api/engine.ts'
import type { ExecutionFilter } from '../api/executions.ts'
import type { LedgerFilter } from '../api/ledger.ts'
import type { Overviews } from '../api/overviews.ts'
import type { PageOf, PastOf } from '../api/page.ts'
import type { Stats } from '../api/stats.ts'
import type { Revision, TaskFilter } from '../api/tasks.ts'
import type { Cursor, CursorQuery } from '../ports/overviews.ts'
import type { NamedTask, Paged, Queries } from '../ports/queries.ts'
import { createDocumentBook } from './document-book.ts'
import { executionView } from './execution-view.ts'
import { endOf, instantOf, isoOf } from './instants.ts'
import { ledgerEntries } from './ledger-view.ts'
import { createOverviews } from './overviews.ts'
import { createRuleBook } from './rule-book.ts'
import { summaryView, taskStatsView } from './stats-view.ts'
import { taskView } from './task-view.ts'

type Ledger = Awaited<ReturnType<Engine['ledger']>>
type Gauges = Awaited<ReturnType<Engine['gauges']>>

/** The queries in the words of the engine's interface. */
export interface Reads {
  task(id: string, scope: Scope): Promise<TaskView | null>
  tasks(filter: TaskFilter, scope: Scope): Promise<PageOf<TaskView>>
  tasksNamed(names: readonly string[], scope: Scope): Promise<NamedTask[]>
  /** Throws `not_found`. */
  revisions(id: string, scope: Scope): Promise<Revision[]>
  execution(id: string, scope: Scope): Promise<ExecutionView | null>
  /** Without outputs, results and params. */
  executions(filter: ExecutionFilter, scope: Scope): Promise<PastOf<ExecutionView>>
  ledger(filter: LedgerFilter, scope: Scope): Promise<Ledger>
  cursors(query: CursorQuery, scope: Scope): Promise<Cursor[]>
  gauges(): Promise<Gauges>
  readonly stats: Stats
  readonly overviews: Overviews
}

export function createReads(queries: Queries, clock: Clock, defaults: ExecutionDefaults): Reads {
  const rules = createRuleBook()
  const context = { rules, documents: createDocumentBook(), defaults }
  return {
    async task(id, scope) {
      const record = await queries.taskById(id, scope)
      return record && taskView(record, context)
    },

    async tasks(filter, scope) {
      return pageOf(await queries.listTasks(filter, scope), (record) => taskView(record, context))
    },

    tasksNamed: (names, scope) => queries.tasksNamed(names, scope),

    async revisions(id, scope) {
      const task = await queries.taskById(id, scope)
      if (task === null) throw notFound('task', id)
      const revisions = await queries.revisions(id, scope)
      return revisions.map(({ version, at, by, definition }) => {
        return { version, at: isoOf(at), by, definition: documentOf(definition, task.task.name) }
      })
    },

    async execution(id, scope) {
      const record = await queries.executionById(id, scope)
      return record && executionView(record, defaults)
    },

    async executions({ task_id, node_id, from, to, finished_from, finished_to, ...same }, scope) {
      const ends = {
        finishedFrom: instantOf(finished_from, 'finished_from'),
        finishedTo: instantOf(finished_to, 'finished_to'),
      }
      const range = { from: instantOf(from, 'from'), to: instantOf(to, 'to') }
      const query = { ...same, ...ends, ...range, taskId: task_id, nodeId: node_id }
      const [page, pruned] = await Promise.all([
        queries.listExecutions(query, scope),
        queries.pruned({ taskId: task_id, group: same.group }, scope),
      ])
      return {
        ...pageOf(page, (record) => executionView(record, defaults)),
        history_begins_at: isoOf(pruned?.through ?? null),
      }
    },

    async ledger({ task_id, from, to, ...same }, scope) {
      const query = { ...same, taskId: task_id, from: instantOf(from, 'from'), to: instantOf(to, 'to') }
      const [{ rows, nextCursor }, pruned] = await Promise.all([
        queries.ledger(query, scope),
        queries.pruned({ taskId: task_id }, scope),
      ])
      return {
        entries: rows.flatMap((row) => ledgerEntries(row, rules, same.answer)),
        next_cursor: nextCursor,
        history_begins_at: isoOf(pruned?.through ?? null),
        pruned: pruned && { answers: pruned.answers, from: isoOf(pruned.from), through: isoOf(pruned.through) },
      }
    },

    cursors: (query, scope) => queries.cursors(query, scope),

    async gauges() {
      const { waitingSince, ...counts } = await queries.gauges()
      return { ...counts, oldest_waiting_ms: waitingSince === null ? null : Math.max(0, clock.now() - waitingSince) }
    },

    stats: createStats(queries),
    overviews: createOverviews({ queries, clock, rules, defaults }),
  }
}

function createStats(queries: Queries): Stats {
  return {
    async summary(caller) {
      return summaryView(await queries.summary(caller.scope))
    },

    async task(caller, id, { from, to }) {
      const tally = await queries.taskTally(id, { from: instantOf(from, 'from'), to: endOf(to, 'to') }, caller.scope)
      if (tally === null) throw notFound('task', id)
      return taskStatsView(tally)
    },

    async timeseries(caller, { from, to, bucket, task_id, group }) {
      const range = { from: instantOf(from, 'from')!, to: endOf(to, 'to')! }
      const points = await queries.timeseries({ ...range, bucket, taskId: task_id, group }, caller.scope)
      return points.map(({ at, total, success, failed, avgDurationMs }) => {
        return {
          at: isoOf(at),
          total,
          success,
          failed,
          avg_duration: avgDurationMs === null ? null : seconds(avgDurationMs),
        }
      })
    },

    async top(caller, { by, from, limit }) {
      const rows = await queries.top({ by, from: instantOf(from, 'from'), limit }, caller.scope)
      return rows.map(({ taskId, taskName, value, total }) => {
        return { task_id: taskId, task_name: taskName, value: by === 'slowest' ? seconds(value) : value, total }
      })
    },
  }
}

function pageOf<Row, View>({ rows, nextCursor, ...page }: Paged<Row>, view: (row: Row) => View): PageOf<View> {
  return { ...page, rows: rows.map((row) => view(row)), next_cursor: nextCursor }
}

/** A revision's name may have been another; the document keeps none, so that the task's stands in. */
function documentOf(definition: string, name: string): TaskInput {
  return taskInputOf(expandTask(definition, name))
}

function seconds(ms: number): number {
  return Math.round(ms) / 1000
}

import {
  type Clock,
  type ExecutionDefaults,
  type ExecutionView,
  expandTask,
  notFound,
  type TaskInput,
  type TaskView,
  taskInputOf,
} from '@rota/core'
import type {
  Engine,
  ExecutionFilter,
  LedgerFilter,
  Overviews,
  PageOf,
  PastOf,
  Revision,
  Stats,
  TaskFilter,
} from '../api.ts'
import type { NamedTask, Paged, Queries } from '../ports/queries.ts'
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
  task(id: string, tenantId: string | null): Promise<TaskView | null>
  tasks(filter: TaskFilter, tenantId: string | null): Promise<PageOf<TaskView>>
  tasksNamed(names: readonly string[], tenantId: string | null): Promise<NamedTask[]>
  /** Throws `not_found`. */
  revisions(id: string, tenantId: string | null): Promise<Revision[]>
  execution(id: string, tenantId: string | null): Promise<ExecutionView | null>
  /** Without outputs, results and params. */
  executions(filter: ExecutionFilter, tenantId: string | null): Promise<PastOf<ExecutionView>>
  ledger(filter: LedgerFilter, tenantId: string | null): Promise<Ledger>
  gauges(): Promise<Gauges>
  readonly stats: Stats
  readonly overviews: Overviews
}

export function createReads(queries: Queries, clock: Clock, defaults: ExecutionDefaults): Reads {
  const rules = createRuleBook()
  const context = { rules, defaults }
  return {
    async task(id, tenantId) {
      const record = await queries.taskById(id, tenantId)
      return record && taskView(record, context)
    },

    async tasks(filter, tenantId) {
      return pageOf(await queries.listTasks(filter, tenantId), (record) => taskView(record, context))
    },

    tasksNamed: (names, tenantId) => queries.tasksNamed(names, tenantId),

    async revisions(id, tenantId) {
      const task = await queries.taskById(id, tenantId)
      if (task === null) throw notFound('task', id)
      const revisions = await queries.revisions(id, tenantId)
      return revisions.map(({ version, at, by, definition }) => {
        return { version, at: isoOf(at), by, definition: documentOf(definition, task.task.name) }
      })
    },

    async execution(id, tenantId) {
      const record = await queries.executionById(id, tenantId)
      return record && executionView(record, defaults)
    },

    async executions({ task_id, from, to, ...same }, tenantId) {
      const query = { ...same, taskId: task_id, from: instantOf(from, 'from'), to: instantOf(to, 'to') }
      const [page, pruned] = await Promise.all([
        queries.listExecutions(query, tenantId),
        queries.pruned({ taskId: task_id, group: same.group }, tenantId),
      ])
      return {
        ...pageOf(page, (record) => executionView(record, defaults)),
        history_begins_at: isoOf(pruned?.through ?? null),
      }
    },

    async ledger({ task_id, from, to, ...same }, tenantId) {
      const query = { ...same, taskId: task_id, from: instantOf(from, 'from'), to: instantOf(to, 'to') }
      const [{ rows, nextCursor }, pruned] = await Promise.all([
        queries.ledger(query, tenantId),
        queries.pruned({ taskId: task_id }, tenantId),
      ])
      return {
        entries: rows.flatMap((row) => ledgerEntries(row, rules, same.answer)),
        next_cursor: nextCursor,
        history_begins_at: isoOf(pruned?.through ?? null),
        pruned: pruned && { answers: pruned.answers, from: isoOf(pruned.from), through: isoOf(pruned.through) },
      }
    },

    async gauges() {
      const { waitingSince, ...counts } = await queries.gauges()
      return { ...counts, oldest_waiting_ms: waitingSince === null ? null : Math.max(0, clock.now() - waitingSince) }
    },

    stats: createStats(queries),
    overviews: createOverviews(queries, clock, rules),
  }
}

function createStats(queries: Queries): Stats {
  return {
    async summary(actor) {
      return summaryView(await queries.summary(actor.tenantId))
    },

    async task(actor, id, { from, to }) {
      const tally = await queries.taskTally(id, { from: instantOf(from, 'from'), to: endOf(to, 'to') }, actor.tenantId)
      if (tally === null) throw notFound('task', id)
      return taskStatsView(tally)
    },

    async timeseries(actor, { from, to, bucket, task_id, group }) {
      const range = { from: instantOf(from, 'from')!, to: endOf(to, 'to')! }
      const points = await queries.timeseries({ ...range, bucket, taskId: task_id, group }, actor.tenantId)
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

    async top(actor, { by, from, limit }) {
      const rows = await queries.top({ by, from: instantOf(from, 'from'), limit }, actor.tenantId)
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

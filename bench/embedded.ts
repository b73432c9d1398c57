/** An embedded engine for benchmarks: a store, one handler, and any number of tasks that call it. */
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Clock, createIds, type ScheduleInput, SYSTEM, type TaskInput } from '@rota/core'
import { createEngine, type NewTask, openInMemoryStore, openSqliteStore, type Store } from '@rota/engine'
import { createExecutors, createHandlerRegistry, type HandlerFunction } from '@rota/executors'
// What the use-case does for one task, done here once for all tasks that share a schedule.
import { checkForm, columnsOf, keysOf, scheduleChanges } from '../packages/engine/src/use-cases/tasks/task-forms.ts'

/** Handler that all tasks and jobs of a benchmark call. */
export const HANDLER = 'work'
export const ANYBODY = SYSTEM

export function executorsOf(handler: HandlerFunction) {
  return createExecutors({ handlers: createHandlerRegistry({ [HANDLER]: handler }) })
}

export function openStore(folder: string | null): Promise<Store> {
  return folder === null ? Promise.resolve(openInMemoryStore()) : openSqliteStore({ folder })
}

export function engineOn(store: Store, handler: HandlerFunction, clock?: Clock) {
  return createEngine({ store, executors: executorsOf(handler), ...(clock && { clock }) })
}

export interface TaskPlan {
  count: number
  /** Schedules given out in turn: task number i gets the one at i modulo their number. */
  schedules: ScheduleInput[]
  /** The instant after which their occurrences count, epoch ms. */
  after: number
  /** Further fields of every task. */
  fields?: Partial<TaskInput>
}

const PER_TRANSACTION = 10_000

/** Adds tasks named by their number, many in a transaction: what a thousand creations share is checked once. */
export async function addTasks(store: Store, { count, schedules, after, fields }: TaskPlan): Promise<void> {
  const nextId = createIds(() => Date.now())
  const executors = executorsOf(() => {})
  const templates: Omit<NewTask, 'row'>[] = []
  const rows: Omit<NewTask['row'], 'id' | 'name'>[] = []
  for (const schedule of schedules) {
    const input: TaskInput = { ...fields, name: 'template', type: 'handler', handler: HANDLER, schedule }
    const form = await checkForm(
      input,
      { id: nextId(), createdAt: after, now: after },
      { executors, defaultTimezone: 'UTC' },
    )
    templates.push({ schedules: scheduleChanges(form, true), keys: keysOf(form.definition, null) })
    const made = { createdAt: after, createdBy: null, updatedAt: after, updatedBy: null }
    rows.push({
      ...columnsOf(form),
      ...made,
      tenantId: null,
      version: 1,
      pausedAt: null,
      pauseReason: null,
      deletedAt: null,
    })
  }
  for (let from = 0; from < count; from += PER_TRANSACTION) {
    const batch: NewTask[] = []
    for (let i = from; i < Math.min(from + PER_TRANSACTION, count); i++) {
      const which = i % schedules.length
      batch.push({ ...templates[which]!, row: { ...rows[which]!, id: nextId(), name: String(i) } })
    }
    await store.tasks.insert(batch)
  }
}

/** A folder for one run; the function that is answered too removes it. */
export function scratchFolder(): { folder: string; remove: () => void } {
  const folder = mkdtempSync(join(process.env.ROTA_BENCH_DIR ?? tmpdir(), 'scratch-'))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Bytes of the state database and its write-ahead log. */
export function databaseBytes(folder: string): number {
  const size = (file: string) => statSync(join(folder, file), { throwIfNoEntry: false })?.size ?? 0
  return size('state.db') + size('state.db-wal')
}

export function sleepUntil(at: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.max(at - Date.now(), 0)))
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}

/** Wall clock with fractions of a millisecond. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now()
}

export function rounded(value: number, digits = 2): number {
  return Number(value.toFixed(digits))
}

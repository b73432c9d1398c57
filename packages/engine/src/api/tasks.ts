import type {
  Caller,
  ExecutionView,
  FieldError,
  RotaError,
  RunOverrides,
  TaskInput,
  TaskView,
  Trigger,
} from '@rota/core'
import type { TaskSort } from '../ports/queries.ts'
import type { Page, PageOf } from './page.ts'

export interface TaskFilter extends Page {
  group?: string
  /** `halted`: disabled or paused. */
  status?: 'active' | 'disabled' | 'paused' | 'finished' | 'deleted' | 'halted'
  type?: string
  tag?: string
  /** What the origin begins with. */
  origin?: string
  /** Found in name or description, without regard to case. */
  q?: string
  sort?: TaskSort
}

/** Optimistic locking: the version the caller saw, or null to overwrite whatever is there. */
export type IfVersion = number | null

export interface Tasks {
  /** Throws `invalid` (fields) or `conflict` (name taken). A repeated `idempotencyKey` answers the first result. */
  create(caller: Caller, input: TaskInput, options?: { idempotencyKey?: string }): Promise<TaskView>
  /** Creates each that can be; the verdicts are in the order of the documents. `dryRun`: only says. Throws `unavailable`. */
  createMany(caller: Caller, inputs: readonly TaskInput[], options?: { dryRun?: boolean }): Promise<NewTaskVerdict[]>
  /** Checks as `create` and `update` would, without saving; empty when it could be saved. */
  validate(caller: Caller, input: TaskInput, options?: { id?: string }): Promise<FieldError[]>
  get(caller: Caller, id: string): Promise<TaskView>
  list(caller: Caller, filter: TaskFilter): Promise<PageOf<TaskView>>
  /** The tasks that have one of the names, deleted ones aside; in any order. */
  named(caller: Caller, names: readonly string[]): Promise<{ id: string; name: string; version: number }[]>
  /** Replaces the fields that are given; the others stay. Throws `stale_version`, `invalid`, `conflict`, `not_found`. */
  update(caller: Caller, id: string, changes: Partial<TaskInput>, ifVersion: IfVersion): Promise<TaskView>
  /** Hides the task and drops what has not started; it can be restored within the retention time. */
  remove(caller: Caller, id: string, ifVersion: IfVersion): Promise<void>
  /** `name`: a new one. Throws `conflict` where another task has the name, which offers a free one as suggestion. */
  restore(caller: Caller, id: string, options?: { name?: string }): Promise<TaskView>
  /** Deletes a removed task and all its history for good. */
  purge(caller: Caller, id: string): Promise<void>
  clone(caller: Caller, id: string, changes: Partial<TaskInput>): Promise<TaskView>
  enable(caller: Caller, id: string): Promise<TaskView>
  disable(caller: Caller, id: string): Promise<TaskView>
  pause(caller: Caller, id: string): Promise<TaskView>
  /** `backlog`: what becomes of the occurrences that fell due while paused. */
  resume(caller: Caller, id: string, options?: { backlog?: 'skip' | 'last' | 'all' }): Promise<TaskView>
  /** Throws `forbidden` or `invalid` for overrides that the caller, or nobody, may set. */
  /** Throws `conflict` when the task's overlap policy would skip the run. */
  run(caller: Caller, id: string, options?: RunOptions): Promise<RunView>
  /** Cancels what is running and pending now. */
  stop(caller: Caller, id: string): Promise<{ cancelled: string[] }>
  revisions(caller: Caller, id: string): Promise<Revision[]>
  /** Applies one action to many tasks; each is answered for itself. `group`: where `move` puts them; null for none. */
  bulk(
    caller: Caller,
    action: 'enable' | 'disable' | 'delete' | 'restore' | 'run' | 'pause' | 'resume' | 'move',
    ids: string[],
    options?: { group?: string | null },
  ): Promise<{ id: string; ok: boolean; error: string | null }[]>
}

/** What became of one of many documents. */
export interface NewTaskVerdict {
  /** Null when it was refused, or would not be. */
  id: string | null
  refusal: RotaError | null
}

export interface RunOptions extends RunOverrides {
  trigger?: Extract<Trigger, 'manual' | 'api' | 'webhook'>
  idempotencyKey?: string
}

/** A run that was asked for, and what becomes of it. */
export interface RunView extends ExecutionView {
  /** The limit it waits for: `task_limit`, or the name of a key, group or the whole server. */
  waits_for: { limit: string; max: number; holders: string[]; ahead: number } | null
  /** Executions that it replaces. */
  replaces: string[]
}

export interface Revision {
  version: number
  at: string
  by: string | null
  definition: TaskInput
}

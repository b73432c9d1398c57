import {
  checkOverrides,
  effectiveExecution,
  expandTask,
  invalid,
  notFound,
  RotaError,
  say,
  type TaskInput,
  type TaskView,
  taskInputOf,
  unmask,
} from '@rota/core'
import type { Actor, IfVersion, RunOptions, RunView, Tasks } from '../api.ts'
import { newExecution } from '../planning/new-execution.ts'
import type { SaveOptions, TaskRow } from '../ports/tasks.ts'
import type { UseCaseContext } from './context.ts'
import { newExecutionView } from './new-execution-view.ts'
import { catchUp } from './pause.ts'
import { planPast } from './plan-past.ts'
import { nameTaken } from './restore-refusal.ts'
import { runView, wouldBeSkipped } from './run-view.ts'
import {
  applyChanges,
  checkForm,
  columnsOf,
  keysOf,
  neverFiring,
  refuseVain,
  scheduleChanges,
  slotsOf,
  type TaskForm,
} from './task-forms.ts'

/** Tasks of a bulk action that are under way together; each is a transaction of its own. */
const BULK_AT_ONCE = 8

type BulkAction = Parameters<Tasks['bulk']>[1]
type BulkOptions = Parameters<Tasks['bulk']>[3]

/** Everything people do with tasks. `cancel` ends executions by id; it belongs to the executions' use-cases. */
export function createTasks(context: UseCaseContext, cancel: (actor: Actor, id: string) => Promise<unknown>): Tasks {
  const { clock, tasks, queries } = context

  async function rowOf(actor: Actor, id: string, options?: { deleted: true }): Promise<TaskRow> {
    const row = await tasks.byId(id, actor.tenantId)
    if (row === null || (row.deletedAt !== null && !options?.deleted)) throw notFound('task', id)
    return row
  }

  const documentOf = (row: TaskRow): TaskInput => taskInputOf(expandTask(row.definition, row.name))
  const formOf = (row: TaskRow, input = documentOf(row)) => {
    const before = expandTask(row.definition, row.name)
    return checkForm(input, { id: row.id, createdAt: row.createdAt, now: clock.now(), before }, context)
  }

  async function view(actor: Actor, id: string): Promise<TaskView> {
    const found = await queries.task(id, actor.tenantId)
    if (found === null) throw notFound('task', id)
    return found
  }

  /** Stores a changed row with its schedules, and tells planner and dispatcher. */
  async function store(
    actor: Actor,
    row: TaskRow,
    form: TaskForm | null,
    change: string,
    options: Partial<SaveOptions> & { ifVersion?: IfVersion } = {},
  ): Promise<TaskView> {
    const expectedVersion = options.ifVersion ?? row.version
    if (expectedVersion !== row.version) {
      throw new RotaError(
        'stale_version',
        say`The task is at version ${row.version}, not ${expectedVersion}. Read it again.`,
      )
    }
    const now = options.now ?? clock.now()
    const next: TaskRow = { ...row, version: row.version + 1, updatedAt: now, updatedBy: actor.name }
    // One instant for all of it: what falls due while a change is being checked belongs to one side only.
    if (change === 'paused') next.pausedAt = now
    // An instant may pass while the change is being checked.
    const late = form === null ? [] : neverFiring(form.rules, now)
    if (late.length > 0) throw invalid(late)
    await planPast(context, row, now)
    const active = next.enabled && next.pausedAt === null && next.deletedAt === null
    // What the store takes away must not start before we know of it: that may be long, when the store is slow.
    const release = context.withhold(row.seq)
    try {
      const { dropped } = await tasks.save(next, {
        expectedVersion,
        keepRevision: true,
        schedules: form === null ? null : scheduleChanges(form, active),
        drop: 'future',
        now,
        answers: [],
        executions: [],
        keys: form === null ? [] : keysOf(form.definition),
        ...options,
      })
      context.drop(dropped)
    } finally {
      release()
    }
    context.emit({ type: 'task_changed', id: row.id, change, actor: actor.name })
    context.replan()
    context.expectFrom(now)
    return view(actor, row.id)
  }

  async function update(
    actor: Actor,
    id: string,
    changes: Partial<TaskInput>,
    ifVersion: IfVersion,
    change = 'updated',
  ) {
    const row = await rowOf(actor, id)
    const form = await formOf(row, applyChanges(documentOf(row), changes, context.executors))
    return store(actor, { ...row, ...columnsOf(form) }, form, change, { ifVersion })
  }

  async function create(actor: Actor, input: TaskInput, idempotencyKey?: string): Promise<TaskView> {
    const now = clock.now()
    const id = context.nextId()
    refuseVain(input, input.type, context.executors)
    const form = await checkForm(input, { id, createdAt: now, now }, context)
    const row: Omit<TaskRow, 'seq'> = {
      id,
      tenantId: actor.tenantId,
      ...columnsOf(form),
      version: 1,
      pausedAt: null,
      pauseReason: null,
      createdAt: now,
      createdBy: actor.name,
      updatedAt: now,
      updatedBy: actor.name,
      deletedAt: null,
    }
    const task = { row, schedules: scheduleChanges(form, row.enabled), keys: keysOf(form.definition) }
    const scope = `task:${actor.name ?? ''}`
    const { earlier } = await tasks.insert([task], idempotencyKey ? { scope, key: idempotencyKey } : undefined)
    if (earlier !== null) return view(actor, earlier)
    context.emit({ type: 'task_changed', id, change: 'created', actor: actor.name })
    context.replan()
    return view(actor, id)
  }

  async function run(actor: Actor, id: string, given: RunOptions = {}): Promise<RunView> {
    const row = await rowOf(actor, id)
    const task = expandTask(row.definition, row.name)
    // Who does not see a value sends its mask back, and means what is there.
    const options = given.params || given.env ? { ...given, ...unmask(overridesIn(given), task) } : given
    refuseVain(overridesIn(options), task.type, context.executors)
    const argsProblem = context.executors.get(task.type)?.argsProblem?.(task.payload) ?? null
    checkOverrides(task, options, { mayEdit: actor.mayEdit === true, argsProblem })
    const now = clock.now()
    const priority = options.priority ?? task.priority
    const overridden = options.params !== undefined || options.env !== undefined
    const execution = newExecution(
      {
        id: context.nextId(),
        tenantId: row.tenantId,
        taskSeq: row.seq,
        taskVersion: row.version,
        trigger: options.trigger ?? 'manual',
        requestedBy: actor.name,
        dueAt: now,
        priority,
        createdAt: now,
        job: overridden ? JSON.stringify({ params: options.params, env: options.env }) : null,
        ...slotsOf(task, context),
      },
      context.priorityStepMs,
    )
    const scope = `run:${id}:${actor.name ?? ''}`
    const idempotency = options.idempotencyKey ? { idempotency: { scope, key: options.idempotencyKey } } : {}
    const place = await context.executions
      .runNow(execution, { now, keys: keysOf(task), ...idempotency })
      // Also when only the answer was lost.
      .finally(() => context.expectFrom(now))
    if (place.earlier !== null) {
      const found = await queries.execution(place.earlier, actor.tenantId)
      if (found) return { ...found, waits_for: null, replaces: [] }
    }
    if (place.isRefused) throw wouldBeSkipped(place)
    context.emit({ type: 'execution_created', id: execution.id, taskId: id, trigger: execution.trigger })
    const created = newExecutionView(execution, {
      taskId: id,
      taskName: row.name,
      type: row.type,
      effective: effectiveExecution(task, context.defaults),
      params: {
        args: options.params?.args ?? task.params.args,
        kwargs: { ...task.params.kwargs, ...options.params?.kwargs },
      },
    })
    return runView(created, place)
  }

  const self: Tasks = {
    create: (actor, input, options) => create(actor, input, options?.idempotencyKey),

    async validate(actor, input, options) {
      try {
        const row = options?.id ? await rowOf(actor, options.id) : null
        if (row) await formOf(row, applyChanges(documentOf(row), input, context.executors))
        else {
          refuseVain(input, input.type, context.executors)
          const now = clock.now()
          await checkForm(input, { id: context.nextId(), createdAt: now, now }, context)
        }
        return []
      } catch (error) {
        if (RotaError.is(error) && error.code === 'invalid') return [...error.errors]
        throw error
      }
    },

    get: view,
    list: (actor, filter) => queries.tasks(filter, actor.tenantId),
    update: (actor, id, changes, ifVersion) => update(actor, id, changes, ifVersion),

    async remove(actor, id, ifVersion) {
      const row = await rowOf(actor, id)
      const form = await formOf(row).catch(() => null)
      await store(actor, { ...row, deletedAt: clock.now() }, form ?? NO_SCHEDULES, 'deleted', {
        ifVersion,
        drop: 'all',
        keepRevision: false,
      })
      for (const live of await tasks.liveExecutions(row.seq)) await cancel(actor, live).catch(() => undefined)
    },

    async restore(actor, id, { name } = {}) {
      const row = await rowOf(actor, id, { deleted: true })
      if (row.deletedAt === null) throw new RotaError('conflict', say`The task is not deleted.`)
      const form = await formOf(row, { ...documentOf(row), ...(name !== undefined && { name }) })
      try {
        return await store(
          actor,
          { ...row, ...(name !== undefined && columnsOf(form)), deletedAt: null },
          form,
          'restored',
        )
      } catch (error) {
        const isTaken = RotaError.is(error) && error.code === 'conflict' && error.errors[0]?.path === 'name'
        throw isTaken ? await nameTaken(context, form.definition.name, actor.tenantId) : error
      }
    },

    async purge(actor, id) {
      const row = await rowOf(actor, id, { deleted: true })
      if (row.deletedAt === null)
        throw new RotaError('conflict', say`Delete the task first; only deleted tasks can be purged.`)
      const ids = await tasks.purge(row.seq)
      await context.logs.remove(ids)
      context.emit({ type: 'task_changed', id, change: 'purged', actor: actor.name })
    },

    async clone(actor, id, changes) {
      const row = await rowOf(actor, id)
      // A copy draws the times of its own name, not those of the task it was made from.
      const input = applyChanges({ ...documentOf(row), hash_key: null }, changes, context.executors)
      return create(actor, changes.name === undefined ? { ...input, name: `${row.name} (copy)` } : input)
    },

    enable: (actor, id) => update(actor, id, { enabled: true }, null, 'enabled'),
    disable: (actor, id) => update(actor, id, { enabled: false }, null, 'disabled'),

    async pause(actor, id) {
      const row = await rowOf(actor, id)
      if (row.pausedAt !== null) return view(actor, id)
      const paused = { ...row, pausedAt: clock.now(), pauseReason: actor.name === null ? 'quarantine' : null }
      return store(actor, paused, await formOf(row), 'paused', { keepRevision: false })
    },

    async resume(actor, id, options) {
      const row = await rowOf(actor, id)
      if (row.pausedAt === null) return view(actor, id)
      const form = await formOf(row)
      const now = clock.now()
      const backlog = await catchUp(context, { row, form, now }, options?.backlog ?? 'skip')
      return store(actor, { ...row, pausedAt: null, pauseReason: null }, form, 'resumed', {
        keepRevision: false,
        now,
        ...backlog,
      })
    },

    run,

    async stop(actor, id) {
      const row = await rowOf(actor, id)
      const cancelled: string[] = []
      for (const live of await tasks.liveExecutions(row.seq)) {
        await cancel(actor, live)
          .then(() => cancelled.push(live))
          .catch(() => undefined)
      }
      return { cancelled }
    },

    named: (actor, names) => queries.tasksNamed(names, actor.tenantId),

    revisions(actor, id) {
      return queries.revisions(id, actor.tenantId)
    },

    async bulk(actor, action, ids, options) {
      const results: Awaited<ReturnType<Tasks['bulk']>> = []
      const left = ids.entries()
      // Each takes the next one: while some wait for what is read, others are written.
      const takeTurns = async () => {
        for (const [at, id] of left) {
          try {
            await apply(action, actor, id, options)
            results[at] = { id, ok: true, error: null }
          } catch (error) {
            if (!RotaError.is(error)) throw error
            results[at] = { id, ok: false, error: error.message }
          }
        }
      }
      await Promise.all(Array.from({ length: BULK_AT_ONCE }, takeTurns))
      return results
    },
  }

  function apply(action: BulkAction, actor: Actor, id: string, options: BulkOptions): Promise<unknown> {
    if (action === 'delete') return self.remove(actor, id, null)
    if (action === 'run') return run(actor, id)
    if (action === 'move') return update(actor, id, { group: options?.group ?? null }, null, 'moved')
    const { enable, disable, pause, resume, restore } = self
    const simple = { enable, disable, pause, resume, restore }[action]
    if (simple === undefined)
      throw invalid([{ path: 'action', message: say`is ${JSON.stringify(action)}, which is unknown.` }])
    return simple(actor, id)
  }

  return self
}

function overridesIn({ params, env }: RunOptions): Pick<TaskInput, 'params' | 'env'> {
  return { ...(params && { params }), ...(env && { env }) }
}

/** A deleted task whose definition cannot be read any more still loses its schedules. */
const NO_SCHEDULES = { rules: [], definition: { concurrency: { key: null } } } as unknown as TaskForm

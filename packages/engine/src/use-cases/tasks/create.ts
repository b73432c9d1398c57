import {
  type Caller,
  RotaError,
  type TaskDefinition,
  type TaskInput,
  type TaskView,
  taskInputOf,
  tenantOf,
} from '@rota/core'
import type { NewTaskVerdict, Tasks } from '../../api/tasks.ts'
import type { TaskRow } from '../../ports/tasks.ts'
import { askerOf } from '../asker.ts'
import type { UseCaseContext } from '../context.ts'
import { requireMay, requireNodes, requireStaying } from '../permission.ts'
import { requireSecrets } from '../secrets.ts'
import { taskCreated } from './task-audit.ts'
import type { TaskDesk } from './task-desk.ts'
import { applyChanges, checkForm, columnsOf, keysOf, refuseVain, scheduleChanges, type TaskForm } from './task-forms.ts'

/** Tasks that are checked in one turn of the loop and share a commit: few enough that nobody waits for long. */
const ADDED_AT_ONCE = 200

/** How tasks come into being. */
export function createCreation(
  context: UseCaseContext,
  desk: TaskDesk,
): Pick<Tasks, 'create' | 'createMany' | 'validate' | 'clone'> {
  const { clock, tasks } = context

  function requireSecretsOf(caller: Caller, document: TaskInput, { definition }: TaskForm, row?: TaskRow) {
    const tenantId = row === undefined ? tenantOf(caller.scope) : row.tenantId
    const place = row ?? { id: null, group: definition.group }
    requireNodes(caller, document, place)
    return requireSecrets(context, caller, { document, place, tenantId, isDisabled: !definition.enabled })
  }

  /** The id of the task, or of the earlier one that the key has made. */
  async function add(caller: Caller, input: TaskInput, idempotencyKey?: string): Promise<string> {
    const now = clock.now()
    const id = context.nextId()
    refuseVain(input, input.type, context.executors)
    const form = await checkForm(input, { id, createdAt: now, now }, context)
    requireMay(caller, 'edit', { id: null, group: form.definition.group })
    await requireSecretsOf(caller, input, form)
    await judge(caller, form.definition)
    await holdBack(caller, input, form.definition)
    const row: Omit<TaskRow, 'seq'> = {
      id,
      tenantId: tenantOf(caller.scope),
      ...columnsOf(form),
      version: 1,
      pausedAt: null,
      pauseReason: null,
      createdAt: now,
      createdBy: caller.name,
      updatedAt: now,
      updatedBy: caller.name,
      deletedAt: null,
    }
    const task = {
      row,
      schedules: scheduleChanges(form, row.enabled),
      keys: keysOf(form.definition, row.tenantId),
      audit: [taskCreated(caller, row)],
    }
    const scope = `task:${askerOf(caller)}`
    const { earlier } = await tasks.insert([task], idempotencyKey ? { scope, key: idempotencyKey } : undefined)
    if (earlier !== null) return earlier
    context.emit({ type: 'task_changed', id, change: 'created', actor: caller.name })
    context.replan()
    return id
  }

  /** A task that would not run need not comply before it is enabled. */
  async function judge(caller: Caller, task: TaskDefinition) {
    if (task.enabled) await context.policies.requireComplying(caller, task, tenantOf(caller.scope))
  }

  async function holdBack(caller: Caller, input: TaskInput, task: TaskDefinition) {
    const tenantId = tenantOf(caller.scope)
    await context.policies.holdBack(caller, [{ tenantId, group: task.group }], () => ({
      deed: { action: 'create', input },
      task: null,
      name: task.name,
      tenantId,
      before: null,
      after: taskInputOf(task),
    }))
  }

  async function create(caller: Caller, input: TaskInput, idempotencyKey?: string): Promise<TaskView> {
    return desk.view(caller, await add(caller, input, idempotencyKey))
  }

  async function verdictOn(caller: Caller, input: TaskInput, isDry: boolean): Promise<NewTaskVerdict> {
    try {
      if (isDry) await check(caller, input, undefined)
      return { id: isDry ? null : await add(caller, input), refusal: null }
    } catch (error) {
      if (!RotaError.is(error) || error.code === 'unavailable') throw error
      return { id: null, refusal: error }
    }
  }

  async function check(caller: Caller, input: TaskInput, id: string | undefined) {
    if (id !== undefined) {
      const row = await desk.rowOf(caller, id, 'edit')
      const changed = applyChanges(desk.documentOf(row), input, context.executors)
      const form = await desk.formOf(row, changed)
      requireStaying(caller, row, form.definition.group)
      await requireSecretsOf(caller, changed, form, row)
      if (form.definition.enabled) await context.policies.requireComplying(caller, form.definition, row.tenantId)
      return
    }
    refuseVain(input, input.type, context.executors)
    const now = clock.now()
    const form = await checkForm(input, { id: context.nextId(), createdAt: now, now }, context)
    requireMay(caller, 'edit', { id: null, group: form.definition.group })
    await requireSecretsOf(caller, input, form)
    await judge(caller, form.definition)
  }

  return {
    create: (caller, input, options) => create(caller, input, options?.idempotencyKey),

    async createMany(caller, inputs, options) {
      const verdicts: NewTaskVerdict[] = []
      let written: Promise<NewTaskVerdict[]> = Promise.resolve([])
      for (let from = 0; from < inputs.length; from += ADDED_AT_ONCE) {
        const some = inputs.slice(from, from + ADDED_AT_ONCE)
        const checked = Promise.all(some.map((input) => verdictOn(caller, input, options?.dryRun === true)))
        checked.catch(() => {})
        // While some are written the next are checked.
        verdicts.push(...(await written))
        written = checked
        // Also where nothing is written others have their turn.
        await new Promise((resolve) => setImmediate(resolve))
      }
      return verdicts.concat(await written)
    },

    async validate(caller, input, options) {
      try {
        await check(caller, input, options?.id)
        return []
      } catch (error) {
        if (RotaError.is(error) && error.code === 'invalid') return [...error.errors]
        throw error
      }
    },

    async clone(caller, id, changes) {
      const row = await desk.rowOf(caller, id, 'edit')
      // A copy draws the times of its own name, not those of the task it was made from.
      const input = applyChanges({ ...desk.documentOf(row), hash_key: null }, changes, context.executors)
      return create(caller, changes.name === undefined ? { ...input, name: `${row.name} (copy)` } : input)
    },
  }
}

import {
  type Caller,
  checkOverrides,
  effectiveExecution,
  expandTask,
  may,
  type TaskDefinition,
  type TaskInput,
  taskInputOf,
  unmask,
} from '@rota/core'
import type { RunOptions, RunView, Tasks } from '../../api/tasks.ts'
import { newExecution } from '../../planning/new-execution.ts'
import type { NewExecution } from '../../ports/executions.ts'
import type { TaskRow } from '../../ports/tasks.ts'
import { askerOf } from '../asker.ts'
import type { UseCaseContext } from '../context.ts'
import { newExecutionView } from '../executions/new-execution-view.ts'
import { refuseOtherSecrets, requireSecrets } from '../secrets.ts'
import { runView, wouldBeSkipped } from './run-view.ts'
import { taskRun } from './task-audit.ts'
import type { TaskDesk } from './task-desk.ts'
import { keysOf, refuseVain, slotsOf } from './task-forms.ts'

/** How tasks are run by hand, and what runs of them is stopped. `cancel` ends one of their executions. */
export function createRunning(
  context: UseCaseContext,
  desk: TaskDesk,
  cancel: (caller: Caller, executionId: string) => Promise<unknown>,
): Pick<Tasks, 'run' | 'stop'> {
  const { clock, tasks, queries } = context

  /** What the run overrides, as it may. Throws `forbidden` or `invalid`. */
  function optionsOf(task: TaskDefinition, given: RunOptions, mayEdit: boolean): RunOptions {
    // Who does not see a value sends its mask back, and means what is there.
    const options = given.params || given.env ? { ...given, ...unmask(overridesIn(given), task) } : given
    refuseVain(overridesIn(options), task.type, context.executors)
    const argsProblem = context.executors.get(task.type)?.argsProblem?.(task.payload) ?? null
    checkOverrides(task, options, { mayEdit, argsProblem })
    if (!mayEdit) refuseOtherSecrets(taskInputOf(task), overridesIn(options))
    return options
  }

  function executionOf(caller: Caller, row: TaskRow, task: TaskDefinition, options: RunOptions): NewExecution {
    const now = clock.now()
    const isOverridden = options.params !== undefined || options.env !== undefined
    return newExecution(
      {
        id: context.nextId(),
        tenantId: row.tenantId,
        taskSeq: row.seq,
        taskVersion: row.version,
        trigger: options.trigger ?? 'manual',
        requestedBy: caller.name,
        dueAt: now,
        priority: options.priority ?? task.priority,
        createdAt: now,
        job: isOverridden ? JSON.stringify({ params: options.params, env: options.env }) : null,
        ...slotsOf(task, row.tenantId, context),
      },
      context.priorityStepMs,
    )
  }

  async function run(caller: Caller, id: string, given: RunOptions = {}): Promise<RunView> {
    const row = await desk.rowOf(caller, id, 'execute')
    const task = expandTask(row.definition, row.name)
    const options = optionsOf(task, given, may(caller, 'edit', 'task', row))
    // Arguments of this one run are held to the policies as if they stood in the task.
    const asked = { ...task, params: paramsOf(task, options), env: { ...task.env, ...options.env } }
    await requireSecrets(context, caller, { document: taskInputOf(asked), place: row, tenantId: row.tenantId })
    await context.policies.requireComplying(caller, asked, row.tenantId)
    const execution = executionOf(caller, row, task, options)
    const scope = `run:${id}:${askerOf(caller)}`
    const idempotency = options.idempotencyKey ? { idempotency: { scope, key: options.idempotencyKey } } : {}
    const prospect = await context.executions
      .runNow(execution, { now: execution.createdAt, keys: keysOf(task, row.tenantId), ...idempotency })
      // Also when only the answer was lost.
      .finally(() => context.expectFrom(execution.createdAt))
    if (prospect.earlier !== null) {
      const found = await queries.execution(prospect.earlier, caller.scope)
      if (found) return { ...found, waits_for: null, replaces: [] }
    }
    if (prospect.isRefused) throw wouldBeSkipped(prospect)
    context.emit({ type: 'execution_created', id: execution.id, taskId: id, trigger: execution.trigger })
    if (caller.name !== null) await context.audit(taskRun(caller, row, execution))
    const created = newExecutionView(execution, {
      taskId: id,
      taskName: row.name,
      taskGroup: row.group,
      type: row.type,
      effective: effectiveExecution(task, context.defaults),
      params: paramsOf(task, options),
    })
    return runView(created, prospect)
  }

  return {
    run,
    async stop(caller, id) {
      const row = await desk.rowOf(caller, id, 'execute')
      const cancelled: string[] = []
      for (const live of await tasks.liveExecutions(row.seq)) {
        await cancel(caller, live)
          .then(() => cancelled.push(live))
          .catch(() => undefined)
      }
      return { cancelled }
    },
  }
}

function overridesIn({ params, env }: RunOptions): Pick<TaskInput, 'params' | 'env'> {
  return { ...(params && { params }), ...(env && { env }) }
}

function paramsOf({ params }: TaskDefinition, overrides: RunOptions): TaskDefinition['params'] {
  return {
    args: overrides.params?.args ?? params.args,
    kwargs: { ...params.kwargs, ...overrides.params?.kwargs },
  }
}

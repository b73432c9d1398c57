import { expandTask, type TaskDefinition } from '@rota/core'
import { newExecution } from '../planning/new-execution.ts'
import type { NewExecution } from '../ports/executions.ts'
import type { TaskRow } from '../ports/tasks.ts'
import type { UseCaseContext } from './context.ts'
import { slotsOf } from './tasks/task-forms.ts'

/**
 * Makes an execution of each task that runs once whenever the server starts, and with `isBoot`, at the first start since
 * the machine was booted, of those that run then, as cron's `@reboot`.
 */
export async function startTasksAtStart(context: UseCaseContext, isBoot: boolean): Promise<void> {
  const now = context.clock.now()
  const rows: NewExecution[] = []
  for (const task of await context.tasks.atStart()) {
    const definition = readable(task)
    if (definition === null || !(definition.run_at_start || (isBoot && definition.run_at_boot))) continue
    const row = {
      id: context.nextId(),
      tenantId: task.tenantId,
      taskSeq: task.seq,
      taskVersion: task.version,
      trigger: 'schedule',
      requestedBy: definition.run_at_start ? 'server start' : 'machine boot',
      dueAt: now,
      priority: definition.priority,
      createdAt: now,
      ...slotsOf(definition, task.tenantId, context),
    } as const
    rows.push(newExecution(row, context.priorityStepMs))
  }
  if (rows.length > 0) await context.enqueue(rows, [])
}

/** Null where the stored text cannot be read: one broken task must not keep the server from starting. */
function readable({ definition, name }: TaskRow): TaskDefinition | null {
  try {
    return expandTask(definition, name)
  } catch {
    return null
  }
}

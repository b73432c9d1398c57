import { expandTask } from '@rota/core'
import { newExecution } from '../planning/new-execution.ts'
import type { NewExecution } from '../ports/executions.ts'
import type { UseCaseContext } from './context.ts'
import { slotsOf } from './task-forms.ts'

/** Makes an execution of each task that runs once whenever the server starts, as cron's `@reboot`. */
export async function startTasksAtStart(context: UseCaseContext): Promise<void> {
  const now = context.clock.now()
  const rows: NewExecution[] = []
  for (const task of await context.tasks.atStart()) {
    const definition = expandTask(task.definition, task.name)
    const row = {
      id: context.nextId(),
      tenantId: task.tenantId,
      taskSeq: task.seq,
      taskVersion: task.version,
      trigger: 'schedule',
      requestedBy: 'server start',
      dueAt: now,
      priority: definition.priority,
      createdAt: now,
      ...slotsOf(definition, context.limits),
    } as const
    rows.push(newExecution(row, context.priorityStepMs))
  }
  if (rows.length > 0) await context.enqueue(rows, [])
}

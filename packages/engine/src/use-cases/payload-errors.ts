import type { FieldError, TaskDefinition } from '@rota/core'
import type { Executor } from '@rota/executors'

/** What is wrong with the payload of a task. What runs on nodes is not held to what only this machine has. */
export async function payloadErrors(
  executor: Executor,
  { payload, run_as, target }: Pick<TaskDefinition, 'payload' | 'run_as' | 'target'>,
): Promise<FieldError[]> {
  if (target.kind === 'node' && executor.validateElsewhere) return executor.validateElsewhere(payload)
  return executor.validate(payload, run_as)
}

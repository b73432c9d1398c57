import { RotaError, say } from '@rota/core'
import type { IfVersion } from '../../api/tasks.ts'
import type { HeldChange } from '../../ports/policies.ts'
import type { TaskRow } from '../../ports/tasks.ts'

/**
 * Which task a change is of, should it have to wait. Throws `stale_version` for a version that is no more: nobody need
 * approve what could not be done.
 */
export function heldOf(
  { id, version, name, tenantId }: TaskRow,
  ifVersion: IfVersion | undefined,
): Pick<HeldChange, 'task' | 'name' | 'tenantId'> {
  if ((ifVersion ?? version) !== version) {
    throw new RotaError('stale_version', say`The task is at version ${version}, not ${ifVersion!}. Read it again.`)
  }
  return { task: { id, version }, name, tenantId }
}

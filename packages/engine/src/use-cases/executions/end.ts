import { drafted, isFinal, RotaError, say } from '@rota/core'
import type { Executions } from '../../api/executions.ts'
import type { UseCaseContext } from '../context.ts'
import type { ExecutionDesk } from './execution-desk.ts'

/** Ending executions, and taking away what has ended. */
export function createEnding(
  context: UseCaseContext,
  { view, held }: ExecutionDesk,
): Pick<Executions, 'cancel' | 'remove'> {
  const { clock, details, executions, logs } = context
  return {
    async cancel(caller, id) {
      const before = await held(caller, id, 'execute')
      const reason = caller.name === null ? 'cancelled' : say`cancelled by ${caller.name}`
      const { cancelled, held: here } = await executions.cancelUnclaimed([id], clock.now(), reason)
      for (const { seq } of here) context.cancelHere(seq, reason)
      if (cancelled.length === 0 && here.length === 0 && isFinal(before.status)) {
        throw new RotaError('conflict', say`The execution has already ended: ${before.status}.`)
      }
      await context.audit(
        drafted(
          caller,
          { kind: 'execution', id, name: before.task_name, tenantId: before.tenant_id, action: 'cancelled' },
          clock.now(),
        ),
      )
      return view(caller, id)
    },

    async remove(caller, id) {
      const found = await held(caller, id, 'delete')
      if (!isFinal(found.status)) throw new RotaError('conflict', say`The execution has not ended. Cancel it first.`)
      await details.forget(id)
      await logs.remove([id])
      await context.audit(
        drafted(
          caller,
          { kind: 'execution', id, name: found.task_name, tenantId: found.tenant_id, action: 'deleted' },
          clock.now(),
        ),
      )
    },
  }
}

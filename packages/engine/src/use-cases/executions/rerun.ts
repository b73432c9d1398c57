import { type Caller, may, notFound, RotaError, say } from '@rota/core'
import type { Executions } from '../../api/executions.ts'
import type { RunView } from '../../api/tasks.ts'
import type { StoredJob } from '../../work.ts'
import type { UseCaseContext } from '../context.ts'
import type { ExecutionDesk } from './execution-desk.ts'

export interface RerunParts {
  submit: Executions['submit']
  runTask: (caller: Caller, id: string, overrides: string | null) => Promise<RunView>
}

/** Running once more what an execution ran. */
export function createRerun(
  { details }: UseCaseContext,
  { held }: ExecutionDesk,
  { submit, runTask }: RerunParts,
): Pick<Executions, 'rerun'> {
  return {
    async rerun(caller, id) {
      await held(caller, id, 'execute')
      const source = await details.source(id)
      if (source === null) throw notFound('execution', id)
      if (source.taskId !== null) return runTask(caller, source.taskId, source.job)
      if (!may(caller, 'edit', 'task')) {
        const reason = say`The job has no task, so that running it again is running code of its own: it needs the permission "edit".`
        throw new RotaError('forbidden', reason)
      }
      const { run_at: _, tenant_id: __, ...job } = JSON.parse(source.job!) as StoredJob
      return { ...(await submit(caller, job)), waits_for: null, replaces: [] }
    },
  }
}

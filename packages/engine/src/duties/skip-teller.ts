import type { Trigger } from '@rota/core'
import type { Workbook } from '../work.ts'
import type { Pulse } from './pulse.ts'

/** A row that answers due instants without running. */
export interface Skipped {
  id: string
  taskSeq: number | null
  trigger: Trigger
}

/** Tells listeners of executions that were skipped; with their tasks, as far as the store can say. */
export function createSkipTeller({ workbook, pulse }: { workbook: Workbook; pulse: Pulse }) {
  return async (rows: readonly Skipped[]): Promise<void> => {
    if (rows.length === 0) return
    const seqs = rows.flatMap(({ taskSeq }) => taskSeq ?? [])
    // What stands on the store's word must not be held up, let alone fail, for want of a name.
    const ids = await workbook.taskIds(seqs).catch(() => new Map<number, string>())
    for (const { id, taskSeq, trigger } of rows) {
      const taskId = taskSeq === null ? null : (ids.get(taskSeq) ?? null)
      const nothing = { taskType: '', failure: null, durationMs: null } as const
      pulse.emit({ type: 'execution_finished', id, taskId, trigger, status: 'skipped', ...nothing })
    }
  }
}

import { type Caller, type TaskInput, taskInputOf } from '@rota/core'
import type { IfVersion, Tasks } from '../../api/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { requireNodes, requireStaying } from '../permission.ts'
import { requireSecrets } from '../secrets.ts'
import { heldOf } from './held-change.ts'
import type { TaskDesk } from './task-desk.ts'
import { applyChanges, columnsOf } from './task-forms.ts'

/** How the document of a task changes. */
export interface Changing extends Pick<Tasks, 'update' | 'enable' | 'disable'> {
  move(caller: Caller, id: string, group: string | null): ReturnType<Tasks['update']>
}

export function createChanging(context: UseCaseContext, desk: TaskDesk): Changing {
  async function update(
    caller: Caller,
    id: string,
    given: { changes: Partial<TaskInput>; change: string; ifVersion?: IfVersion },
  ) {
    const { changes, change, ifVersion = null } = given
    const row = await desk.rowOf(caller, id, 'edit')
    const document = applyChanges(desk.documentOf(row), changes, context.executors)
    const form = await desk.formOf(row, document)
    const { definition } = form
    requireStaying(caller, row, definition.group)
    if (changes.target !== undefined) requireNodes(caller, document, row)
    if (change !== 'disabled') {
      const isDisabled = !definition.enabled
      await requireSecrets(context, caller, { document, place: row, tenantId: row.tenantId, isDisabled })
    }
    // What does not comply can always be switched off.
    if (definition.enabled) await context.policies.requireComplying(caller, definition, row.tenantId)
    const places = row.group === definition.group ? [row] : [row, { tenantId: row.tenantId, group: definition.group }]
    await context.policies.holdBack(caller, places, () => ({
      deed: { action: 'update', changes },
      ...heldOf(row, ifVersion),
      before: desk.documentOf(row),
      after: taskInputOf(definition),
    }))
    return desk.save(caller, { before: row, row: { ...row, ...columnsOf(form) }, form, change, ifVersion })
  }

  return {
    update: (caller, id, changes, ifVersion) => update(caller, id, { changes, change: 'updated', ifVersion }),
    enable: (caller, id) => update(caller, id, { changes: { enabled: true }, change: 'enabled' }),
    disable: (caller, id) => update(caller, id, { changes: { enabled: false }, change: 'disabled' }),
    move: (caller, id, group) => update(caller, id, { changes: { group }, change: 'moved' }),
  }
}

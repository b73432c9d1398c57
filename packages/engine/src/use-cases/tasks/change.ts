import type { Caller, TaskInput } from '@rota/core'
import type { IfVersion, Tasks } from '../../api/tasks.ts'
import type { UseCaseContext } from '../context.ts'
import { requireStaying } from '../permission.ts'
import { requireSecrets } from '../secrets.ts'
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
    requireStaying(caller, row, form.definition.group)
    if (change !== 'disabled') {
      const isDisabled = !form.definition.enabled
      await requireSecrets(context, caller, { document, place: row, tenantId: row.tenantId, isDisabled })
    }
    return desk.save(caller, { before: row, row: { ...row, ...columnsOf(form) }, form, change, ifVersion })
  }

  return {
    update: (caller, id, changes, ifVersion) => update(caller, id, { changes, change: 'updated', ifVersion }),
    enable: (caller, id) => update(caller, id, { changes: { enabled: true }, change: 'enabled' }),
    disable: (caller, id) => update(caller, id, { changes: { enabled: false }, change: 'disabled' }),
    move: (caller, id, group) => update(caller, id, { changes: { group }, change: 'moved' }),
  }
}

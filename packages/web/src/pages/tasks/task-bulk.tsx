import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiProblem } from '../../api/problem.ts'
import type { TaskQuery } from '../../api/types.ts'
import { formatCount } from '../../format/number.ts'
import { useIdentity } from '../../ground/identity.ts'
import { BULK_PERMISSION, type BulkAction, type BulkResult, runBulk, undoOf } from '../../subjects/task/bulk-actions.ts'
import { exportAddress, exportTasks } from '../../subjects/task/export-tasks.ts'
import { type BulkAct, BulkBar } from '../../ui/list/bulk-bar.tsx'
import type { Chosen } from '../../ui/list/bulk-outcome.ts'
import type { Selection } from '../../ui/list/selection.ts'
import { notifyProblem } from '../../ui/notify.ts'
import { notifyDone } from '../../ui/notify-done.tsx'
import { TaskBulkDialog } from './bulk-dialog.tsx'
import { readChosen } from './bulk-targets.ts'

const FIRST: readonly BulkAction[] = ['run', 'enable', 'disable']
const MORE: readonly BulkAction[] = ['pause', 'resume', 'move', 'delete']
const DELETED: readonly BulkAction[] = ['restore']
/** How long it is said that everything is back. */
const SAID_MS = 15_000

/** What can be done with the chosen tasks, and the way back from it. */
export function TaskBulk({ selection, query }: { selection: Selection; query: TaskQuery }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const permissions = useIdentity()?.permissions ?? []
  const [action, setAction] = useState<BulkAction | null>(null)
  const [isExporting, setExporting] = useState(false)

  const may = (wanted: BulkAction) => permissions.includes(BULK_PERMISSION[wanted])
  const isDeletedView = query.status === 'deleted'
  const first = (isDeletedView ? DELETED : FIRST).filter(may)
  const more = isDeletedView ? [] : MORE.filter(may)
  // With all chosen, any row is, also one that nobody has seen.
  const chosen: Chosen<TaskQuery> = { isAll: selection.has(''), ids: selection.ids, query }

  async function refresh(): Promise<void> {
    await Promise.all(['tasks', 'task', 'forecast'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
  }

  async function undo(done: BulkAction, result: BulkResult): Promise<void> {
    const { signal } = new AbortController()
    const total = formatCount(result.done.length)
    const progress = (count: number) => t('bulk.progress', { done: formatCount(count), total })
    const id = notifications.show({ message: progress(0), loading: true, autoClose: false, withCloseButton: false })
    let before = 0
    for (const step of undoOf(done, result.done) ?? []) {
      const onProgress = (count: number) => notifications.update({ id, message: progress(before + count) })
      const { failed } = await runBulk({ ...step, onProgress, signal })
      before += step.tasks.length
      if (failed[0]) notifyProblem(new ApiProblem(409, null, `${failed[0].target.name}: ${failed[0].reason}`))
    }
    await refresh()
    const undone = { message: t('tasks.bulk.undone'), color: 'teal', loading: false }
    notifications.update({ id, ...undone, autoClose: SAID_MS, withCloseButton: true })
  }

  function onDone(result: BulkResult): void {
    const done = action!
    const count = result.done.length
    selection.clear()
    void refresh()
    if (count === 0) return
    const undoIt = undoOf(done, result.done) === null ? undefined : () => undo(done, result)
    notifyDone(t(`tasks.bulk.${done}.done`, { count, total: formatCount(count) }), { undo: undoIt })
  }

  async function exportChosen(): Promise<void> {
    setExporting(true)
    try {
      // The server writes all that a filter matches as it reads them; a part of them is put together here.
      if (chosen.isAll && chosen.ids.length === 0) location.assign(exportAddress(query))
      else await exportTasks(await readChosen(chosen, { keep: (task) => task }))
    } catch (error) {
      notifyProblem(error)
    } finally {
      setExporting(false)
    }
  }

  const act = (name: BulkAction): BulkAct => ({
    name,
    word: t(`tasks.bulk.${name}.word`),
    onAct: () => setAction(name),
    isDangerous: name === 'delete',
  })
  const exportAct = {
    name: 'export',
    word: t('tasks.bulk.export'),
    onAct: () => void exportChosen(),
    isBusy: isExporting,
  }
  return (
    <BulkBar
      label={t('tasks.bulk.label')}
      selection={selection}
      acts={[...first.map(act), exportAct]}
      more={more.map(act)}
    >
      {action !== null && (
        <TaskBulkDialog
          key={action}
          action={action}
          chosen={chosen}
          count={selection.count}
          onClose={() => setAction(null)}
          onDone={onDone}
        />
      )}
    </BulkBar>
  )
}

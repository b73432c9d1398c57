import { Button, Group, Menu, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useIdentity } from '../../app/identity.ts'
import { formatCount } from '../../format/number.ts'
import { notifyProblem } from '../../ui/notify.ts'
import type { Selection } from '../../ui/selection.ts'
import { BULK_PERMISSION, type BulkAction, type BulkResult, runBulk, undoOf } from './bulk-actions.ts'
import { BulkDialog } from './bulk-dialog.tsx'
import { type Chosen, readChosen } from './bulk-targets.ts'
import { exportAddress, exportTasks } from './export-tasks.ts'
import type { TaskQuery } from './task-filters.ts'
import classes from './tasks-page.module.css'

const FIRST: readonly BulkAction[] = ['run', 'enable', 'disable']
const MORE: readonly BulkAction[] = ['pause', 'resume', 'move', 'delete']
const DELETED: readonly BulkAction[] = ['restore']

/** Comes up from below when tasks are chosen: what can be done with all of them. */
export function BulkBar({ selection, query }: { selection: Selection; query: TaskQuery }) {
  const { t } = useTranslation()
  const queryClient = useQueryClient()
  const permissions = useIdentity()?.permissions ?? []
  const [action, setAction] = useState<BulkAction | null>(null)
  const [isExporting, setExporting] = useState(false)
  if (selection.count === 0) return null

  const may = (wanted: BulkAction) => permissions.includes(BULK_PERMISSION[wanted])
  const isDeletedView = query.status === 'deleted'
  const first = (isDeletedView ? DELETED : FIRST).filter(may)
  const more = isDeletedView ? [] : MORE.filter(may)
  // With all chosen, any row is, also one that nobody has seen.
  const chosen: Chosen = { isAll: selection.has(''), ids: selection.ids, query }

  async function refresh(): Promise<void> {
    await Promise.all(['tasks', 'task', 'forecast'].map((key) => queryClient.invalidateQueries({ queryKey: [key] })))
  }

  async function undo(done: BulkAction, result: BulkResult): Promise<void> {
    const { signal } = new AbortController()
    for (const step of undoOf(done, result.done) ?? []) {
      const { failed } = await runBulk({ ...step, onProgress: () => {}, signal })
      if (failed[0]) notifyProblem(new Error(`${failed[0].task.name}: ${failed[0].reason}`))
    }
    await refresh()
    notifications.show({ message: t('tasks.bulk.undone'), color: 'teal' })
  }

  function onDone(result: BulkResult): void {
    const done = action!
    const count = result.done.length
    selection.clear()
    void refresh()
    if (count === 0) return
    const id = `bulk-${Date.now()}`
    notifications.show({
      id,
      autoClose: 15_000,
      message: (
        <Group justify="space-between" wrap="nowrap">
          <span>{t(`tasks.bulk.${done}.done`, { count, total: formatCount(count) })}</span>
          {undoOf(done, result.done) !== null && (
            <Button
              variant="default"
              size="compact-xs"
              onClick={() => {
                notifications.hide(id)
                void undo(done, result)
              }}
            >
              {t('actions.undo')}
            </Button>
          )}
        </Group>
      ),
    })
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

  return (
    <div className={classes.bulk} role="toolbar" aria-label={t('tasks.bulk.label')}>
      <Text size="sm" fw={550} className="numbers">
        {t('table.selected', { count: selection.count })}
      </Text>
      {first.map((name) => (
        <Button key={name} variant="default" size="compact-sm" onClick={() => setAction(name)}>
          {t(`tasks.bulk.${name}.word`)}
        </Button>
      ))}
      <Button variant="default" size="compact-sm" loading={isExporting} onClick={() => void exportChosen()}>
        {t('tasks.bulk.export')}
      </Button>
      {more.length > 0 && (
        <Menu position="top-end">
          <Menu.Target>
            <Button variant="default" size="compact-sm">
              {t('actions.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {more.map((name) => (
              <Menu.Item key={name} {...(name === 'delete' && { color: 'red' })} onClick={() => setAction(name)}>
                {t(`tasks.bulk.${name}.word`)}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      <Button variant="subtle" size="compact-sm" onClick={selection.clear}>
        {t('actions.clear')}
      </Button>
      {action !== null && (
        <BulkDialog
          key={action}
          action={action}
          chosen={chosen}
          count={selection.count}
          onClose={() => setAction(null)}
          onDone={onDone}
        />
      )}
    </div>
  )
}

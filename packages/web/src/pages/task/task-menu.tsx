import { ActionIcon, Menu } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import type { TaskCommands } from '../../subjects/task/use-task-commands.ts'
import type { Asked } from './task-dialogs.tsx'

interface TaskMenuProps {
  task: Task
  commands: TaskCommands
  onAsk: (asked: Asked) => void
}

/** What is wanted less often. */
export function TaskMenu({ task, commands, onAsk }: TaskMenuProps) {
  const { t } = useTranslation()
  const may = {
    run: useMay('execute', task),
    edit: useMay('edit', task),
    remove: useMay('delete', task),
    grant: useMay('manage', 'user'),
  }
  return (
    <Menu>
      <Menu.Target>
        <ActionIcon variant="default" size={30} aria-label={t('actions.more')}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {may.edit && (
          <Menu.Item renderRoot={(props) => <Link to="/tasks/new" search={{ from: task.id }} {...props} />}>
            {t('taskPage.clone')}
          </Menu.Item>
        )}
        {may.edit && task.status !== 'disabled' && (
          <Menu.Item onClick={() => void commands.disable()}>{t('tasks.bulk.disable.word')}</Menu.Item>
        )}
        {may.run && <Menu.Item onClick={() => onAsk('stop')}>{t('taskPage.stop')}</Menu.Item>}
        <Menu.Item onClick={() => void commands.download()}>{t('taskPage.download')}</Menu.Item>
        {may.grant && (
          <Menu.Item renderRoot={(props) => <Link to="/access" search={{ tab: 'grants', task: task.id }} {...props} />}>
            {t('taskPage.access')}
          </Menu.Item>
        )}
        {may.remove && (
          <>
            <Menu.Divider />
            <Menu.Item color="var(--failed)" onClick={() => onAsk('delete')}>
              {t('tasks.bulk.delete.word')}
            </Menu.Item>
          </>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

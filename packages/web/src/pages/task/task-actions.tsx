import { ActionIcon, Button, Menu, Radio, Stack, Text } from '@mantine/core'
import { IconDots, IconEdit, IconPlayerPause, IconPlayerPlay } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../api/types.ts'
import { useMay } from '../../app/identity.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { RestoreButton } from './restore-button.tsx'
import { RunDialog } from './run-dialog.tsx'
import { type Backlog, useTaskCommands } from './use-task-commands.tsx'

const BACKLOGS: readonly Backlog[] = ['skip', 'last', 'all']

/** The three acts that are wanted most; the others behind the dots. What is not allowed or makes no sense is not there. */
export function TaskActions({ task }: { task: Task }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const may = { run: useMay('execute'), edit: useMay('edit'), remove: useMay('delete'), purge: useMay('manage') }
  const commands = useTaskCommands(task)
  const [asked, setAsked] = useState<'run' | 'resume' | 'stop' | 'delete' | 'purge' | null>(null)
  const [backlog, setBacklog] = useState<Backlog>('last')
  const close = () => setAsked(null)

  if (task.status === 'deleted') {
    return (
      <>
        {may.edit && <RestoreButton onRestore={commands.restore} />}
        {may.purge && (
          <Button variant="default" color="red" onClick={() => setAsked('purge')}>
            {t('taskPage.purge')}
          </Button>
        )}
        <Confirm
          isOpen={asked === 'purge'}
          onClose={close}
          title={t('taskPage.purgeTitle', { name: task.name })}
          action={t('taskPage.purge')}
          word={task.name}
          onConfirm={async () => {
            await commands.purge()
            await navigate({ to: '/tasks', search: { status: 'deleted' } })
          }}
        >
          {t('taskPage.purgeText')}
        </Confirm>
      </>
    )
  }

  const isPaused = task.status === 'paused'
  const isDisabled = task.status === 'disabled'
  return (
    <>
      {may.run && !isDisabled && (
        <Button
          variant="default"
          leftSection={isPaused ? <IconPlayerPlay size={14} aria-hidden /> : <IconPlayerPause size={14} aria-hidden />}
          onClick={() => (isPaused ? setAsked('resume') : void commands.pause())}
        >
          {t(isPaused ? 'taskPage.resume' : 'taskPage.pause')}
        </Button>
      )}
      {may.edit && isDisabled && (
        <Button variant="default" onClick={() => void commands.enable()}>
          {t('tasks.bulk.enable.word')}
        </Button>
      )}
      {may.edit && (
        <Button
          variant="default"
          leftSection={<IconEdit size={14} aria-hidden />}
          renderRoot={(props) => <Link to="/tasks/$taskId/edit" params={{ taskId: task.id }} {...props} />}
        >
          {t('actions.edit')}
        </Button>
      )}
      {may.run && (
        <Button leftSection={<IconPlayerPlay size={14} aria-hidden />} onClick={() => setAsked('run')}>
          {t('tasks.runNow')}
        </Button>
      )}
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
          {may.edit && !isDisabled && (
            <Menu.Item onClick={() => void commands.disable()}>{t('tasks.bulk.disable.word')}</Menu.Item>
          )}
          {may.run && <Menu.Item onClick={() => setAsked('stop')}>{t('taskPage.stop')}</Menu.Item>}
          <Menu.Item onClick={() => void commands.download()}>{t('taskPage.download')}</Menu.Item>
          {may.remove && (
            <>
              <Menu.Divider />
              <Menu.Item color="red" onClick={() => setAsked('delete')}>
                {t('tasks.bulk.delete.word')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {asked === 'run' && <RunDialog task={task} onClose={close} />}
      <Confirm
        isOpen={asked === 'resume'}
        onClose={close}
        title={t('taskPage.resumeTitle')}
        action={t('taskPage.resume')}
        onConfirm={() => commands.resume(backlog)}
      >
        <Stack gap="sm">
          <Text size="sm">{t('taskPage.resumeText')}</Text>
          <Radio.Group
            value={backlog}
            onChange={(value) => setBacklog(value as Backlog)}
            aria-label={t('taskPage.resumeText')}
          >
            <Stack gap={6}>
              {BACKLOGS.map((value) => (
                <Radio key={value} size="xs" value={value} label={t(`taskPage.backlog.${value}`)} />
              ))}
            </Stack>
          </Radio.Group>
        </Stack>
      </Confirm>
      <Confirm
        isOpen={asked === 'stop'}
        onClose={close}
        title={t('taskPage.stopTitle')}
        action={t('taskPage.stop')}
        onConfirm={commands.stop}
      >
        {t('taskPage.stopText')}
      </Confirm>
      <Confirm
        isOpen={asked === 'delete'}
        onClose={close}
        title={t('taskPage.deleteTitle', { name: task.name })}
        action={t('actions.delete')}
        onConfirm={async () => {
          await commands.remove()
          await navigate({ to: '/tasks' })
        }}
      >
        {t('taskPage.deleteText')}
      </Confirm>
    </>
  )
}

import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useForm } from '../../ui/form/use-form.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useReload, useUserGroups } from './access-queries.ts'
import { GroupMembers } from './group-members.tsx'

type UserGroup = Schema<'UserGroup'>

/** Groups of users, which grants can be given to. */
export function UserGroupsTab() {
  const { t } = useTranslation()
  const reload = useReload()
  const [isAdding, setAdding] = useState(false)
  const [opened, setOpened] = useState<UserGroup | null>(null)
  const [removed, setRemoved] = useState<UserGroup | null>(null)
  const { data: list, error } = useUserGroups()
  const columns = useColumns({ onOpen: setOpened, onRemove: setRemoved })

  async function remove({ id, name }: UserGroup): Promise<void> {
    await api.DELETE('/api/scheduler/user-groups/{id}', { params: { path: { id } } })
    notifications.show({ message: t('access.groups.removed', { name }) })
    await reload()
  }

  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('access.groups.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      {list?.user_groups.length === 0 ? (
        <EmptyState title={t('access.groups.none')} text={t('access.groups.noneText')} />
      ) : (
        <Panel isFlush>
          <ShortTable columns={columns} rows={list?.user_groups ?? []} rowId={({ id }) => id} minWidth={560} />
        </Panel>
      )}
      <Modal opened={isAdding} onClose={() => setAdding(false)} title={t('access.groups.add')}>
        <GroupForm
          onDone={() => {
            setAdding(false)
            void reload()
          }}
        />
      </Modal>
      <Modal opened={opened !== null} onClose={() => setOpened(null)} title={opened?.name}>
        {opened !== null && <GroupMembers id={opened.id} />}
      </Modal>
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('access.groups.removeTitle', { name: removed?.name ?? '' })}
        action={t('access.groups.remove')}
        onConfirm={() => remove(removed!)}
      >
        {t('access.groups.removeText')}
      </Confirm>
    </Stack>
  )
}

function GroupForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ name: '', description: '' }, async (body) => {
    await api.POST('/api/scheduler/user-groups', { body })
    notifications.show({ message: t('access.groups.added', { name: body.name }) })
    onDone()
  })
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput label={t('access.groups.name')} required data-autofocus autoComplete="off" {...form.text('name')} />
        <TextInput label={t('access.description')} {...form.text('description')} />
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('access.groups.add')}
        </Button>
      </Stack>
    </form>
  )
}

interface GroupActs {
  onOpen: (group: UserGroup) => void
  onRemove: (group: UserGroup) => void
}

function useColumns({ onOpen, onRemove }: GroupActs): ShortColumn<UserGroup>[] {
  const { t } = useTranslation()
  return [
    { id: 'name', header: t('access.groups.name'), cell: ({ name }) => name, isRowHeader: true },
    { id: 'members', header: t('access.groups.members'), cell: ({ members }) => members, align: 'right', width: 110 },
    { id: 'description', header: t('access.description'), cell: ({ description }) => description },
    {
      id: 'acts',
      header: '',
      cell: (group) => (
        <Group justify="flex-end" gap="sm" wrap="nowrap">
          <Button variant="default" onClick={() => onOpen(group)}>
            {t('access.groups.open')}
          </Button>
          <Button variant="default" onClick={() => onRemove(group)}>
            {t('access.groups.remove')}
          </Button>
        </Group>
      ),
    },
  ]
}

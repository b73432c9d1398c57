import { Button, Checkbox, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { useForm } from '../../ui/form/use-form.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useReload, useRoles, useRoleWord } from './access-queries.ts'

type Role = Schema<'RoleView'>
type Rights = Schema<'Rights'>
type Kind = Schema<'KindOfThing'>

/** The built-in roles and those that were made, with what they allow. */
export function RolesTab() {
  const { t } = useTranslation()
  const reload = useReload()
  const [isAdding, setAdding] = useState(false)
  const [removed, setRemoved] = useState<Role | null>(null)
  const { data: list, error } = useRoles()
  const columns = useColumns(setRemoved)

  async function remove({ name }: Role): Promise<void> {
    await api.DELETE('/api/scheduler/roles/{role}', { params: { path: { role: name } } })
    notifications.show({ message: t('access.roles.removed', { name }) })
    await reload()
  }

  return (
    <Stack gap="md">
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('access.roles.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      <Panel isFlush>
        <ShortTable
          columns={columns}
          rows={list?.roles ?? []}
          rowId={({ tenant_id, name }) => `${tenant_id ?? ''}/${name}`}
          minWidth={640}
        />
      </Panel>
      <Modal opened={isAdding} onClose={() => setAdding(false)} title={t('access.roles.add')} size="lg">
        <RoleForm
          known={list?.roles.find(({ name }) => name === 'admin')?.rights ?? {}}
          onDone={() => {
            setAdding(false)
            void reload()
          }}
        />
      </Modal>
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('access.roles.removeTitle', { name: removed?.name ?? '' })}
        action={t('access.roles.remove')}
        onConfirm={() => remove(removed!)}
      >
        {t('access.roles.removeText')}
      </Confirm>
    </Stack>
  )
}

/** An administrator may all there is to be allowed: that is what a new role is chosen from. */
function RoleForm({ known, onDone }: { known: Rights; onDone: () => void }) {
  const { t } = useTranslation()
  const form = useForm({ name: '', description: '', rights: {} as Rights }, async (body) => {
    await api.POST('/api/scheduler/roles', { body })
    notifications.show({ message: t('access.roles.added', { name: body.name }) })
    onDone()
  })
  const kinds = Object.keys(known) as Kind[]
  return (
    <form onSubmit={form.onSubmit}>
      <Stack gap="md">
        <TextInput
          label={t('access.roles.name')}
          description={t('access.roles.nameNote')}
          required
          data-autofocus
          autoComplete="off"
          {...form.text('name')}
        />
        <TextInput label={t('access.description')} {...form.text('description')} />
        {kinds.map((kind) => (
          <Checkbox.Group
            key={kind}
            label={t(`access.kinds.${kind}`)}
            value={form.values.rights[kind] ?? []}
            onChange={(value) => form.set('rights', { ...form.values.rights, [kind]: value } as Rights)}
          >
            <Group gap="md" mt={4}>
              {(known[kind] ?? []).map((permission) => (
                <Checkbox key={permission} value={permission} label={t(`access.permissions.${permission}`)} />
              ))}
            </Group>
          </Checkbox.Group>
        ))}
        {form.field('rights').error}
        {form.problem !== null && <ProblemNotice error={form.problem} />}
        <Button type="submit" loading={form.isBusy}>
          {t('access.roles.add')}
        </Button>
      </Stack>
    </form>
  )
}

function useColumns(onRemove: (role: Role) => void): ShortColumn<Role>[] {
  const { t } = useTranslation()
  const roleWord = useRoleWord()
  return [
    {
      id: 'name',
      header: t('access.roles.name'),
      isRowHeader: true,
      cell: ({ name, built_in }) => (
        <>
          {roleWord(name)}
          {built_in && <Text span size="sm" c="dimmed">{` ${t('access.roles.builtIn')}`}</Text>}
        </>
      ),
    },
    { id: 'rights', header: t('access.roles.rights'), cell: ({ rights }) => <AllowedText rights={rights} /> },
    { id: 'description', header: t('access.description'), cell: ({ description }) => description },
    {
      id: 'acts',
      header: '',
      align: 'right',
      cell: (role) =>
        !role.built_in && (
          <Button variant="default" onClick={() => onRemove(role)}>
            {t('access.roles.remove')}
          </Button>
        ),
    },
  ]
}

function AllowedText({ rights }: { rights: Rights }) {
  const { t } = useTranslation()
  return (Object.keys(rights) as Kind[]).map((kind) => (
    <div key={kind}>
      <Text span size="sm" c="dimmed">{`${t(`access.kinds.${kind}`)} `}</Text>
      {formatList((rights[kind] ?? []).map((permission) => t(`access.permissions.${permission}`)))}
    </div>
  ))
}

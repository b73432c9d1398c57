import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { useMay } from '../../ground/identity.ts'
import { secretReference, useSecrets } from '../../subjects/secret/use-secrets.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { SecretForm } from './secret-form.tsx'
import { useReload } from './secret-queries.ts'
import { SecretUsers } from './secret-users.tsx'
import classes from './secrets.module.css'

type Secret = Schema<'Secret'>
/** What is being done with which secret. */
type Doing = { act: 'add' } | { act: 'rotate' | 'show' | 'remove'; secret: Secret } | null

/** Values that tasks refer to by name: what they are called and who uses them, never what they are. */
export function SecretsPage() {
  const { t } = useTranslation()
  const reload = useReload()
  const mayManage = useMay('manage', 'secret')
  const [doing, setDoing] = useState<Doing>(null)
  const { data: list, error } = useSecrets()
  const columns = useColumns(setDoing, mayManage)
  const close = () => setDoing(null)
  const named = doing !== null && doing.act !== 'add' ? doing.secret.name : ''

  async function remove(): Promise<void> {
    await api.DELETE('/api/scheduler/secrets/{secret}', { params: { path: { secret: named } } })
    notifications.show({ message: t('secrets.removed', { name: named }) })
    await reload()
  }
  function done(): void {
    close()
    void reload()
  }

  return (
    <>
      <PageHeader
        title={t('secrets.title')}
        actions={
          mayManage && (
            <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setDoing({ act: 'add' })}>
              {t('secrets.add')}
            </Button>
          )
        }
      />
      <Stack gap="md">
        {error && <ProblemNotice error={error} />}
        {list?.secrets.length === 0 ? (
          <EmptyState title={t('secrets.none')} text={t('secrets.noneText')} />
        ) : (
          <Panel isFlush>
            <ShortTable columns={columns} rows={list?.secrets ?? []} rowId={({ id }) => id} minWidth={720} />
          </Panel>
        )}
        <Text size="sm" c="dimmed">
          {t('secrets.hint', { reference: secretReference('NAME') })}
        </Text>
      </Stack>
      <Modal opened={doing?.act === 'add'} onClose={close} title={t('secrets.add')}>
        <SecretForm onDone={done} />
      </Modal>
      <Modal opened={doing?.act === 'rotate'} onClose={close} title={t('secrets.rotateTitle', { name: named })}>
        <SecretForm rotated={named} onDone={done} />
      </Modal>
      <Modal opened={doing?.act === 'show'} onClose={close} title={t('secrets.usersTitle', { name: named })}>
        <SecretUsers name={named} />
      </Modal>
      <Confirm
        isOpen={doing?.act === 'remove'}
        onClose={close}
        title={t('secrets.removeTitle', { name: named })}
        action={t('secrets.remove')}
        onConfirm={remove}
      >
        {t('secrets.removeText')}
      </Confirm>
    </>
  )
}

function useColumns(onDo: (doing: Doing) => void, mayManage: boolean): ShortColumn<Secret>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'name',
      header: t('secrets.name'),
      cell: ({ name }) => <span className={classes.name}>{name}</span>,
      isRowHeader: true,
      width: 200,
    },
    { id: 'description', header: t('secrets.description'), cell: ({ description }) => description },
    { id: 'version', header: t('secrets.version'), cell: ({ version }) => version, align: 'right', width: 90 },
    {
      id: 'updated',
      header: t('secrets.updated'),
      cell: ({ updated_at, updated_by }) => (
        <>
          <Instant at={updated_at} isRough /> {updated_by}
        </>
      ),
    },
    {
      id: 'users',
      header: t('secrets.usedBy'),
      cell: (secret) => (
        <Button variant="default" onClick={() => onDo({ act: 'show', secret })}>
          {t('secrets.tasks', { count: secret.used_by })}
        </Button>
      ),
    },
    {
      id: 'acts',
      header: '',
      cell: (secret) =>
        mayManage && (
          <Group justify="flex-end" gap="sm" wrap="nowrap">
            <Button variant="default" onClick={() => onDo({ act: 'rotate', secret })}>
              {t('secrets.rotate')}
            </Button>
            <Button variant="default" onClick={() => onDo({ act: 'remove', secret })}>
              {t('secrets.remove')}
            </Button>
          </Group>
        ),
    },
  ]
}

import { Badge, Button, Group, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { useGrants, usePlaceWord, useReload, useRoleWord } from './access-queries.ts'
import { ExplainAccess } from './explain-access.tsx'
import { Holders } from './holders.tsx'
import { NewGrant } from './new-grant.tsx'
import { ProlongGrant } from './prolong-grant.tsx'

type Grant = Schema<'Grant'>

/** Roles that users and user groups have, everywhere or in one place, and why somebody may do something. */
export function GrantsTab() {
  const { t } = useTranslation()
  const reload = useReload()
  const [isAdding, setAdding] = useState(false)
  const [removed, setRemoved] = useState<Grant | null>(null)
  const { data: list, error } = useGrants()
  const [prolonged, setProlonged] = useState<Grant | null>(null)
  const columns = useColumns(setRemoved, setProlonged)

  async function remove({ id }: Grant): Promise<void> {
    await api.DELETE('/api/scheduler/grants/{id}', { params: { path: { id } } })
    notifications.show({ message: t('access.grants.removed') })
    await reload()
  }

  return (
    <Stack gap="lg">
      <ExplainAccess />
      <Holders />
      <Group justify="flex-end">
        <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setAdding(true)}>
          {t('access.grants.add')}
        </Button>
      </Group>
      {error && <ProblemNotice error={error} />}
      {list?.grants.length === 0 ? (
        <EmptyState title={t('access.grants.none')} text={t('access.grants.noneText')} />
      ) : (
        <Panel isFlush>
          <ShortTable columns={columns} rows={list?.grants ?? []} rowId={({ id }) => id} minWidth={900} />
        </Panel>
      )}
      <NewGrant
        isOpen={isAdding}
        onClose={() => {
          setAdding(false)
          void reload()
        }}
      />
      <ProlongGrant
        grant={prolonged}
        onClose={() => {
          setProlonged(null)
          void reload()
        }}
      />
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('access.grants.removeTitle', { name: removed?.subject.name ?? '' })}
        action={t('access.grants.remove')}
        onConfirm={() => remove(removed!)}
      >
        {t('access.grants.removeText')}
      </Confirm>
    </Stack>
  )
}

function Until({ grant: { expires_at: end, expired } }: { grant: Grant }) {
  const { t } = useTranslation()
  if (end === null) return t('access.grants.forEver')
  return (
    <Group gap={6} wrap="nowrap">
      <Instant at={end} />
      {expired && (
        <Badge variant="outline" color="red">
          {t('access.grants.expired')}
        </Badge>
      )}
    </Group>
  )
}

function useColumns(onRemove: (grant: Grant) => void, onProlong: (grant: Grant) => void): ShortColumn<Grant>[] {
  const { t } = useTranslation()
  const [roleWord, placeWord] = [useRoleWord(), usePlaceWord()]
  return [
    {
      id: 'subject',
      header: t('access.grants.subject'),
      cell: ({ subject }) => subject.name ?? subject.id,
      isRowHeader: true,
    },
    { id: 'kind', header: t('access.grants.kind'), cell: ({ subject }) => t(`access.subjects.${subject.kind}`) },
    { id: 'role', header: t('access.grants.role'), cell: ({ role }) => roleWord(role) },
    { id: 'place', header: t('access.grants.place'), cell: ({ scope }) => placeWord(scope) },
    { id: 'until', header: t('access.grants.until'), cell: (grant) => <Until grant={grant} /> },
    { id: 'by', header: t('access.grants.by'), cell: ({ created_by }) => created_by ?? '' },
    { id: 'at', header: t('access.grants.at'), cell: ({ created_at }) => <Instant at={created_at} /> },
    {
      id: 'acts',
      header: '',
      align: 'right',
      cell: (grant) => (
        <Group gap="xs" wrap="nowrap" justify="flex-end">
          {grant.source === null && (
            <Button variant="default" onClick={() => onProlong(grant)}>
              {t('access.grants.prolong')}
            </Button>
          )}
          <Button variant="default" onClick={() => onRemove(grant)}>
            {t('access.grants.remove')}
          </Button>
        </Group>
      ),
    },
  ]
}

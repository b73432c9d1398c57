import { Badge, Button, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { PageHeader } from '../../ui/page-header.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { sayingOf } from './saying.ts'
import { Violations } from './violations.tsx'

const PolicyEditor = lazy(() => import('./policy-editor.tsx'))

type Policy = Schema<'Policy'>

/** What tasks are held to, and which do not comply. */
export function PoliciesPage() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [edited, setEdited] = useState<Policy | 'new' | null>(null)
  const [removed, setRemoved] = useState<Policy | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['policies'],
    queryFn: () => data(api.GET('/api/scheduler/policies')),
  })
  const columns = useColumns({ onEdit: setEdited, onRemove: setRemoved })
  const reload = () => client.invalidateQueries({ queryKey: ['policies'] })

  async function remove({ name }: Policy): Promise<void> {
    await api.DELETE('/api/scheduler/policies/{policy}', { params: { path: { policy: name } } })
    notifications.show({ message: t('policies.removed', { name }) })
    await reload()
  }

  return (
    <>
      <PageHeader
        title={t('policies.title')}
        actions={
          <Button leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEdited('new')}>
            {t('policies.add')}
          </Button>
        }
      />
      <Stack gap="lg">
        {error && <ProblemNotice error={error} />}
        {list?.policies.length === 0 ? (
          <EmptyState title={t('policies.none')} text={t('policies.noneText')} />
        ) : (
          <Panel isFlush>
            <ShortTable columns={columns} rows={list?.policies ?? []} rowId={({ name }) => name} minWidth={680} />
          </Panel>
        )}
        {(list?.policies.length ?? 0) > 0 && <Violations />}
      </Stack>
      {edited !== null && (
        <Suspense>
          <PolicyEditor
            policy={edited === 'new' ? null : edited}
            onClose={() => {
              setEdited(null)
              void reload()
            }}
          />
        </Suspense>
      )}
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('policies.removeTitle', { name: removed?.name ?? '' })}
        action={t('actions.delete')}
        onConfirm={() => remove(removed!)}
      >
        {t('policies.removeText')}
      </Confirm>
    </>
  )
}

interface Acts {
  onEdit: (policy: Policy) => void
  onRemove: (policy: Policy) => void
}

function useColumns({ onEdit, onRemove }: Acts): ShortColumn<Policy>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'name',
      header: t('policies.name'),
      isRowHeader: true,
      cell: ({ name, description, enabled }) => (
        <>
          {name} {!enabled && <Badge color="gray">{t('policies.off')}</Badge>}
          {description !== '' && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </>
      ),
    },
    { id: 'for', header: t('policies.for'), cell: (policy) => <Reach reach={policy.applies_to} /> },
    {
      id: 'rules',
      header: t('policies.rules'),
      cell: ({ rules }) => formatList(sayingOf(rules).map((rule) => t(`policies.kinds.${rule}`))),
    },
    {
      id: 'acts',
      header: '',
      align: 'right',
      cell: (policy) => (
        <Group gap="xs" justify="flex-end" wrap="nowrap">
          <Button variant="default" onClick={() => onEdit(policy)}>
            {t('actions.edit')}
          </Button>
          <Button variant="default" onClick={() => onRemove(policy)}>
            {t('actions.delete')}
          </Button>
        </Group>
      ),
    },
  ]
}

function Reach({ reach: { groups, roles, user_groups } }: { reach: Policy['applies_to'] }) {
  const { t } = useTranslation()
  const parts = [
    ...groups.map((name) => t('policies.inGroup', { name })),
    ...roles.map((name) => t('policies.ofRole', { name })),
    ...user_groups.map((name) => t('policies.ofUserGroup', { name })),
  ]
  return parts.length === 0 ? t('policies.everything') : formatList(parts)
}

import { Button, Group, Stack, Text, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { taskQuery } from '../../subjects/task/task-query.ts'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { usePlaceWord, useRoleWord } from './access-queries.ts'

type Holder = Schema<'HolderList'>['holders'][number]

const route = getRouteApi('/access')
const TYPED_MS = 300

/** Who may do what with the tasks of a group, or with the task that the address names. */
export function Holders() {
  const { t } = useTranslation()
  const { group: chosen = '', task } = route.useSearch()
  const navigate = route.useNavigate()
  const [typed, setTyped] = useState(chosen)
  const [group] = useDebouncedValue(typed.trim(), TYPED_MS)
  const columns = useColumns()
  const { data: named } = useQuery({ ...taskQuery(task ?? ''), enabled: task !== undefined })
  const place = task === undefined ? { group } : { task }
  const { data: found, error } = useQuery({
    queryKey: ['access', 'holders', place],
    enabled: task !== undefined || group !== '',
    queryFn: () => data(api.GET('/api/scheduler/access/holders', { params: { query: place } })),
  })
  return (
    <Panel title={t('access.holders.title')}>
      <Stack gap="sm">
        {task === undefined ? (
          <TextInput
            label={t('access.holders.place')}
            maw={320}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        ) : (
          <Group gap="md">
            <Text fw={600}>{t('access.holders.ofTask', { name: named?.name ?? task })}</Text>
            <Button variant="default" onClick={() => void navigate({ search: (now) => ({ ...now, task: undefined }) })}>
              {t('access.holders.otherwise')}
            </Button>
          </Group>
        )}
        {error && <ProblemNotice error={error} />}
        {found?.holders.length === 0 && <Text c="dimmed">{t('access.holders.none')}</Text>}
        {found !== undefined && found.holders.length > 0 && (
          <ShortTable columns={columns} rows={found.holders} rowId={({ user }) => user} minWidth={300} />
        )}
        {found?.more && <Text c="dimmed">{t('access.holders.more')}</Text>}
      </Stack>
    </Panel>
  )
}

function useColumns(): ShortColumn<Holder>[] {
  const { t } = useTranslation()
  const [roleWord, placeWord] = [useRoleWord(), usePlaceWord()]
  const reason = ({ grant_id, role, scope, user_group: by }: Holder['by'][number]) => {
    const where = grant_id === null ? t('access.holders.account') : placeWord(scope)
    const way = by === null ? '' : ` (${t('access.explain.byGroup', { name: by })})`
    return `${roleWord(role)} · ${where}${way}`
  }
  return [
    { id: 'user', header: t('access.holders.user'), cell: ({ user }) => user, isRowHeader: true },
    {
      id: 'may',
      header: t('access.holders.may'),
      cell: ({ permissions }) => formatList(permissions.map((each) => t(`access.permissions.${each}`))),
    },
    {
      id: 'by',
      header: t('access.holders.by'),
      cell: ({ by }) => by.map((each) => <div key={`${each.grant_id}${each.role}`}>{reason(each)}</div>),
    },
  ]
}

import { Button, Text } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { notifyDone } from '../../ui/notify-done.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'

type JoinToken = Schema<'JoinToken'>

/** With what nodes may join, until it is used up or has expired. */
export function JoinTokensTab() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [removed, setRemoved] = useState<JoinToken | null>(null)
  const { data: list, error } = useQuery({
    queryKey: ['nodes', 'join-tokens'],
    queryFn: () => data(api.GET('/api/scheduler/nodes/join-tokens')),
  })
  const columns = useColumns(setRemoved)

  async function remove({ id, name }: JoinToken): Promise<void> {
    await api.DELETE('/api/scheduler/nodes/join-tokens/{id}', { params: { path: { id } } })
    notifyDone(t('nodes.joins.removed', { name }))
    await client.invalidateQueries({ queryKey: ['nodes', 'join-tokens'] })
  }

  return (
    <>
      <Text size="sm" c="dimmed">
        {t('nodes.joins.intro')}
      </Text>
      {error && <ProblemNotice error={error} />}
      {list?.join_tokens.length === 0 ? (
        <EmptyState title={t('nodes.joins.none')} text={t('nodes.joins.noneText')} />
      ) : (
        <Panel isFlush>
          <ShortTable columns={columns} rows={list?.join_tokens ?? []} rowId={({ id }) => id} minWidth={720} />
        </Panel>
      )}
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('nodes.joins.removeTitle', { name: removed?.name ?? '' })}
        action={t('nodes.joins.remove')}
        onConfirm={() => remove(removed!)}
      >
        {t('nodes.joins.removeText')}
      </Confirm>
    </>
  )
}

function useColumns(onRemove: (token: JoinToken) => void): ShortColumn<JoinToken>[] {
  const { t } = useTranslation()
  return [
    { id: 'name', header: t('nodes.joins.name'), isRowHeader: true, cell: ({ name }) => name },
    { id: 'pools', header: t('nodes.columns.pools'), cell: ({ pools }) => formatList(pools) },
    {
      id: 'labels',
      header: t('nodes.columns.labels'),
      cell: ({ labels }) => (
        <span className="mono">
          {Object.entries(labels)
            .map(([key, value]) => `${key}=${value}`)
            .join(' ')}
        </span>
      ),
    },
    {
      id: 'uses',
      header: t('nodes.joins.usesLeft'),
      align: 'right',
      cell: ({ uses_left: left }) => (left === 0 ? t('nodes.joins.usedUp') : (left ?? t('nodes.joins.anyNumber'))),
    },
    { id: 'expires', header: t('nodes.joins.expires'), cell: ({ expires_at }) => <Instant at={expires_at} /> },
    { id: 'by', header: t('nodes.joins.by'), cell: ({ created_by }) => created_by ?? '' },
    {
      id: 'acts',
      header: '',
      align: 'right',
      cell: (token) => (
        <Button variant="default" onClick={() => onRemove(token)}>
          {t('nodes.joins.remove')}
        </Button>
      ),
    },
  ]
}

import { Badge, Button, Group, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import type { TFunction } from 'i18next'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../api/client.ts'
import { useMay } from '../../ground/identity.ts'
import { type Pool, poolsQuery } from '../../subjects/node/node-queries.ts'
import { Confirm } from '../../ui/confirm.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { notifyDone } from '../../ui/notify-done.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import classes from './nodes.module.css'
import { PoolForm } from './pool-form.tsx'
import { PoolVersions } from './pool-versions.tsx'

/** Sets of nodes that tasks name instead of nodes: where they come from, who is in them, and what is done with them. */
export function PoolsTab() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const mayManage = useMay('manage', 'pool')
  const [edited, setEdited] = useState<Pool | 'new' | null>(null)
  const [removed, setRemoved] = useState<Pool | null>(null)
  const { data: list, error } = useQuery(poolsQuery)
  const columns = useColumns(mayManage ? { onEdit: setEdited, onRemove: setRemoved } : null)
  const reload = () => client.invalidateQueries({ queryKey: ['nodes'] })

  async function remove({ name }: Pool): Promise<void> {
    await api.DELETE('/api/scheduler/pools/{pool}', { params: { path: { pool: name } } })
    notifyDone(t('nodes.pools.removed', { name }))
    await reload()
  }

  return (
    <>
      <div className={classes.controls}>
        <Text size="sm" c="dimmed" flex="1 1 320px">
          {t('nodes.pools.intro')}
        </Text>
        {mayManage && (
          <Button variant="default" leftSection={<IconPlus size={14} aria-hidden />} onClick={() => setEdited('new')}>
            {t('nodes.pools.add')}
          </Button>
        )}
      </div>
      {error && <ProblemNotice error={error} />}
      {list?.pools.length === 0 ? (
        <EmptyState title={t('nodes.pools.none')} text={t('nodes.pools.noneText')} />
      ) : (
        <Panel isFlush>
          <ShortTable columns={columns} rows={list?.pools ?? []} rowId={({ name }) => name} minWidth={720} />
        </Panel>
      )}
      {list !== undefined && <PoolVersions list={list} />}
      {edited !== null && (
        <PoolForm
          pool={edited === 'new' ? null : edited}
          onClose={() => {
            setEdited(null)
            void reload()
          }}
        />
      )}
      <Confirm
        isOpen={removed !== null}
        onClose={() => setRemoved(null)}
        title={t('nodes.pools.removeTitle', { name: removed?.name ?? '' })}
        action={t('actions.delete')}
        onConfirm={() => remove(removed!)}
      >
        {t(removed?.origin === 'auto' ? 'nodes.pools.removeAutoText' : 'nodes.pools.removeText')}
      </Confirm>
    </>
  )
}

interface Acts {
  onEdit: (pool: Pool) => void
  onRemove: (pool: Pool) => void
}

function useColumns(acts: Acts | null): ShortColumn<Pool>[] {
  const { t } = useTranslation()
  return [
    {
      id: 'name',
      header: t('nodes.pools.name'),
      isRowHeader: true,
      cell: ({ name, description }) => (
        <>
          <Link to="/nodes" search={{ pool: name }}>
            {name}
          </Link>
          {description !== '' && (
            <Text size="xs" c="dimmed">
              {description}
            </Text>
          )}
        </>
      ),
    },
    { id: 'origin', header: t('nodes.pools.origin'), cell: (pool) => <Origin pool={pool} /> },
    {
      id: 'size',
      header: t('nodes.pools.ready'),
      align: 'right',
      cell: ({ ready, size }) => (
        <Text span size="sm" className="numbers" {...(ready === 0 && { c: 'var(--failed)' })}>
          {ready} / {size}
        </Text>
      ),
    },
    { id: 'members', header: t('nodes.pools.members'), cell: (pool) => <Sample pool={pool} /> },
    {
      id: 'changed',
      header: t('nodes.pools.changed'),
      cell: ({ updated_at }) => <Instant at={updated_at} />,
    },
    ...(acts === null ? [] : [actColumn(acts, t)]),
  ]
}

function actColumn({ onEdit, onRemove }: Acts, t: TFunction): ShortColumn<Pool> {
  return {
    id: 'acts',
    header: '',
    align: 'right',
    cell: (pool) => (
      <Group gap="xs" justify="flex-end" wrap="nowrap">
        <Button variant="default" onClick={() => onEdit(pool)}>
          {t('actions.edit')}
        </Button>
        <Button variant="default" onClick={() => onRemove(pool)}>
          {t('actions.delete')}
        </Button>
      </Group>
    ),
  }
}

function Origin({ pool: { origin, selector, requires_gpu } }: { pool: Pool }) {
  const { t } = useTranslation()
  return (
    <>
      {t(`nodes.pools.origins.${origin}`)}
      {selector !== null && (
        <span className="mono" style={{ color: 'var(--ink-dim)', fontSize: 12 }}>
          {' '}
          {selector}
        </span>
      )}
      {requires_gpu && (
        <>
          {' '}
          <Badge variant="default" tt="none">
            {t('nodes.pools.gpu')}
          </Badge>
        </>
      )}
    </>
  )
}

/** Some of them; the link shows all. */
function Sample({ pool: { name, sample, size, empty_since } }: { pool: Pool }) {
  const { t } = useTranslation()
  if (size === 0) {
    return (
      <Text span size="sm" c="dimmed">
        {t('nodes.pools.empty')} {empty_since !== null && <Instant at={empty_since} />}
      </Text>
    )
  }
  const shown = sample.slice(0, 3)
  return (
    <>
      {shown.map((id, at) => (
        <span key={id}>
          {at > 0 && ', '}
          <Link to="/nodes/$nodeId" params={{ nodeId: id }}>
            {id}
          </Link>
        </span>
      ))}
      {size > shown.length && (
        <>
          {' '}
          <Link to="/nodes" search={{ pool: name }}>
            {t('nodes.pools.more', { count: size - shown.length })}
          </Link>
        </>
      )}
    </>
  )
}

import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { Instant } from '../../ui/instant.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'
import { ShortId } from '../../ui/short-id.tsx'

type Applied = Schema<'PoolList'>['applied'][number]

/** Which version of the pools each server goes by: a server that hangs behind places by what was. */
export function PoolVersions({ list: { version, term, applied } }: { list: Schema<'PoolList'> }) {
  const { t } = useTranslation()
  if (applied.length === 0) return null
  const latest = Math.max(version, ...applied.map((each) => each.version))
  const columns: ShortColumn<Applied>[] = [
    {
      id: 'instance',
      header: t('nodes.pools.server'),
      isRowHeader: true,
      cell: ({ instance }) => <ShortId id={instance} />,
    },
    {
      id: 'version',
      header: t('nodes.pools.version'),
      align: 'right',
      cell: ({ version: own }) => (
        <Text span size="sm" className="numbers" {...(own < latest && { c: 'var(--late)' })}>
          {own < latest ? t('nodes.pools.behind', { version: own, latest }) : own}
        </Text>
      ),
    },
    { id: 'at', header: t('nodes.pools.since'), cell: ({ at }) => <Instant at={at} /> },
  ]
  return (
    <Panel title={t('nodes.pools.applied', { version: latest, term })} isFlush>
      <ShortTable columns={columns} rows={applied} rowId={({ instance }) => instance} />
    </Panel>
  )
}

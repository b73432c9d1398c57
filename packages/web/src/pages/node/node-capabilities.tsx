import { Stack } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatList } from '../../format/list.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Facts } from '../../ui/facts.tsx'
import { type ShortColumn, ShortTable } from '../../ui/list/short-table.tsx'
import { Panel } from '../../ui/panel.tsx'

type Node = Schema<'NodeDetail'>
interface Offer {
  service: string
  languages: readonly string[]
  models: readonly string[]
}

/** What a node can do: services with their languages and models, task types, functions. */
export function NodeCapabilities({ node }: { node: Node }) {
  const { t } = useTranslation()
  const offers: Offer[] = Object.entries(node.offered ?? node.capabilities).map(([service, offer]) => ({
    service,
    ...offer,
  }))
  const columns: ShortColumn<Offer>[] = [
    {
      id: 'service',
      header: t('nodes.page.service'),
      isRowHeader: true,
      cell: ({ service }) => <span className="mono">{service}</span>,
    },
    { id: 'languages', header: t('nodes.page.languages'), cell: ({ languages }) => formatList(languages) },
    { id: 'models', header: t('nodes.page.models'), cell: ({ models }) => formatList(models) },
  ]
  const facts = [
    { label: t('nodes.page.types'), value: formatList(node.types) },
    { label: t('nodes.page.handlers'), value: formatList(node.handlers) },
    { label: t('nodes.page.languages'), value: formatList(node.languages) },
  ]
  return (
    <Stack gap="md">
      <Panel>
        <Facts facts={facts.filter(({ value }) => value !== '')} />
      </Panel>
      {offers.length === 0 ? (
        <EmptyState title={t('nodes.page.noServices')} text={t('nodes.page.noServicesText')} />
      ) : (
        <Panel title={t('nodes.page.services')} isFlush>
          <ShortTable columns={columns} rows={offers} rowId={({ service }) => service} minWidth={480} />
        </Panel>
      )}
    </Stack>
  )
}

import { useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { NODE_STATES, type NodeFilter, nodesQuery, poolsQuery } from '../../subjects/node/node-queries.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { FilterBar } from '../../ui/list/filter-bar.tsx'
import type { FilterKey } from '../../ui/list/filter-key.ts'
import { List } from '../../ui/list/list.tsx'
import { useListAddress } from '../../ui/list/list-address.ts'
import { ListTotal } from '../../ui/list/list-total.tsx'
import { wholeRows } from '../../ui/list/whole-rows.ts'
import { useNodeColumns } from './node-columns.tsx'
import classes from './nodes.module.css'

const route = getRouteApi('/nodes')
/** Keys of the address that filter the list. */
const FILTER_KEYS = ['q', 'status', 'pool', 'selector'] as const

/** Every node: how it does, what it has to do, where it belongs. */
export function NodesTab() {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const openNode = useNavigate()
  const { filter, text, setFilter } = useListAddress({
    keys: FILTER_KEYS,
    search: route.useSearch(),
    onSearch: (next) => void navigate({ search: next }),
  })
  const asked = useQuery(nodesQuery(toQuery(filter)))
  const rows = wholeRows(asked, asked.data?.nodes)
  return (
    <>
      <div className={classes.controls}>
        <FilterBar keys={useFilters()} filter={filter} onFilter={setFilter} example="status:degraded pool:gpu" />
        <ListTotal total={rows.total} countedTo={rows.total} />
      </div>
      <List
        name="nodes"
        label={t('nav.nodes')}
        columns={useNodeColumns()}
        rows={rows}
        rowId={({ id }) => id}
        onOpen={({ id }) => void openNode({ to: '/nodes/$nodeId', params: { nodeId: id } })}
        filter={text}
        empty={<EmptyState title={t('nodes.none')} text={t('nodes.noneText')} />}
      />
    </>
  )
}

function toQuery(filter: Partial<Record<(typeof FILTER_KEYS)[number], string | undefined>>): NodeFilter {
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value)) as NodeFilter
}

function useFilters(): FilterKey[] {
  const { t } = useTranslation()
  const pools = useQuery(poolsQuery).data?.pools ?? []
  return [
    {
      key: 'status',
      label: t('nodes.filters.status'),
      values: NODE_STATES.map((value) => ({ value, text: t(`nodes.states.${value}`) })),
      check: (value) =>
        NODE_STATES.some((state) => state === value)
          ? null
          : t('filter.notOneOf', { key: 'status', value, known: NODE_STATES.join(', ') }),
    },
    {
      key: 'pool',
      label: t('nodes.filters.pool'),
      values: pools.map(({ name, description }) => ({ value: name, text: description })),
    },
    { key: 'selector', label: t('nodes.filters.selector') },
  ]
}

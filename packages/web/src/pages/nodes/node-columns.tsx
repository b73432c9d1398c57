import type { TFunction } from 'i18next'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatList } from '../../format/list.ts'
import { NodeActions } from '../../subjects/node/node-actions.tsx'
import { NodeBadge } from '../../subjects/node/node-badge.tsx'
import { SlotsBar, USAGES, usageBar } from '../../subjects/node/node-loads.tsx'
import type { Node } from '../../subjects/node/node-queries.ts'
import { Instant } from '../../ui/instant.tsx'
import type { Column } from '../../ui/list/column.ts'

const DIM = { color: 'var(--ink-dim)' }

/** Columns of the list of nodes. */
export function useNodeColumns(): Column<Node>[] {
  const { t } = useTranslation()
  return useMemo(() => [...stateColumns(t), ...loadColumns(t), ...furtherColumns(t), actColumn(t)], [t])
}

function stateColumns(t: TFunction): Column<Node>[] {
  return [
    {
      id: 'status',
      header: t('nodes.columns.status'),
      width: '104px',
      phone: 'first',
      cell: ({ status, status_reason }) => <NodeBadge status={status} reason={status_reason} isQuiet />,
    },
    {
      id: 'name',
      header: t('nodes.columns.name'),
      width: 'minmax(130px, 1.4fr)',
      phone: 'first',
      cell: ({ id, name }) => (
        <span title={id} style={{ fontWeight: 550 }}>
          {name}
        </span>
      ),
    },
    {
      id: 'reason',
      header: t('nodes.columns.reason'),
      width: 'minmax(150px, 2.4fr)',
      yields: 4,
      phone: 'second',
      cell: ({ status, status_reason }) => (
        <span style={DIM} title={status_reason}>
          {status === 'ready' ? '' : status_reason}
        </span>
      ),
    },
  ]
}

function loadColumns(t: TFunction): Column<Node>[] {
  return [
    {
      id: 'slots',
      header: t('nodes.columns.slots'),
      width: '112px',
      phone: 'second',
      cell: (node) => <SlotsBar node={node} />,
    },
    ...USAGES.map((usage, at): Column<Node> => {
      return {
        id: usage,
        header: t(`nodes.columns.${usage}`),
        width: 'minmax(96px, 0.9fr)',
        ...(at > 1 && { yields: 4 + at }),
        cell: (node) => usageBar(node, usage, t),
      }
    }),
  ]
}

function furtherColumns(t: TFunction): Column<Node>[] {
  return [
    {
      id: 'pools',
      header: t('nodes.columns.pools'),
      width: 'minmax(110px, 1.1fr)',
      yields: 3,
      cell: ({ pools }) => <span title={formatList(pools)}>{formatList(pools)}</span>,
    },
    {
      id: 'labels',
      header: t('nodes.columns.labels'),
      width: 'minmax(170px, 1fr)',
      yields: 8,
      cell: ({ labels }) => {
        const text = Object.entries(labels)
          .map(([key, value]) => `${key}=${value}`)
          .join(' ')
        return (
          <span className="mono" style={{ ...DIM, fontSize: 12 }} title={text}>
            {text}
          </span>
        )
      },
    },
    {
      id: 'heard',
      header: t('nodes.columns.heard'),
      width: '96px',
      yields: 2,
      phone: 'second',
      cell: ({ last_heartbeat }) => <Instant at={last_heartbeat} isRough />,
    },
    {
      id: 'version',
      header: t('nodes.columns.version'),
      width: '72px',
      yields: 7,
      cell: ({ version }) => <span style={DIM}>{version}</span>,
    },
  ]
}

function actColumn(t: TFunction): Column<Node> {
  return {
    id: 'acts',
    header: t('nodes.columns.acts'),
    width: '48px',
    phone: 'end',
    cell: (node) => <NodeActions node={node} isMenu />,
  }
}

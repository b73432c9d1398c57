import { Group } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../../format/duration.ts'
import { SlotsBar, USAGES, usageBar, usageOf } from '../../subjects/node/node-loads.tsx'
import type { Node } from '../../subjects/node/node-queries.ts'
import { Facts } from '../../ui/facts.tsx'
import { Instant } from '../../ui/instant.tsx'
import classes from './node-page.module.css'

/** By so much a clock may be wrong before it is worth a word. Seconds. */
const CLOCK_TOLERANCE = 1

/** What one wants to know of a node before reading on. */
export function NodeFacts({ node }: { node: Node }) {
  const { t } = useTranslation()
  const known = USAGES.filter((usage) => usageOf(node, usage) !== null)
  return (
    <>
      <div className={classes.loads}>
        <div>
          <div>{t('nodes.columns.slots')}</div>
          <SlotsBar node={node} />
        </div>
        {known.map((usage) => (
          <div key={usage}>
            <div>{t(`nodes.columns.${usage}`)}</div>
            {usageBar(node, usage, t)}
          </div>
        ))}
      </div>
      <Facts facts={useFacts(node).filter(({ value }) => value !== null && value !== '')} />
    </>
  )
}

function useFacts(node: Node) {
  const { t } = useTranslation()
  const ahead = node.clock_ahead_seconds
  const offset = ahead !== null && Math.abs(ahead) >= CLOCK_TOLERANCE ? formatDuration(Math.abs(ahead) * 1_000) : null
  return [
    { label: t('nodes.columns.pools'), value: node.pools.length === 0 ? t('time.none') : <Pools names={node.pools} /> },
    { label: t('nodes.columns.labels'), value: <Labels labels={node.labels} /> },
    { label: t('nodes.columns.heard'), value: <Instant at={node.last_heartbeat} /> },
    { label: t('nodes.page.registered'), value: <Instant at={node.registered_at} style="absolute" /> },
    { label: t('nodes.columns.version'), value: node.version },
    { label: t('nodes.page.address'), value: node.address ?? node.callback_url },
    { label: t('nodes.page.platform'), value: platformText(node.platform) },
    {
      label: t('nodes.columns.gpu'),
      value: node.gpu === null ? null : `${node.gpu.count} × ${node.gpu.model ?? t('nodes.page.gpu')}`,
    },
    { label: t('nodes.page.weight'), value: node.weight === 1 ? null : node.weight },
    {
      label: t('nodes.page.clock'),
      value:
        offset === null || ahead === null
          ? null
          : t(ahead > 0 ? 'nodes.page.clockAhead' : 'nodes.page.clockBehind', { offset }),
    },
    { label: t('nodes.page.id'), value: <span className="mono">{node.id}</span> },
  ]
}

/** Texts speak for themselves, numbers do not: `Debian 13 · 16 cpus`. */
function platformText(platform: Node['platform']): string {
  const parts = Object.entries(platform).map(([name, value]) =>
    typeof value === 'string' ? value : `${value} ${name}`,
  )
  return parts.join(' · ')
}

function Pools({ names }: { names: readonly string[] }) {
  return (
    <Group gap={6}>
      {names.map((name) => (
        <Link key={name} to="/nodes" search={{ pool: name }}>
          {name}
        </Link>
      ))}
    </Group>
  )
}

function Labels({ labels }: { labels: Node['labels'] }) {
  const { t } = useTranslation()
  const pairs = Object.entries(labels)
  if (pairs.length === 0) return t('time.none')
  return (
    <Group gap={4}>
      {pairs.map(([key, value]) => (
        <span key={key} className={`mono ${classes.label}`}>
          {value === '' ? key : `${key}=${value}`}
        </span>
      ))}
    </Group>
  )
}

import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import { LoadBar } from '../../ui/load-bar.tsx'
import type { Node } from './node-queries.ts'

/** How many attempts a node runs, and has promised to run, of those that it takes. */
export function SlotsBar({ node: { capacity, running, reserved } }: { node: Node }) {
  const { t } = useTranslation()
  const share = (count: number) => (capacity === 0 ? 0 : (count / capacity) * 100)
  return (
    <LoadBar
      label={t('nodes.columns.slots')}
      percent={running === null ? null : share(running)}
      kept={share(reserved ?? 0)}
      text={`${running} / ${capacity}`}
    />
  )
}

/** What a machine has and how much of it is in use, as the API names it. */
export const USAGES = ['cpu', 'memory', 'disk', 'gpu'] as const
export type Usage = (typeof USAGES)[number]

export const usageOf = (node: Node, usage: Usage): number | null => node[`${usage}_usage`]

export function usageBar(node: Node, usage: Usage, t: TFunction) {
  return <LoadBar label={t(`nodes.columns.${usage}`)} percent={usageOf(node, usage)} />
}

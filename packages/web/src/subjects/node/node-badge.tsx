import { IconAlertTriangle, IconCircleCheck, IconPlugConnectedX, IconTransferOut } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { StateBadge, type StateLook } from '../../ui/state-badge.tsx'
import type { Node } from './node-queries.ts'

const LOOKS: Readonly<Record<Node['status'], StateLook>> = {
  ready: { icon: IconCircleCheck, colour: 'success' },
  degraded: { icon: IconAlertTriangle, colour: 'late' },
  draining: { icon: IconTransferOut, colour: 'cancelled' },
  offline: { icon: IconPlugConnectedX, colour: 'failed' },
}

interface NodeBadgeProps {
  status: Node['status']
  /** Why, on hover. */
  reason?: string
  /** Leaves the ground away, for dense tables. */
  isQuiet?: boolean
}

/** Icon, word and colour of a node's state. */
export function NodeBadge({ status, reason, isQuiet = false }: NodeBadgeProps) {
  const { t } = useTranslation()
  return (
    <StateBadge look={LOOKS[status]} isQuiet={isQuiet} title={reason}>
      {t(`nodes.states.${status}`)}
    </StateBadge>
  )
}

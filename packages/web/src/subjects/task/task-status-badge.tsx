import { IconCircleCheck, IconCircleDashed, IconFlag, IconPlayerPause, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TaskStatus } from '../../api/types.ts'
import { StateBadge, type StateLook } from '../../ui/state-badge.tsx'

const LOOKS: Readonly<Record<TaskStatus, StateLook>> = {
  active: { icon: IconCircleCheck, colour: 'success' },
  disabled: { icon: IconCircleDashed, colour: 'cancelled' },
  paused: { icon: IconPlayerPause, colour: 'late' },
  finished: { icon: IconFlag, colour: 'pending' },
  deleted: { icon: IconTrash, colour: 'failed' },
}

/** Icon, word and colour of a task's state. `isQuiet` leaves the ground away, for dense tables. */
export function TaskStatusBadge({ status, isQuiet = false }: { status: TaskStatus; isQuiet?: boolean }) {
  const { t } = useTranslation()
  return (
    <StateBadge look={LOOKS[status]} isQuiet={isQuiet}>
      {t(`taskStatus.${status}`)}
    </StateBadge>
  )
}

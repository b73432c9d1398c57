import {
  IconCircleCheck,
  IconCircleDashed,
  IconFlag,
  IconPlayerPause,
  IconTrash,
  type TablerIcon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { TaskStatus } from '../../api/types.ts'
import classes from './task-status-badge.module.css'

const LOOKS: Readonly<Record<TaskStatus, { icon: TablerIcon; colour: string }>> = {
  active: { icon: IconCircleCheck, colour: 'success' },
  disabled: { icon: IconCircleDashed, colour: 'cancelled' },
  paused: { icon: IconPlayerPause, colour: 'late' },
  finished: { icon: IconFlag, colour: 'pending' },
  deleted: { icon: IconTrash, colour: 'failed' },
}

/** Icon, word and colour of a task's state. `isQuiet` leaves the ground away, for dense tables. */
export function TaskStatusBadge({ status, isQuiet = false }: { status: TaskStatus; isQuiet?: boolean }) {
  const { t } = useTranslation()
  const { icon: Icon, colour } = LOOKS[status]
  const style = { '--badge-ink': `var(--${colour})`, '--badge-ground': `var(--${colour}-soft)` } as React.CSSProperties
  return (
    <span className={classes.badge} data-quiet={isQuiet || undefined} style={style}>
      <Icon size={14} stroke={1.8} aria-hidden />
      {t(`taskStatus.${status}`)}
    </span>
  )
}

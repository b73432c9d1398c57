import {
  IconAlertTriangle,
  IconBan,
  IconCalendarTime,
  IconCircleCheck,
  IconCircleX,
  IconClockExclamation,
  IconHourglass,
  IconPlayerPlay,
  IconPlayerSkipForward,
  type TablerIcon,
} from '@tabler/icons-react'

/** What became of an instant, or will; late is a success that began after its time. */
export type Outcome =
  | 'success'
  | 'failed'
  | 'running'
  | 'pending'
  | 'skipped'
  | 'missed'
  | 'late'
  | 'cancelled'
  | 'planned'

interface Look {
  icon: TablerIcon
  /** Name of the colour in tokens.css; `--NAME` for ink, `--NAME-soft` for grounds. */
  colour: 'success' | 'failed' | 'running' | 'pending' | 'skipped' | 'late' | 'cancelled'
  /** Drawn as an outline: nothing ran. */
  isHollow?: boolean
}

/** One look for each outcome: badges, ribbon, charts and lists share it. Never colour alone: icon and word go with it. */
export const OUTCOMES: Readonly<Record<Outcome, Look>> = {
  success: { icon: IconCircleCheck, colour: 'success' },
  failed: { icon: IconCircleX, colour: 'failed' },
  running: { icon: IconPlayerPlay, colour: 'running' },
  pending: { icon: IconHourglass, colour: 'pending' },
  skipped: { icon: IconPlayerSkipForward, colour: 'skipped', isHollow: true },
  missed: { icon: IconAlertTriangle, colour: 'failed', isHollow: true },
  late: { icon: IconClockExclamation, colour: 'late' },
  cancelled: { icon: IconBan, colour: 'cancelled' },
  planned: { icon: IconCalendarTime, colour: 'pending', isHollow: true },
}

import type { TablerIcon } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './state-badge.module.css'

/** How a state looks: icon, and a colour of the tokens. */
export interface StateLook {
  icon: TablerIcon
  colour: string
}

interface StateBadgeProps {
  look: StateLook
  /** Leaves the ground away, for dense tables. */
  isQuiet?: boolean
  title?: string | undefined
  children: ReactNode
}

/** Icon, word (`children`) and colour of a state. */
export function StateBadge({ look: { icon: Icon, colour }, isQuiet = false, title, children }: StateBadgeProps) {
  const style = { '--badge-ink': `var(--${colour})`, '--badge-ground': `var(--${colour}-soft)` } as React.CSSProperties
  return (
    <span className={classes.badge} data-quiet={isQuiet || undefined} style={style} title={title}>
      <Icon size={14} stroke={1.8} aria-hidden />
      {children}
    </span>
  )
}

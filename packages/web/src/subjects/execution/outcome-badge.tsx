import { useTranslation } from 'react-i18next'
import classes from './outcome-badge.module.css'
import { OUTCOMES, type Outcome } from './outcomes.ts'

/** Icon, word and colour of an outcome. `isQuiet` leaves the ground away, for dense tables. */
export function OutcomeBadge({ outcome, isQuiet = false }: { outcome: Outcome; isQuiet?: boolean }) {
  const { t } = useTranslation()
  const { icon: Icon, colour, isHollow } = OUTCOMES[outcome]
  return (
    <span
      className={classes.badge}
      data-quiet={isQuiet || undefined}
      data-hollow={isHollow || undefined}
      data-moving={outcome === 'running' || undefined}
      style={{ '--badge-ink': `var(--${colour})`, '--badge-ground': `var(--${colour}-soft)` } as React.CSSProperties}
    >
      <Icon size={14} stroke={2} aria-hidden />
      {t(`outcome.${outcome}`)}
    </span>
  )
}

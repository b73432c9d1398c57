import classes from './load-bar.module.css'

interface LoadBarProps {
  /** What it is a load of, on hover. */
  label: string
  /** Percent that is in use; null where it is not known. */
  percent: number | null
  /** Percent that is kept for what comes, drawn paler behind. */
  kept?: number
  /** Beside the bar; default: the percentage. */
  text?: string
}

/** Shares from which one looks, and from which it is too much. */
const [HIGH, TOO_HIGH] = [75, 90]

/** How much of something is in use. */
export function LoadBar({ label, percent, kept = 0, text }: LoadBarProps) {
  if (percent === null) return <span className={classes.none}>–</span>
  const share = Math.min(100, Math.max(0, percent))
  const colour = share >= TOO_HIGH ? 'failed' : share >= HIGH ? 'late' : 'accent'
  const shown = text ?? `${Math.round(percent)} %`
  return (
    <span
      title={`${label}: ${shown}`}
      className={classes.bar}
      style={{ '--load': `var(--${colour})` } as React.CSSProperties}
    >
      <span className={classes.track} aria-hidden>
        <span className={classes.fill}>
          <span className={classes.taken} style={{ width: `${share}%` }} />
          <span className={classes.kept} style={{ width: `${Math.min(100 - share, kept)}%` }} />
        </span>
      </span>
      <span className={classes.text}>{shown}</span>
    </span>
  )
}

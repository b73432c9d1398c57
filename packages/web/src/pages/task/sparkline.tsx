import { useTranslation } from 'react-i18next'
import type { ListedExecution } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { outcomeOf } from '../../subjects/execution/outcome.ts'
import { OUTCOMES } from '../../subjects/execution/outcomes.ts'

const WIDTH = 220
const HEIGHT = 40
const LEAST = 2

/** The latest runs, oldest left: height is duration, colour is outcome. */
export function Sparkline({ executions }: { executions: readonly ListedExecution[] }) {
  const { t } = useTranslation()
  const runs = executions.filter(({ duration }) => duration !== null).toReversed()
  if (runs.length === 0) return <span style={{ color: 'var(--ink-faint)' }}>{t('time.none')}</span>
  const longest = Math.max(...runs.map(({ duration }) => duration ?? 0), 0.001)
  const step = WIDTH / Math.max(runs.length, 12)
  const label = t('taskPage.sparkline', { count: runs.length, longest: formatDuration(longest * 1_000) })
  return (
    <svg
      width={WIDTH}
      height={HEIGHT}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      style={{ maxWidth: '100%' }}
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {runs.map((run, at) => {
        const height = Math.max(LEAST, ((run.duration ?? 0) / longest) * (HEIGHT - 2))
        return (
          <rect
            key={run.id}
            x={at * step}
            y={HEIGHT - height}
            width={Math.max(1, step - 1.5)}
            height={height}
            rx={1}
            fill={`var(--${OUTCOMES[outcomeOf(run)].colour})`}
          />
        )
      })}
    </svg>
  )
}

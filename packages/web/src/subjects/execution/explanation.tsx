import { useQuery } from '@tanstack/react-query'
import type { Execution } from '../../api/types.ts'
import { currentLanguage } from '../../i18n/i18n.ts'
import { explanationQuery } from './execution-query.ts'
import { ExplainedText } from './explained-text.tsx'
import classes from './explanation.module.css'
import { MendButtons } from './mend-buttons.tsx'
import { outcomeOf } from './outcome.ts'
import { OUTCOMES } from './outcomes.ts'

/** Why it waits, was skipped, was late or failed, in one sentence, and what mends it. `isPlain` leaves the colour of its outcome away. */
export function Explanation({ execution, isPlain = false }: { execution: Execution; isPlain?: boolean }) {
  const { data: explanation } = useQuery(explanationQuery(execution.id, execution.status))
  if (explanation === undefined) return null
  const { colour } = OUTCOMES[outcomeOf(execution)]
  const style = { '--why': `var(--${colour})`, '--why-soft': `var(--${colour}-soft)` } as React.CSSProperties
  return (
    <div className={classes.why} data-plain={isPlain || undefined} style={isPlain ? undefined : style}>
      <span>
        <ExplainedText text={explanation.summary[currentLanguage()]} />
      </span>
      <MendButtons execution={execution} facts={explanation.facts} />
    </div>
  )
}

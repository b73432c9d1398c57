import { IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatInstant } from '../../format/instant.ts'
import { formatCount } from '../../format/number.ts'
import { TaskLink } from '../../subjects/task/task-link.tsx'
import type { DayPlan } from './calendar.ts'
import classes from './timeline.module.css'

/** How many executions of a day ended how. */
export interface DayEnds {
  success: number
  failed: number
}

interface CalendarDayProps {
  /** Epoch ms; `to` is the beginning of the next day. */
  from: number
  to: number
  label: string
  title: string
  zone: string
  plan: DayPlan | undefined
  ends: DayEnds | undefined
  /** Lines at most. */
  most: number
  isToday: boolean
  /** Not of the month that is looked at. */
  isOutside: boolean
}

export function CalendarDay({ from, to, label, title, zone, plan, ends, most, isToday, isOutside }: CalendarDayProps) {
  const { t } = useTranslation()
  const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
  const shown = plan?.tasks.slice(0, most) ?? []
  const rest = (plan?.taskCount ?? 0) - shown.length
  return (
    <section
      className={classes.day}
      data-today={isToday || undefined}
      data-outside={isOutside || undefined}
      aria-label={title}
    >
      <div className={classes.dayHead}>
        <span className={classes.dayName} data-long={title}>
          {label}
        </span>
        {ends !== undefined && (
          <span className={classes.ends}>
            {ends.success > 0 && (
              <Link
                to="/executions"
                search={{ ...range, status: 'success' }}
                className={classes.success}
                aria-label={`${title}: ${t('outcome.success')} ${formatCount(ends.success)}`}
              >
                <span>
                  <IconCircleCheck size={12} aria-hidden style={{ verticalAlign: '-2px' }} />{' '}
                  {formatCount(ends.success)}
                </span>
              </Link>
            )}
            {ends.failed > 0 && (
              <Link
                to="/executions"
                search={{ ...range, status: 'failed' }}
                className={classes.failed}
                aria-label={`${title}: ${t('outcome.failed')} ${formatCount(ends.failed)}`}
              >
                <span>
                  <IconCircleX size={12} aria-hidden style={{ verticalAlign: '-2px' }} /> {formatCount(ends.failed)}
                </span>
              </Link>
            )}
          </span>
        )}
      </div>
      {plan !== undefined && <div className={classes.brief}>×{formatCount(plan.occurrences)}</div>}
      <ul className={classes.plan}>
        {shown.map(({ taskId, name, at, count }) => (
          <li key={taskId}>
            <TaskLink taskId={taskId} title={name}>
              <time dateTime={new Date(at).toISOString()}>
                {formatInstant(at, { zone, isTimeOnly: true }).slice(0, 5)}
              </time>
              <span>{name}</span>
              {count > 1 && <em title={t('timeline.occurrences', { count })}>×{formatCount(count)}</em>}
            </TaskLink>
          </li>
        ))}
      </ul>
      {rest > 0 && (
        <div className={classes.dim} title={t('timeline.occurrencesInAll', { count: plan!.occurrences })}>
          {t('timeline.moreTasks', { count: rest })}
        </div>
      )}
    </section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import type { Task } from '../../api/types.ts'
import { formatDay } from '../../format/instant.ts'
import { formatCount } from '../../format/number.ts'
import { instantOfWall } from '../../format/wall-clock.ts'
import { useZone } from '../../ground/zone.ts'
import { currentLanguage, LOCALES } from '../../i18n/i18n.ts'
import { type CalendarDay, calendarWeeks, heatOf } from './calendar-days.ts'
import classes from './heat-calendar.module.css'

const WEEKS_BACK = 17
const WEEKS_AHEAD = 5
const WEEK_MS = 7 * 86_400_000

/** Each day of the last months and the coming weeks: how much ran, how well, and what is planned. */
export function HeatCalendar({ task }: { task: Task }) {
  const { t } = useTranslation()
  const zone = useZone(task.timezone)
  const { id } = task
  const { data: found } = useQuery({
    queryKey: ['stats', 'calendar', id, task.version, zone],
    queryFn: async ({ signal }) => {
      const now = Date.now()
      const from = new Date(now - (WEEKS_BACK + 1) * WEEK_MS).toISOString()
      const to = new Date(now + (WEEKS_AHEAD + 1) * WEEK_MS).toISOString()
      // By the hour, because days are those of the zone.
      const series = { bucket: 'hour' as const, from, to: new Date(now).toISOString(), task_id: id }
      const [past, coming] = await Promise.all([
        data(api.GET('/api/scheduler/stats/timeseries', { params: { query: series }, signal })),
        data(
          api.GET('/api/scheduler/forecast/days', {
            params: { query: { task_id: id, to, timezone: zone, per_day: 0 } },
            signal,
          }),
        ),
      ])
      return { now, past, coming }
    },
    staleTime: 60_000,
  })
  const weeks = useMemo(
    () =>
      calendarWeeks({
        now: found?.now ?? Date.now(),
        zone,
        weeksBack: WEEKS_BACK,
        weeksAhead: WEEKS_AHEAD,
        past: found?.past.points.map((point) => ({ ...point, at: Date.parse(point.at) })) ?? [],
        coming: found?.coming.days ?? [],
      }),
    [found, zone],
  )
  const most = Math.max(1, ...weeks.flat().map(({ total }) => total))
  const mostPlanned = Math.max(1, ...weeks.flat().map(({ planned }) => planned))
  return (
    <figure className={classes.calendar}>
      <div className={classes.weeks}>
        {weeks.map((week, at) => (
          <div key={week[0]!.date} className={classes.week}>
            <span className={classes.month}>{monthLabel(week[0]!.date, weeks[at - 1]?.[0]?.date)}</span>
            {week.map((day) => (
              <Day
                key={day.date}
                day={day}
                taskId={id}
                zone={zone}
                heat={heatOf(day.total, most)}
                plan={heatOf(day.planned, mostPlanned)}
              />
            ))}
          </div>
        ))}
      </div>
      <figcaption className={classes.legend}>
        <span className={classes.key} data-look="success" /> {t('outcome.success')}
        <span className={classes.key} data-look="mixed" /> {t('taskPage.mixed')}
        <span className={classes.key} data-look="failed" /> {t('outcome.failed')}
        <span className={classes.key} data-look="planned" /> {t('outcome.planned')}
      </figcaption>
    </figure>
  )
}

interface DayProps {
  day: CalendarDay
  taskId: string
  zone: string
  heat: number
  plan: number
}

function Day({ day, taskId, zone, heat, plan }: DayProps) {
  const { t } = useTranslation()
  const { date, total, failed, success, planned, isToday } = day
  const name = formatDay(Date.parse(`${date}T12:00:00Z`), 'UTC')
  const look =
    total === 0 ? (planned > 0 ? 'planned' : 'none') : failed === 0 ? 'success' : success === 0 ? 'failed' : 'mixed'
  const text =
    total > 0
      ? t('taskPage.dayRan', { day: name, total: formatCount(total), failed: formatCount(failed) })
      : planned > 0
        ? t('taskPage.dayPlanned', { day: name, total: formatCount(planned) })
        : t('taskPage.dayNothing', { day: name })
  const shared = {
    className: classes.day,
    'data-look': look,
    'data-heat': heat || plan,
    'data-today': isToday || undefined,
    title: text,
  }
  if (total === 0) return <span {...shared} role="img" aria-label={text} />
  const from = instantOfWall(`${date}T00:00`, zone) ?? date
  const to = instantOfWall(`${dayAfter(date)}T00:00`, zone) ?? date
  return <Link {...shared} to="/executions" search={{ task: taskId, from, to }} aria-label={text} />
}

function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10)
}

/** Named where a month begins. */
function monthLabel(monday: string, before: string | undefined): string {
  if (before !== undefined && before.slice(0, 7) === monday.slice(0, 7)) return ''
  const month = new Intl.DateTimeFormat(LOCALES[currentLanguage()], { month: 'short', timeZone: 'UTC' })
  return month.format(Date.parse(`${monday}T12:00:00Z`))
}

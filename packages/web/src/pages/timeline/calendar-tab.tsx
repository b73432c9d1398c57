import { Button, SegmentedControl } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { api, data } from '../../api/client.ts'
import { useNow } from '../../ground/now.ts'
import { useZone } from '../../ground/zone.ts'
import { currentLanguage, LOCALES } from '../../i18n/i18n.ts'
import { ProblemNotice } from '../../ui/problem-notice.tsx'
import { beginOf, dayFrom, dayOf, dayText, gridOf, moved, type Period, plansByDay } from './calendar.ts'
import { CalendarDay, type DayEnds } from './calendar-day.tsx'
import classes from './timeline.module.css'

const route = getRouteApi('/timeline')
const DAY_MS = 86_400_000
/** Tasks named of each day: as many as a day of a week has room for. */
const PER_DAY = 18

/** The week or month: what became of past days, what comes on others. */
export function CalendarTab() {
  const { t } = useTranslation()
  const zone = useZone()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const period: Period = search.period === 'month' ? 'month' : 'week'
  const today = dayOf(useNow(), zone)
  const day = dayFrom(search.day) ?? today
  const { days, first, last } = useMemo(() => gridOf(day, period), [day, period])
  const { coming, ends, error } = useCalendar(beginOf(days[0]!, zone), beginOf(days.at(-1)! + 1, zone), zone)
  const language = LOCALES[currentLanguage()]
  const named = (number: number, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(language, { timeZone: 'UTC', ...options }).format(number * DAY_MS)
  const look = (changes: Partial<typeof search>) => void navigate({ search: (now) => ({ ...now, ...changes }) })
  const goTo = (next: number) => look({ day: next === today ? undefined : dayText(next) })

  return (
    <>
      <div className={classes.controls}>
        <SegmentedControl
          aria-label={t('timeline.period')}
          value={period}
          onChange={(value) => look({ period: value === 'week' ? undefined : value })}
          data={[
            { value: 'week', label: t('timeline.week') },
            { value: 'month', label: t('timeline.month') },
          ]}
        />
        <Button.Group>
          <Button variant="default" aria-label={t('timeline.earlier')} onClick={() => goTo(moved(day, period, -1))}>
            <IconChevronLeft size={14} />
          </Button>
          <Button variant="default" onClick={() => goTo(today)}>
            {t('timeline.today')}
          </Button>
          <Button variant="default" aria-label={t('timeline.later')} onClick={() => goTo(moved(day, period, 1))}>
            <IconChevronRight size={14} />
          </Button>
        </Button.Group>
        <strong>
          {period === 'month'
            ? named(first, { month: 'long', year: 'numeric' })
            : `${named(first, { day: 'numeric', month: 'short' })} – ${named(last, { day: 'numeric', month: 'short', year: 'numeric' })}`}
        </strong>
        <span className={classes.dim}>
          {zone}
          {coming.isCut && ` · ${t('timeline.daysCut')}`}
        </span>
      </div>
      {error !== null && <ProblemNotice error={error} />}
      <div className={classes.days} data-period={period}>
        {days.slice(0, 7).map((number) => (
          <div key={number} className={classes.weekday}>
            {named(number, { weekday: 'short' })}
          </div>
        ))}
        {days.map((number) => (
          <CalendarDay
            key={number}
            from={beginOf(number, zone)}
            to={beginOf(number + 1, zone)}
            label={named(
              number,
              number === first || /-01$/.test(dayText(number))
                ? { day: 'numeric', month: 'short' }
                : { day: 'numeric' },
            )}
            title={named(number, {
              day: 'numeric',
              month: 'long',
              weekday: currentLanguage() === 'zh' ? 'short' : 'long',
            })}
            zone={zone}
            plan={coming.plans.get(number)}
            ends={ends.get(number)}
            most={period === 'week' ? PER_DAY : 4}
            isToday={number === today}
            isOutside={number < first || number > last}
          />
        ))}
      </div>
    </>
  )
}

/** What comes and what ended within a range, by day of the zone. */
function useCalendar(from: number, to: number, zone: string) {
  const { data: forecast, error } = useQuery({
    queryKey: ['forecast', 'calendar', from, to, zone],
    queryFn: () => {
      const range = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      const query = { ...range, timezone: zone, per_day: PER_DAY }
      return data(api.GET('/api/scheduler/forecast/days', { params: { query } }))
    },
    enabled: to > Date.now(),
    staleTime: 60_000,
  })
  const { data: hours } = useQuery({
    queryKey: ['stats', 'calendar', from, to],
    queryFn: () => {
      const query = { bucket: 'hour' as const, from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      return data(api.GET('/api/scheduler/stats/timeseries', { params: { query } }))
    },
    enabled: from < Date.now(),
  })
  const coming = useMemo(
    () => ({ plans: plansByDay(forecast?.days ?? []), isCut: forecast?.truncated ?? false }),
    [forecast],
  )
  const ends = useMemo(() => {
    const byDay = new Map<number, DayEnds>()
    for (const { at, success, failed } of hours?.points ?? []) {
      const day = dayOf(Date.parse(at), zone)
      const sum = byDay.get(day) ?? { success: 0, failed: 0 }
      byDay.set(day, { success: sum.success + success, failed: sum.failed + failed })
    }
    return byDay
  }, [hours, zone])
  return { coming, ends, error }
}

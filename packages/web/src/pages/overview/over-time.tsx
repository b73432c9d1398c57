import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { formatDuration } from '../../format/duration.ts'
import { formatInstant } from '../../format/instant.ts'
import { formatCount } from '../../format/number.ts'
import { useNow } from '../../ground/now.ts'
import { useZone } from '../../ground/zone.ts'
import { Panel } from '../../ui/panel.tsx'
import { HourBars } from './hour-bars.tsx'
import { byHour, HOUR_MS } from './hours.ts'
import classes from './overview.module.css'
import { hoursQuery, latenessQuery } from './overview-queries.ts'

/** A day by the hour: how much ended well, and how late it began. */
export function OverTime() {
  const { t } = useTranslation()
  const zone = useZone()
  const navigate = useNavigate()
  const hour = Math.floor(useNow() / HOUR_MS)
  const { data: hours } = useQuery(hoursQuery)
  const { data: lateness } = useQuery(latenessQuery)
  const ended = byHour(hour, hours?.points ?? [])
  const late = byHour(hour, lateness?.points ?? [])
  const label = (at: number) => formatInstant(at, { zone, isTimeOnly: true }).slice(0, 5)
  const open = (at: number, status?: string) => {
    const range = { from: new Date(at).toISOString(), to: new Date(at + HOUR_MS).toISOString() }
    void navigate({ to: '/executions', search: { ...range, status } })
  }
  return (
    <Panel title={t('overview.overTime')}>
      <div className={classes.charts}>
        <HourBars
          title={t('overview.endedByHour')}
          columns={ended.map(({ at, point }) => ({
            at,
            label: label(at),
            parts: [
              { colour: 'success', value: point?.success ?? 0 },
              { colour: 'failed', value: point?.failed ?? 0 },
            ],
            text: t('overview.hourText', {
              time: label(at),
              success: formatCount(point?.success ?? 0),
              failed: formatCount(point?.failed ?? 0),
            }),
          }))}
          format={formatCount}
          onOpen={(at) => open(at)}
        />
        <HourBars
          title={t('overview.latenessByHour')}
          columns={late.map(({ at, point }) => ({
            at,
            label: label(at),
            parts: [{ colour: (point?.p99_ms ?? 0) >= 1_000 ? 'late' : 'running', value: point?.p99_ms ?? 0 }],
            text: t('overview.latenessText', {
              time: label(at),
              p50: formatDuration(point?.p50_ms ?? 0),
              p99: formatDuration(point?.p99_ms ?? 0),
            }),
          }))}
          format={formatDuration}
          onOpen={(at) => open(at)}
        />
      </div>
    </Panel>
  )
}

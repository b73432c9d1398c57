import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { formatCount } from '../../format/number.ts'
import { currentLanguage, LOCALES } from '../../i18n/i18n.ts'
import { Chart } from '../../ui/chart/chart.tsx'
import type { ChartColours } from '../../ui/chart/chart-colours.ts'
import { FiguresPanel } from '../../ui/chart/figures-panel.tsx'
import { heatOf } from './heat.ts'

const DAY_MS = 86_400_000
/** 5 January 1970, a Monday. */
const A_MONDAY = 4 * DAY_MS

interface HeatPanelProps {
  points: readonly { at: string; total: number; failed: number }[] | undefined
  zone: string
}

/** Which hours of the week are crowded, and which are empty. */
export function HeatPanel({ points, zone }: HeatPanelProps) {
  const { t } = useTranslation()
  const language = LOCALES[currentLanguage()]
  const days = useMemo(() => {
    const format = new Intl.DateTimeFormat(language, { timeZone: 'UTC', weekday: 'short' })
    return Array.from({ length: 7 }, (_, day) => format.format(A_MONDAY + day * DAY_MS))
  }, [language])
  const cells = useMemo(() => heatOf(points ?? [], zone), [points, zone])
  const rows = useMemo(() => cells.filter(({ total }) => total > 0), [cells])
  const option = useCallback(
    (colours: ChartColours) => {
      const axisLabel = { color: colours.inkDim, fontSize: 12 }
      const quiet = { axisLabel, axisTick: { show: false }, axisLine: { show: false }, splitArea: { show: false } }
      return {
        legend: { show: false },
        grid: { left: 8, right: 8, top: 4, bottom: 4, containLabel: true },
        xAxis: { type: 'category', data: cells.slice(0, 24).map(({ hour }) => `${hour}`), ...quiet },
        yAxis: { type: 'category', data: days, inverse: true, ...quiet },
        visualMap: {
          show: false,
          min: 0,
          max: Math.max(1, ...cells.map(({ total }) => total)),
          inRange: { color: [colours.accentSoft, colours.accent] },
        },
        tooltip: {
          trigger: 'item',
          formatter: ({ data: [hour, day, total] }: { data: [number, number, number] }) =>
            `${days[day]} ${hour}:00 · ${t('statistics.executions', { count: total, total: formatCount(total) })}`,
        },
        series: [
          {
            type: 'heatmap',
            // Empty hours stay empty: the ground shows through.
            data: cells.filter(({ total }) => total > 0).map(({ hour, weekday, total }) => [hour, weekday, total]),
            itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 },
          },
        ],
      }
    },
    [cells, days, t],
  )
  const title = t('statistics.heat')
  return (
    <FiguresPanel
      title={title}
      file="load-by-hour-of-week"
      rows={points && rows}
      rowKey={({ weekday, hour }) => `${weekday}-${hour}`}
      columns={[
        { header: t('statistics.weekday'), value: ({ weekday }) => days[weekday] },
        { header: t('statistics.hour'), value: ({ hour }) => `${String(hour).padStart(2, '0')}:00` },
        { header: t('statistics.total'), value: ({ total }) => total, isNumber: true },
        { header: t('outcome.failed'), value: ({ failed }) => failed, isNumber: true },
      ]}
      chart={<Chart label={title} option={option} />}
    />
  )
}

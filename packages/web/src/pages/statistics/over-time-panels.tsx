import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatDay, formatInstant } from '../../format/instant.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import { axes, Chart } from '../../ui/chart/chart.tsx'
import type { ChartColours } from '../../ui/chart/chart-colours.ts'
import { type FigureColumn, FiguresPanel } from '../../ui/chart/figures-panel.tsx'
import { bucketOf, type Days, slotsOf } from './range.ts'

type Point = Schema<'Timeseries'>['points'][number]
type Late = Schema<'Lateness'>['points'][number]

/** Points that stand alone would not be seen without a symbol. */
const FEW = 30

interface PanelProps<Row> {
  points: readonly Row[] | undefined
  days: Days
  zone: string
}

function useInstantLabel(days: Days, zone: string) {
  const bucket = bucketOf(days)
  return useCallback(
    (at: string) =>
      // A day of the roll-ups is one of UTC, whatever the viewer's zone.
      bucket === 'day' ? formatDay(Date.parse(at), 'UTC') : formatInstant(Date.parse(at), { zone }).slice(5, 16),
    [bucket, zone],
  )
}

/** Rows by the beginnings of their buckets, with nothing where there is none: time passes evenly in a chart. */
function useSlots<Row extends { at: string }>(rows: readonly Row[] | undefined, days: Days) {
  return useMemo(() => {
    const byStart = new Map(rows?.map((row) => [Date.parse(row.at), row]))
    return slotsOf(days, Date.now()).map((at) => ({ at, row: byStart.get(Date.parse(at)) }))
  }, [rows, days])
}

const rateOf = ({ success, failed }: Point) =>
  success + failed === 0 ? null : Math.floor((success / (success + failed)) * 10_000) / 100

/** How many ended how, bucket by bucket. */
export function EndedPanel({ points: rows, days, zone }: PanelProps<Point>) {
  const { t } = useTranslation()
  const slots = useSlots(rows, days)
  const label = useInstantLabel(days, zone)
  const columns: FigureColumn<Point>[] = [
    { header: t('statistics.from'), value: ({ at }) => at, cell: ({ at }) => label(at) },
    {
      header: t('statistics.total'),
      value: ({ total }) => total,
      cell: ({ total }) => formatCount(total),
      isNumber: true,
    },
    { header: t('outcome.success'), value: ({ success }) => success, isNumber: true },
    { header: t('outcome.failed'), value: ({ failed }) => failed, isNumber: true },
    { header: t('statistics.rate'), value: rateOf, cell: (point) => formatPercentage(rateOf(point)), isNumber: true },
  ]
  const option = useCallback(
    (colours: ChartColours) => ({
      ...axes(
        colours,
        slots.map(({ at }) => label(at)),
        formatCount,
      ),
      color: [colours.success, colours.failed],
      series: [
        { name: t('outcome.success'), type: 'bar', stack: 'ended', data: slots.map(({ row }) => row?.success ?? 0) },
        { name: t('outcome.failed'), type: 'bar', stack: 'ended', data: slots.map(({ row }) => row?.failed ?? 0) },
      ],
    }),
    [slots, label, t],
  )
  const title = t('statistics.ended')
  const chart = <Chart label={title} option={option} />
  return (
    <FiguresPanel
      title={title}
      file="executions-over-time"
      columns={columns}
      rows={rows}
      rowKey={(p) => p.at}
      chart={chart}
    />
  )
}

/** How long after their instants executions began. */
export function LatenessPanel({ points: rows, days, zone }: PanelProps<Late>) {
  const { t } = useTranslation()
  const slots = useSlots(rows, days)
  const label = useInstantLabel(days, zone)
  const hasSymbols = (rows?.length ?? 0) < FEW
  const columns: FigureColumn<Late>[] = [
    { header: t('statistics.from'), value: ({ at }) => at, cell: ({ at }) => label(at) },
    { header: t('statistics.started'), value: ({ count }) => count, isNumber: true },
    ...(['p50_ms', 'p95_ms', 'p99_ms'] as const).map((key) => ({
      header: t(`statistics.${key}`),
      value: (point: Late) => point[key],
      cell: (point: Late) => (point[key] === null ? '' : formatDuration(point[key])),
      isNumber: true,
    })),
  ]
  const option = useCallback(
    (colours: ChartColours) => {
      const both = axes(
        colours,
        slots.map(({ at }) => label(at)),
        formatDuration,
      )
      const line = (name: string, data: (number | null)[]) => ({
        name,
        type: 'line',
        showSymbol: hasSymbols,
        // A logarithm has no zero.
        data: data.map((value) => (value === null ? null : Math.max(0.1, value))),
      })
      return {
        ...both,
        yAxis: { ...both.yAxis, type: 'log' },
        tooltip: { trigger: 'axis', valueFormatter: (value: number) => formatDuration(value) },
        color: [colours.success, colours.running, colours.late],
        series: [
          line(
            'p50',
            slots.map(({ row }) => row?.p50_ms ?? null),
          ),
          line(
            'p95',
            slots.map(({ row }) => row?.p95_ms ?? null),
          ),
          line(
            'p99',
            slots.map(({ row }) => row?.p99_ms ?? null),
          ),
        ],
      }
    },
    [slots, label, hasSymbols],
  )
  const title = t('statistics.lateness')
  const chart = <Chart label={title} option={option} />
  return <FiguresPanel title={title} file="lateness" columns={columns} rows={rows} rowKey={(p) => p.at} chart={chart} />
}

/** How long executions took on average. */
export function DurationPanel({ points: rows, days, zone }: PanelProps<Point>) {
  const { t } = useTranslation()
  const slots = useSlots(rows, days)
  const label = useInstantLabel(days, zone)
  const hasSymbols = (rows?.length ?? 0) < FEW
  const columns: FigureColumn<Point>[] = [
    { header: t('statistics.from'), value: ({ at }) => at, cell: ({ at }) => label(at) },
    {
      header: t('statistics.averageSeconds'),
      value: ({ avg_duration: average }) => average,
      cell: ({ avg_duration: average }) => (average === null ? '' : formatDuration(average * 1_000)),
      isNumber: true,
    },
  ]
  const option = useCallback(
    (colours: ChartColours) => ({
      ...axes(
        colours,
        slots.map(({ at }) => label(at)),
        formatDuration,
      ),
      legend: { show: false },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => formatDuration(value) },
      color: [colours.accent],
      series: [
        {
          name: t('statistics.average'),
          type: 'line',
          showSymbol: hasSymbols,
          areaStyle: { color: colours.accentSoft },
          data: slots.map(({ row }) => (row?.avg_duration == null ? null : row.avg_duration * 1_000)),
        },
      ],
    }),
    [slots, label, t, hasSymbols],
  )
  const title = t('statistics.duration')
  const chart = <Chart label={title} option={option} />
  return (
    <FiguresPanel title={title} file="durations" columns={columns} rows={rows} rowKey={(p) => p.at} chart={chart} />
  )
}

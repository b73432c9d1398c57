import { useCallback, useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatDuration } from '../../format/duration.ts'
import { formatDay, formatInstant } from '../../format/instant.ts'
import { formatCount, formatPercentage } from '../../format/number.ts'
import { axes, Chart } from './chart.tsx'
import type { ChartColours } from './chart-colours.ts'
import { type FigureColumn, FiguresPanel } from './figures-panel.tsx'

type Point = Schema<'Timeseries'>['points'][number]
type Late = Schema<'Lateness'>['points'][number]

interface PanelProps<Row> {
  points: readonly Row[] | undefined
  bucket: 'hour' | 'day'
  zone: string
}

function useInstantLabel(bucket: 'hour' | 'day', zone: string) {
  return useCallback(
    (at: string) =>
      // A day of the roll-ups is one of UTC, whatever the viewer's zone.
      bucket === 'day' ? formatDay(Date.parse(at), 'UTC') : formatInstant(Date.parse(at), { zone }).slice(5, 16),
    [bucket, zone],
  )
}

const rateOf = ({ success, failed }: Point) =>
  success + failed === 0 ? null : Math.floor((success / (success + failed)) * 10_000) / 100

/** How many ended how, bucket by bucket. */
export function EndedPanel({ points: rows, bucket, zone }: PanelProps<Point>) {
  const { t } = useTranslation()
  const points = useMemo(() => rows ?? [], [rows])
  const label = useInstantLabel(bucket, zone)
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
        points.map(({ at }) => label(at)),
        formatCount,
      ),
      color: [colours.success, colours.failed],
      series: [
        { name: t('outcome.success'), type: 'bar', stack: 'ended', data: points.map(({ success }) => success) },
        { name: t('outcome.failed'), type: 'bar', stack: 'ended', data: points.map(({ failed }) => failed) },
      ],
    }),
    [points, label, t],
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
export function LatenessPanel({ points: rows, bucket, zone }: PanelProps<Late>) {
  const { t } = useTranslation()
  const points = useMemo(() => rows ?? [], [rows])
  const label = useInstantLabel(bucket, zone)
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
        points.map(({ at }) => label(at)),
        formatDuration,
      )
      const line = (name: string, data: (number | null)[]) => ({
        name,
        type: 'line',
        showSymbol: points.length < 30,
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
            points.map(({ p50_ms: value }) => value),
          ),
          line(
            'p95',
            points.map(({ p95_ms: value }) => value),
          ),
          line(
            'p99',
            points.map(({ p99_ms: value }) => value),
          ),
        ],
      }
    },
    [points, label],
  )
  const title = t('statistics.lateness')
  const chart = <Chart label={title} option={option} />
  return <FiguresPanel title={title} file="lateness" columns={columns} rows={rows} rowKey={(p) => p.at} chart={chart} />
}

/** How long executions took on average. */
export function DurationPanel({ points: rows, bucket, zone }: PanelProps<Point>) {
  const { t } = useTranslation()
  const points = useMemo(() => rows ?? [], [rows])
  const label = useInstantLabel(bucket, zone)
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
        points.map(({ at }) => label(at)),
        formatDuration,
      ),
      legend: { show: false },
      tooltip: { trigger: 'axis', valueFormatter: (value: number) => formatDuration(value) },
      color: [colours.accent],
      series: [
        {
          name: t('statistics.average'),
          type: 'line',
          showSymbol: points.length < 30,
          areaStyle: { color: colours.accentSoft },
          data: points.map(({ avg_duration: average }) => (average === null ? null : average * 1_000)),
        },
      ],
    }),
    [points, label, t],
  )
  const title = t('statistics.duration')
  const chart = <Chart label={title} option={option} />
  return (
    <FiguresPanel title={title} file="durations" columns={columns} rows={rows} rowKey={(p) => p.at} chart={chart} />
  )
}

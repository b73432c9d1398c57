import { useCallback } from 'react'
import { useTranslation } from 'react-i18next'
import type { Schema } from '../../api/types.ts'
import { formatInstant } from '../../format/instant.ts'
import { formatCount } from '../../format/number.ts'
import { useZone } from '../../ground/zone.ts'
import { USAGES } from '../../subjects/node/node-loads.tsx'
import { axes, Chart } from '../../ui/chart/chart.tsx'
import type { ChartColours } from '../../ui/chart/chart-colours.ts'
import { type FigureColumn, FiguresPanel } from '../../ui/chart/figures-panel.tsx'
import classes from './node-page.module.css'

type Node = Schema<'NodeDetail'>
type Sample = Schema<'LoadSample'>

/** How much a node had to do, minute by minute. */
export function NodeLoad({ node }: { node: Node }) {
  return (
    <div className={classes.charts}>
      <UsagePanel node={node} />
      <RunningPanel node={node} />
    </div>
  )
}

/** `14:05`, as the axis has room for. */
function useMinute() {
  const zone = useZone()
  return useCallback((at: string) => formatInstant(Date.parse(at), { zone }).slice(11, 16), [zone])
}

const percentage = (value: number) => `${Math.round(value)} %`

function UsagePanel({ node: { name, load_history: samples } }: { node: Node }) {
  const { t } = useTranslation()
  const minute = useMinute()
  const used = USAGES.filter((usage) => samples.some((sample) => sample[`${usage}_usage`] !== null))
  const columns: FigureColumn<Sample>[] = [
    { header: t('nodes.page.at'), value: ({ at }) => at, cell: ({ at }) => minute(at) },
    ...used.map((usage) => ({
      header: t(`nodes.columns.${usage}`),
      value: (sample: Sample) => sample[`${usage}_usage`],
      isNumber: true,
    })),
  ]
  const option = useCallback(
    (colours: ChartColours) => {
      const both = axes(
        colours,
        samples.map(({ at }) => minute(at)),
        percentage,
      )
      const palette = [colours.accent, colours.running, colours.late, colours.skipped]
      return {
        ...both,
        yAxis: { ...both.yAxis, min: 0, max: 100 },
        tooltip: { trigger: 'axis', valueFormatter: percentage },
        color: used.map((usage) => palette[USAGES.indexOf(usage)] ?? colours.accent),
        series: used.map((usage) => ({
          name: t(`nodes.columns.${usage}`),
          type: 'line',
          showSymbol: samples.length < 2,
          data: samples.map((sample) => sample[`${usage}_usage`]),
        })),
      }
    },
    [samples, minute, used, t],
  )
  const title = t('nodes.page.usage')
  return (
    <FiguresPanel
      title={title}
      file={`${name}-load`}
      columns={columns}
      rows={used.length === 0 ? [] : samples}
      rowKey={({ at }) => at}
      chart={<Chart label={title} option={option} />}
    />
  )
}

function RunningPanel({ node: { name, capacity, load_history: samples } }: { node: Node }) {
  const { t } = useTranslation()
  const minute = useMinute()
  const columns: FigureColumn<Sample>[] = [
    { header: t('nodes.page.at'), value: ({ at }) => at, cell: ({ at }) => minute(at) },
    { header: t('nodes.page.running'), value: ({ running }) => running, isNumber: true },
  ]
  const option = useCallback(
    (colours: ChartColours) => {
      const both = axes(
        colours,
        samples.map(({ at }) => minute(at)),
        formatCount,
      )
      return {
        ...both,
        yAxis: { ...both.yAxis, min: 0, max: capacity, minInterval: 1 },
        legend: { show: false },
        color: [colours.running],
        series: [
          {
            name: t('nodes.page.running'),
            type: 'line',
            step: 'end',
            showSymbol: samples.length < 2,
            areaStyle: { color: colours.accentSoft },
            data: samples.map(({ running }) => running),
          },
        ],
      }
    },
    [samples, minute, capacity, t],
  )
  const title = t('nodes.page.runningOf', { capacity })
  return (
    <FiguresPanel
      title={title}
      file={`${name}-running`}
      columns={columns}
      rows={samples}
      rowKey={({ at }) => at}
      chart={<Chart label={title} option={option} />}
    />
  )
}

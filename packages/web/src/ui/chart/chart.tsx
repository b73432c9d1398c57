import { Skeleton } from '@mantine/core'
import type { EChartsCoreOption, EChartsType } from 'echarts/core'
import { useEffect, useRef, useState } from 'react'
import { useSchemeVersion } from '../../theme/scheme.ts'
import { type ChartColours, chartColours } from './chart-colours.ts'

interface ChartProps {
  /** What it shows, for those who hear it; the numbers stand in a table beside it. */
  label: string
  option: (colours: ChartColours) => EChartsCoreOption
  height?: number
}

/** An ECharts chart in the page's colours; its code comes with the first one. */
export function Chart({ label, option, height = 220 }: ChartProps) {
  const element = useRef<HTMLDivElement>(null)
  const [chart, setChart] = useState<EChartsType | null>(null)
  const scheme = useSchemeVersion()

  useEffect(() => {
    const target = element.current
    if (target === null) return
    let made: EChartsType | undefined
    let isGone = false
    const observer = new ResizeObserver(() => made?.resize())
    void import('./echarts.ts').then(({ init }) => {
      if (isGone) return
      made = init(target)
      observer.observe(target)
      setChart(made)
    })
    return () => {
      isGone = true
      observer.disconnect()
      made?.dispose()
    }
  }, [])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the tokens have other values in the other scheme
  useEffect(() => {
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
    chart?.setOption({ ...base(chartColours()), animation: !isStill, ...option(chartColours()) }, { notMerge: true })
  }, [chart, option, scheme])

  return (
    <div role="img" aria-label={label} style={{ position: 'relative', height }}>
      {chart === null && <Skeleton height={height} />}
      <div ref={element} style={{ position: 'absolute', inset: 0 }} />
    </div>
  )
}

/** What all charts share. */
function base({ ink, inkDim, line, surface, font }: ChartColours): EChartsCoreOption {
  return {
    textStyle: { fontFamily: font, color: inkDim, fontSize: 12 },
    grid: { left: 8, right: 12, top: 30, bottom: 4, containLabel: true },
    legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 10, textStyle: { color: inkDim, fontSize: 12 } },
    tooltip: {
      trigger: 'axis',
      backgroundColor: surface,
      borderColor: line,
      textStyle: { color: ink, fontSize: 12 },
      confine: true,
    },
  }
}

/** The axis of time or of categories, and that of values, in the page's lines. */
export function axes(colours: ChartColours, labels: readonly string[], format: (value: number) => string) {
  const axisLabel = { color: colours.inkDim, fontSize: 12 }
  return {
    xAxis: {
      type: 'category',
      data: labels,
      axisLabel,
      axisTick: { show: false },
      axisLine: { lineStyle: { color: colours.line } },
    },
    yAxis: {
      type: 'value',
      axisLabel: { ...axisLabel, formatter: format },
      splitLine: { lineStyle: { color: colours.line } },
    },
  }
}

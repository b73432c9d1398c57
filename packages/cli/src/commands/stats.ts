import { label, say } from '@rota/core'
import type { Client, TaskStats, TopEntry } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { duration } from '../output/duration.ts'
import { figure } from '../output/figure.ts'
import { state } from '../output/paint.ts'
import { details, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

interface Options {
  from?: string
  to?: string
  limit?: string
}

export async function stats(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const { from, to } = options
  const client = await context.client()
  if (name === undefined) return overall(context, client, options)
  const task = await findTask(client, name)
  const figures = await client.stats.task(task.id, { start_date: from, end_date: to })
  if (context.flags.json) context.json(figures)
  else {
    context.out(context.paint('bold', oneLine(task.name)))
    context.out(details(figuresOf(figures), context.paint))
  }
  return undefined
}

function figuresOf(figures: TaskStats): (readonly [string, string])[] {
  const late = (ms: number | null) => (ms === null ? '' : duration(ms / 1_000))
  const spread = [figures.p50_duration, figures.p95_duration, figures.p99_duration].map(duration)
  return [
    [label('executions'), figure(figures.total_executions)],
    [label('running'), figures.running > 0 ? figure(figures.running) : ''],
    [label('between attempts'), figures.retrying > 0 ? figure(figures.retrying) : ''],
    [label('success rate'), rate(figures.success_rate)],
    [label('succeeded'), figure(figures.success)],
    [label('failed'), figure(figures.failed)],
    [label('cancelled'), figures.cancelled > 0 ? figure(figures.cancelled) : ''],
    [label('skipped'), figures.skipped > 0 ? figure(figures.skipped) : ''],
    [label('took, average'), duration(figures.avg_duration)],
    [
      label('took, half / 95 % / 99 %'),
      spread.some((each) => each !== '') ? spread.map((each) => each || '–').join(' / ') : '',
    ],
    [label('took in all'), duration(figures.total_duration)],
    [
      label('late, half / 99 %'),
      [late(figures.p50_lateness_ms), late(figures.p99_lateness_ms)].filter(Boolean).join(' / '),
    ],
  ]
}

function rate(percent: number | null): string {
  return percent === null ? say`nothing has finished` : `${percent} %`
}

async function overall(context: Context, client: Client, { from, limit }: Options): Promise<undefined> {
  const most = limitOf(limit, 5)
  const [summary, slowest, failing] = await Promise.all([
    client.stats.summary(),
    client.stats.top({ by: 'slowest', from, limit: most }),
    client.stats.top({ by: 'failing', from, limit: most }),
  ])
  if (context.flags.json) {
    context.json({ ...summary, slowest, failing })
    return
  }
  const { paint } = context
  const states = Object.entries(summary.by_status)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${state(paint, status)} ${figure(count)}`)
  const pairs = [
    [label('tasks'), say`${figure(summary.total_tasks)}, ${figure(summary.active_tasks)} of them active`],
    [label('executions'), figure(summary.total_executions)],
    [label('success rate'), rate(summary.success_rate)],
    [label('by state'), states.join('   ')],
  ] as const
  context.out(details(pairs, paint))
  showTop(context, slowest, { title: label('Slowest'), unit: label('AVERAGE'), text: duration })
  showTop(context, failing, { title: label('Failing most'), unit: label('FAILURES'), text: figure })
}

interface Ranking {
  title: string
  /** Head of the column of values. */
  unit: string
  text: (value: number) => string
}

function showTop(context: Context, rows: TopEntry[], { title, unit, text }: Ranking): void {
  if (rows.length === 0) return
  const columns = [
    { title: label('TASK'), value: (row: TopEntry) => oneLine(row.task_name), shrink: true },
    { title: unit, value: (row: TopEntry) => text(row.value), align: 'right' as const },
    { title: label('EXECUTIONS'), value: (row: TopEntry) => figure(row.total), align: 'right' as const },
  ]
  context.out(`\n${title}\n${table(rows, columns, context.paint, context.width)}`)
}

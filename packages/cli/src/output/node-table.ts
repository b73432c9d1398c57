import { label } from '@rota/core'
import type { Node } from '@rota/sdk'
import type { Context } from '../context.ts'
import { shortInstant } from './instant.ts'
import type { Paint } from './paint.ts'
import { type Column, table } from './table.ts'
import { whose } from './whose.ts'
import { oneLine } from './width.ts'

const COLOURS = { ready: 'green', degraded: 'yellow', draining: 'yellow', offline: 'red' } as const

/** How a node does, as one word. */
export function nodeStatus({ status }: Pick<Node, 'status'>, paint: Paint): string {
  return paint(COLOURS[status], label(status))
}

const share = (percent: number | null) => (percent === null ? '' : `${Math.round(percent)} %`)

/** Nodes, one on each line. */
export function nodeTable({ paint, now, zone, width }: Context, nodes: readonly Node[]): string {
  const columns: Column<Node>[] = [
    { title: label('ID'), value: ({ id }) => oneLine(id), colour: (text) => paint('bold', text) },
    {
      title: label('STATUS'),
      value: ({ status }) => label(status),
      colour: (text, row) => paint(COLOURS[row.status], text),
    },
    ...whose(nodes),
    { title: label('RUNNING'), value: ({ running, capacity }) => `${running ?? '?'}/${capacity}`, align: 'right' },
    { title: label('CPU'), value: ({ cpu_usage }) => share(cpu_usage), align: 'right', drop: 3 },
    { title: label('MEMORY'), value: ({ memory_usage }) => share(memory_usage), align: 'right', drop: 4 },
    { title: label('POOLS'), value: ({ pools }) => oneLine(pools.join(' ')), shrink: true, drop: 2 },
    {
      title: label('HEARD'),
      value: ({ last_heartbeat: at }) => (at === null ? '' : shortInstant(at, now, zone)),
      drop: 5,
    },
    { title: label('REASON'), value: ({ status_reason }) => oneLine(status_reason), shrink: true, drop: 1 },
  ]
  return table(nodes, columns, paint, width)
}

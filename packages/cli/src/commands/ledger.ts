import { type LedgerAnswer, label, say } from '@rota/core'
import type { LedgerEntry, LedgerPage, LedgerQuery } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { lateness } from '../output/execution-table.ts'
import { figure } from '../output/figure.ts'
import { briefInstant, shortInstant } from '../output/instant.ts'
import { PLAIN, state } from '../output/paint.ts'
import { reasonInBrief, reasonText } from '../output/reason.ts'
import { shortId } from '../output/short-id.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'
import { findTask } from '../session/find-task.ts'

interface Options {
  answer?: LedgerAnswer
  from?: string
  to?: string
  limit?: string
  all?: boolean
}

export async function ledger(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const task = name === undefined ? undefined : await findTask(client, name)
  const { answer, from, to } = options
  const query: LedgerQuery = { task_id: task?.id, answer, from, to }
  if (!options.all) {
    const page = await client.ledger.list({ ...query, limit: limitOf(options.limit, 30) })
    if (context.flags.json) context.json(page)
    else {
      show(context, page.entries, page.next_cursor !== null)
      tellPruned(context, page.pruned)
    }
    return
  }
  const rows: LedgerEntry[] = []
  for await (const entry of client.ledger.all({ ...query, limit: 500 })) {
    if (context.flags.json) {
      context.jsonLine(entry)
      await context.drained()
    } else rows.push(entry)
  }
  if (context.flags.json) return
  show(context, rows, false)
  tellPruned(context, (await client.ledger.list({ ...query, limit: 1 })).pruned)
}

function tellPruned(context: Context, pruned: LedgerPage['pruned']): void {
  if (pruned === null) return
  const instant = (at: string) => shortInstant(at, context.now, context.zone)
  const { answers, from, through } = pruned
  const [first, last] = [instant(from), instant(through)]
  context.note(
    answers === 1
      ? say`Retention has removed 1 entry, due at ${first}.`
      : say`Retention has removed ${figure(answers)} entries, due from ${first} through ${last}.`,
  )
}

function show(context: Context, entries: readonly LedgerEntry[], more: boolean): void {
  if (entries.length === 0) {
    context.note(say`No due instants.`)
    return
  }
  const { paint, now, zone } = context
  const columns: Column<LedgerEntry>[] = [
    {
      title: label('DUE'),
      value: ({ due_at }) => shortInstant(due_at, now, zone),
      brief: ({ due_at }) => briefInstant(due_at, now),
    },
    { title: label('TASK'), value: ({ task_name }) => oneLine(task_name), shrink: true },
    {
      title: label('ANSWER'),
      value: ({ answer }) => state(PLAIN, answer),
      colour: (_, { answer }) => state(paint, answer),
    },
    {
      title: label('WHY'),
      value: ({ reason }) => reasonText(reason),
      brief: ({ reason }) => reasonInBrief(reason),
      shrink: true,
    },
    { title: label('ENDED'), value: ({ status }) => label(status ?? '') },
    { title: label('LATE'), value: ({ lateness_ms }) => lateness(lateness_ms), align: 'right' },
    {
      title: label('COVERS'),
      value: ({ covers }) =>
        covers ? `${figure(covers.count)} ${label('since')} ${shortInstant(covers.from, now, zone)}` : '',
    },
    {
      title: label('EXECUTION'),
      value: ({ execution_id }) => execution_id ?? '',
      brief: ({ execution_id }) => (execution_id === null ? '' : shortId(execution_id)),
      drop: 1,
    },
  ]
  context.out(table(entries, columns, paint, context.width))
  if (more) context.note(`\n${say`There are more; -n shows more, --all shows all.`}`)
}

import { label, say } from '@rota/core'
import type { AuditEntry, AuditQuery } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

interface Options {
  kind?: string
  subject?: string
  actor?: string
  action?: string
  outcome?: 'done' | 'refused'
  address?: string
  request?: string
  from?: string
  to?: string
  limit?: string
}

function queryOf({ request, limit: _, ...same }: Options, q?: string): Omit<AuditQuery, 'limit'> {
  return { ...same, request_id: request, q }
}

export async function auditList(context: Context, [text]: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  const { rows, ...page } = await client.audit.list({ ...queryOf(options, text), limit: limitOf(options.limit, 30) })
  if (context.flags.json) {
    context.json({ ...page, entries: rows })
    return
  }
  if (rows.length === 0) {
    context.note(say`No entries.`)
    return
  }
  const { paint, now, zone, width } = context
  const columns: Column<AuditEntry>[] = [
    { title: label('WHEN'), value: ({ at }) => shortInstant(at, now, zone) },
    { title: label('WHO'), value: ({ actor }) => oneLine(actor ?? label('the scheduler')), shrink: true },
    {
      title: label('DID'),
      value: ({ action }) => label(action),
      colour: (shown, { outcome }) => (outcome === 'refused' ? paint('red', shown) : shown),
    },
    { title: label('KIND'), value: ({ kind }) => label(kind), drop: 3 },
    {
      title: label('TO'),
      value: ({ subject_name, subject_id }) => oneLine(subject_name ?? subject_id ?? ''),
      shrink: true,
    },
    { title: label('WHAT CHANGED'), value: changed, shrink: true, drop: 1 },
    { title: label('FROM ADDRESS'), value: ({ address }) => address ?? '', drop: 2 },
  ]
  context.out(table(rows, columns, paint, width))
  if (page.next_cursor !== null) context.note(`\n${say`There are more; -n shows more, \`rota audit export\` all.`}`)
  return undefined
}

/** `schedule, env`: which fields; their values are in the JSON. */
function changed({ before, after }: AuditEntry): string {
  const fields = [before, after].flatMap((part) => (typeof part === 'object' && part !== null ? Object.keys(part) : []))
  return [...new Set(fields)].join(', ')
}

export async function auditExport(context: Context, _args: string[], options: Options): Promise<number | undefined> {
  const client = await context.client()
  for await (const entry of client.audit.export(queryOf(options))) {
    context.out(JSON.stringify(entry))
    await context.drained()
  }
  return undefined
}

export async function auditCheckpoints(context: Context): Promise<number | undefined> {
  const { file, checkpoints } = await (await context.client()).audit.checkpoints()
  for (const checkpoint of checkpoints) context.out(JSON.stringify(checkpoint))
  context.note(say`The server keeps them in ${file}.`)
  return undefined
}

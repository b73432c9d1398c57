import { label, say } from '@rota/core'
import type { Node, NodeDetail, NodeQuery } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { integerOf, limitOf, secondsOf, splitPair } from '../document/pairs.ts'
import { shortInstant } from '../output/instant.ts'
import { nodeStatus, nodeTable } from '../output/node-table.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

interface Listing {
  status?: Node['status']
  pool?: string
  selector?: string
  limit?: string
}

interface Adding {
  name?: string
  pool?: string[]
  label?: string[]
  uses?: string
  expires?: string
}

type Done = Promise<number | undefined>

export async function nodeList(context: Context, _args: string[], { limit, ...filter }: Listing): Done {
  const query: NodeQuery = { ...filter, limit: limitOf(limit, 1_000) }
  const { rows, next_cursor: _, ...page } = await (await context.client()).nodes.list(query)
  if (context.flags.json) context.json({ ...page, nodes: rows })
  else if (rows.length === 0) context.note(say`No nodes. Add one: rota node add`)
  else context.out(nodeTable(context, rows))
  return undefined
}

export async function nodeShow(context: Context, [id]: string[]): Done {
  const node = await (await context.client()).nodes.get(id!)
  if (context.flags.json) context.json(node)
  else show(context, node)
  return undefined
}

function show(context: Context, node: NodeDetail): void {
  const { paint, now, zone } = context
  const { labels, pools, languages, handlers, types, gpu } = node
  const lines: [title: string, value: string][] = [
    [label('status'), [nodeStatus(node, paint), oneLine(node.status_reason)].filter(Boolean).join('  ')],
    [label('running'), `${node.running ?? '?'}/${node.capacity}`],
    [label('pools'), pools.join(' ')],
    [label('labels'), pairsOf(labels)],
    [label('languages'), languages.join(' ')],
    [label('services'), Object.keys(node.capabilities).join(' ')],
    [label('types'), types.join(' ')],
    [label('handlers'), handlers.join(' ')],
    [label('GPU'), gpu === null ? '' : `${gpu.count} ${gpu.model ?? ''}`.trim()],
    [label('address'), node.address ?? ''],
    [label('version'), node.version],
    [label('heard'), node.last_heartbeat === null ? label('never') : shortInstant(node.last_heartbeat, now, zone)],
  ]
  context.out(paint('bold', oneLine(node.id)))
  const width = Math.max(...lines.map(([title]) => title.length))
  for (const [title, value] of lines) if (value !== '') context.out(`${title.padEnd(width)}  ${oneLine(value)}`)
  if (node.events.length > 0) context.out(`\n${eventTable(context, node.events)}`)
}

const pairsOf = (labels: Readonly<Record<string, string>>) =>
  Object.entries(labels)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')

type NodeEvent = NodeDetail['events'][number]

function eventTable({ paint, now, zone, width }: Context, events: readonly NodeEvent[]): string {
  const columns: Column<NodeEvent>[] = [
    { title: label('AT'), value: ({ at }) => shortInstant(at, now, zone) },
    { title: label('FROM'), value: ({ from }) => (from === null ? '' : label(from)), drop: 1 },
    { title: label('TO'), value: ({ to }) => label(to) },
    { title: label('REASON'), value: ({ reason }) => oneLine(reason), shrink: true },
    { title: label('BY'), value: ({ actor }) => oneLine(actor ?? ''), drop: 2 },
  ]
  return table(events, columns, paint, width)
}

export async function nodeEvents(context: Context, [id]: string[], { limit }: Listing): Done {
  const reply = await (await context.client()).nodes.events(id!, { limit: limitOf(limit, 1_000) })
  if (context.flags.json) context.json(reply)
  else if (reply.events.length === 0) context.note(say`No events.`)
  else context.out(eventTable(context, reply.events))
  return undefined
}

/** Makes a join token, and says what to run where the node is to be. */
export async function nodeAdd(context: Context, _args: string[], options: Adding): Done {
  const { name, pool: pools, label: labels, uses, expires } = options
  const client = await context.client()
  const made = await client.nodes.createJoinToken({
    name,
    pools,
    ...(labels && { labels: Object.fromEntries(labels.map((text) => splitPair('--label', text))) }),
    ...(uses !== undefined && { uses: integerOf('--uses', uses, 1) }),
    ...(expires !== undefined && { expires_in_seconds: secondsOf('--expires', expires) }),
  })
  if (context.flags.json) {
    context.json(made)
    return undefined
  }
  context.note(say`Run this on the new node; the token is not shown again.`)
  context.out(`rota agent --server ${client.url} --token ${made.token}`)
  return undefined
}

export async function nodeDrain(context: Context, [id]: string[], { reason }: { reason?: string }): Done {
  told(context, await (await context.client()).nodes.drain(id!, reason))
  return undefined
}

export async function nodeUndrain(context: Context, [id]: string[]): Done {
  told(context, await (await context.client()).nodes.undrain(id!))
  return undefined
}

function told(context: Context, node: Node): void {
  if (context.flags.json) context.json(node)
  else context.say(`${context.paint('green', '✔')} ${oneLine(node.id)} ${nodeStatus(node, context.paint)}`)
}

export async function nodeRemove(context: Context, [id]: string[], { yes }: { yes?: boolean }): Done {
  const client = await context.client()
  if (!yes) await confirm(context, say`Remove the node ${id!}? Its key ends, and what runs there is taken for lost.`)
  await client.nodes.remove(id!)
  if (context.flags.json) context.json({ deleted: [id] })
  else context.say(`${context.paint('green', '✔')} ${oneLine(id!)} ${label('deleted')}`)
  return undefined
}

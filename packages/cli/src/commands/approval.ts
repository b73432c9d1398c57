import { type Json, label, say } from '@rota/core'
import type { ChangeRequest } from '@rota/sdk'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { shortInstant } from '../output/instant.ts'
import { shortId } from '../output/short-id.ts'
import { type Column, table } from '../output/table.ts'

/** Most that are looked at. */
const MOST = 1_000

export async function approvalList(
  context: Context,
  _args: string[],
  { all, limit }: { all?: boolean; limit?: string },
): Promise<undefined> {
  const client = await context.client()
  const { rows } = await client.approvals.list({
    limit: limitOf(limit, MOST),
    ...(all ? {} : { state: 'pending' as const }),
  })
  if (context.flags.json) {
    context.json({ approvals: rows })
    return
  }
  const { paint, width, zone, now } = context
  const columns: Column<ChangeRequest>[] = [
    { title: label('ID'), value: ({ id }) => shortId(id) },
    { title: label('STATE'), value: ({ state }) => label(state) },
    { title: label('CHANGE'), value: ({ action, name }) => `${label(action)} ${name}`, shrink: true },
    { title: label('GROUP'), value: ({ group }) => group ?? '', drop: 2 },
    { title: label('BY'), value: ({ requested_by }) => requested_by },
    { title: label('UNTIL'), value: ({ expires_at }) => shortInstant(expires_at, now, zone), drop: 1 },
  ]
  context.out(table(rows, columns, paint, width))
}

/** Fewer characters name nothing. */
const LEAST = 4

/** The one whose id ends so. Throws CliError. */
async function changeOf(context: Context, end: string): Promise<ChangeRequest> {
  const client = await context.client()
  const { rows } = await client.approvals.list({ limit: MOST })
  const found = rows.filter(({ id }) => id === end || (end.length >= LEAST && id.endsWith(end)))
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new CliError('notFound', say`There is no approval ${end}.`)
  throw usage(say`${end} ends the ids of ${found.length} changes; give more of it.`)
}

export async function approvalShow(context: Context, [id]: string[]): Promise<undefined> {
  const change = await changeOf(context, id!)
  if (context.flags.json) {
    context.json(change)
    return
  }
  const { action, name, requested_by, state, reason } = change
  context.out(say`${label(action)} ${name}, asked for by ${requested_by}: ${label(state)}`)
  if (reason !== null) context.out(reason)
  for (const line of changedLines(change)) context.out(context.paint(line.startsWith('-') ? 'red' : 'green', line))
}

/** The outermost fields that differ, as they were and as they would be. */
function changedLines({ before, after }: ChangeRequest): string[] {
  const fields = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})])
  return [...fields].flatMap((field) => {
    const [was, is] = [before?.[field], after?.[field]].map(textOf)
    if (was === is) return []
    return [...(was === null ? [] : [`- ${field}: ${was}`]), ...(is === null ? [] : [`+ ${field}: ${is}`])]
  })
}

const textOf = (value: Json | undefined) => (value === undefined || value === null ? null : JSON.stringify(value))

interface Options {
  reason?: string
}

export async function approvalApprove(context: Context, [id]: string[], { reason }: Options): Promise<undefined> {
  const change = await changeOf(context, id!)
  tell(context, await (await context.client()).approvals.approve(change.id, reason))
}

export async function approvalReject(context: Context, [id]: string[], { reason }: Options): Promise<undefined> {
  if (reason === undefined) throw usage(say`say why: --reason TEXT`)
  const change = await changeOf(context, id!)
  tell(context, await (await context.client()).approvals.reject(change.id, reason))
}

export async function approvalWithdraw(context: Context, [id]: string[]): Promise<undefined> {
  const change = await changeOf(context, id!)
  tell(context, await (await context.client()).approvals.withdraw(change.id))
}

function tell(context: Context, change: ChangeRequest): void {
  if (context.flags.json) context.json(change)
  else
    context.say(
      `${context.paint('green', '✔')} ${label(change.action)} ${change.name}${label(': ')}${label(change.state)}`,
    )
}

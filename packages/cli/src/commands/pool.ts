import { label, say } from '@rota/core'
import type { Pool, PoolChanges } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { nodeTable } from '../output/node-table.ts'
import { type Column, table } from '../output/table.ts'
import { whose } from '../output/whose.ts'
import { oneLine } from '../output/width.ts'

interface Fields {
  description?: string
  selector?: string
  member?: string[]
  gpu?: boolean
}

type Done = Promise<number | undefined>

export async function poolList(context: Context, _args: string[], { limit }: { limit?: string }): Done {
  const reply = await (await context.client()).pools.list()
  const pools = reply.pools.slice(0, limitOf(limit, 1_000))
  if (context.flags.json) context.json({ ...reply, pools })
  else if (pools.length === 0) context.note(say`No pools.`)
  else context.out(poolTable(context, pools))
  return undefined
}

function poolTable({ paint, width }: Context, pools: readonly Pool[]): string {
  const columns: Column<Pool>[] = [
    { title: label('NAME'), value: ({ name }) => oneLine(name), shrink: true, colour: (text) => paint('bold', text) },
    ...whose(pools),
    { title: label('ORIGIN'), value: ({ origin }) => label(origin) },
    { title: label('NODES'), value: ({ size }) => String(size), align: 'right' },
    { title: label('READY'), value: ({ ready }) => String(ready), align: 'right' },
    { title: label('SELECTOR'), value: ({ selector }) => oneLine(selector ?? ''), shrink: true, drop: 1 },
    { title: label('DESCRIPTION'), value: ({ description }) => oneLine(description), shrink: true, drop: 2 },
  ]
  return table(pools, columns, paint, width)
}

export async function poolShow(context: Context, [name]: string[]): Done {
  const client = await context.client()
  const pool = await client.pools.get(name!)
  const { rows } = await client.pools.members(name!, { limit: 1_000 })
  if (context.flags.json) {
    context.json({ ...pool, nodes: rows })
    return undefined
  }
  context.out(poolTable(context, [pool]))
  if (rows.length === 0) context.note(say`No node is in it.`)
  else context.out(`\n${nodeTable(context, rows)}`)
  return undefined
}

const fieldsOf = ({ description, selector, member: members, gpu }: Fields): PoolChanges => ({
  description,
  selector,
  members,
  ...(gpu !== undefined && { requires_gpu: gpu }),
})

export async function poolCreate(context: Context, [name]: string[], fields: Fields): Done {
  told(context, await (await context.client()).pools.create({ name: name!, ...given(fieldsOf(fields)) }), 'created')
  return undefined
}

export async function poolChange(context: Context, [name]: string[], fields: Fields): Done {
  told(context, await (await context.client()).pools.update(name!, fieldsOf(fields)), 'changed')
  return undefined
}

/** Without what is not given. */
function given<Fields extends object>(fields: Fields): { [Name in keyof Fields]: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never
}

function told(context: Context, pool: Pool, done: 'created' | 'changed'): void {
  if (context.flags.json) context.json(pool)
  else context.say(`${context.paint('green', '✔')} ${oneLine(pool.name)} ${label(done)}`)
}

export async function poolDelete(context: Context, [name]: string[], { yes }: { yes?: boolean }): Done {
  const client = await context.client()
  if (!yes) await confirm(context, say`Delete the pool ${name!}? Its nodes stay.`)
  await client.pools.remove(name!)
  if (context.flags.json) context.json({ deleted: [name] })
  else context.say(`${context.paint('green', '✔')} ${oneLine(name!)} ${label('deleted')}`)
  return undefined
}

import { label, say } from '@rota/core'
import type { Tenant } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { usage } from '../exit.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

interface Options {
  name?: string
  disable?: boolean
  enable?: boolean
  yes?: boolean
}

export async function tenantList(
  context: Context,
  _args: string[],
  { limit }: { limit?: string },
): Promise<number | undefined> {
  const { rows, ...page } = await (await context.client()).tenants.list({ limit: limitOf(limit, 1_000) })
  if (context.flags.json) {
    context.json({ ...page, tenants: rows })
    return
  }
  if (rows.length === 0) {
    context.note(say`No tenants. Everything belongs to all who may see it.`)
    return
  }
  const { paint, width } = context
  const columns: Column<Tenant>[] = [
    { title: label('ID'), value: ({ id }) => id, colour: (text) => paint('bold', text) },
    { title: label('NAME'), value: ({ name }) => oneLine(name), shrink: true },
    { title: label('STATUS'), value: ({ disabled }) => (disabled ? label('disabled') : '') },
  ]
  context.out(table(rows, columns, paint, width))
}

export async function tenantCreate(context: Context, [id]: string[], { name }: Options): Promise<number | undefined> {
  const made = await (await context.client()).tenants.create({ id: id!, name })
  if (context.flags.json) context.json(made)
  else {
    context.say(`${context.paint('green', '✔')} ${made.id}`)
    context.note(say`Its first administrator: rota user create NAME --role admin --tenant ${made.id}`)
  }
  return undefined
}

export async function tenantChange(context: Context, [id]: string[], options: Options): Promise<number | undefined> {
  const { name, disable, enable } = options
  if (disable && enable) throw usage(say`Give --disable or --enable, not both.`)
  if (name === undefined && !disable && !enable) throw usage(say`Say what to change: --name, --disable or --enable.`)
  const changed = await (await context.client()).tenants.update(id!, {
    name,
    ...((disable || enable) && { disabled: disable === true }),
  })
  if (context.flags.json) context.json(changed)
  else context.say(`${context.paint('green', '✔')} ${changed.id} ${label('changed')}`)
  return undefined
}

export async function tenantDelete(context: Context, [id]: string[], { yes }: Options): Promise<number | undefined> {
  const client = await context.client()
  if (!yes) await confirm(context, say`Delete the tenant ${id!}?`)
  await client.tenants.remove(id!)
  if (context.flags.json) context.json({ deleted: [id] })
  else context.say(`${context.paint('green', '✔')} ${id} ${label('deleted')}`)
  return undefined
}

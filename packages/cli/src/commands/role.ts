import { label, say } from '@rota/core'
import type { RoleInput, RoleView } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { usage } from '../exit.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

export async function roleList(
  context: Context,
  _args: string[],
  { limit }: { limit?: string },
): Promise<number | undefined> {
  const all = await (await context.client()).roles.list()
  const roles = all.slice(0, limitOf(limit, 1_000))
  if (context.flags.json) {
    context.json({ roles })
    return
  }
  const { paint, width } = context
  const columns: Column<RoleView>[] = [
    { title: label('NAME'), value: ({ name }) => name, colour: (text) => paint('bold', text) },
    { title: label('ALLOWS'), value: allowed, shrink: true },
    {
      title: label('BY'),
      value: ({ built_in, created_by }) => (built_in ? label('built in') : (created_by ?? '')),
      drop: 1,
    },
    { title: label('DESCRIPTION'), value: ({ description }) => oneLine(description), shrink: true, drop: 2 },
  ]
  context.out(table(roles, columns, paint, width))
}

/** `task: view execute; user: view` */
function allowed({ rights }: RoleView): string {
  return Object.entries(rights)
    .map(([kind, permissions]) => `${kind}: ${(permissions ?? []).join(' ')}`)
    .join('; ')
}

interface Options {
  allow?: string[]
  description?: string
  yes?: boolean
}

export async function roleCreate(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const { allow = [], description } = options
  if (allow.length === 0) throw usage(say`say what the role allows: --allow task:execute`)
  const made = await (await context.client()).roles.create({
    name: name!,
    description,
    rights: rightsOf(allow),
  })
  if (context.flags.json) context.json(made)
  else context.say(`${context.paint('green', '✔')} ${made.name}${label(': ')}${allowed(made)}`)
  return undefined
}

/** Which kinds and permissions there are, the server says. */
function rightsOf(allow: readonly string[]): RoleInput['rights'] {
  const rights: Record<string, string[]> = {}
  for (const each of allow) {
    const [, kind, permission] = /^([a-z_]+):([a-z]+)$/.exec(each) ?? []
    if (kind === undefined || permission === undefined) {
      throw usage(say`${JSON.stringify(each)} is no permission on a kind of thing: write task:execute.`)
    }
    rights[kind] = [...(rights[kind] ?? []), permission]
  }
  return rights as RoleInput['rights']
}

export async function roleDelete(context: Context, [name]: string[], { yes }: Options): Promise<number | undefined> {
  const client = await context.client()
  if (!yes) await confirm(context, say`Delete the role ${name!}?`)
  await client.roles.remove(name!)
  if (context.flags.json) context.json({ deleted: [name] })
  else context.say(`${context.paint('green', '✔')} ${name} ${label('deleted')}`)
  return undefined
}

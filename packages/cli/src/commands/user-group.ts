import { label, say } from '@rota/core'
import type { Client, UserGroup, UserGroupDetail } from '@rota/sdk'
import { confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { CliError } from '../exit.ts'
import { shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { whose } from '../output/whose.ts'
import { oneLine } from '../output/width.ts'
import { oneNamed } from '../session/one-named.ts'

interface Options {
  description?: string
  group?: boolean
  limit?: string
  yes?: boolean
}

export async function userGroupList(
  context: Context,
  _args: string[],
  { limit }: Options,
): Promise<number | undefined> {
  const { rows, ...page } = await (await context.client()).userGroups.list({ limit: limitOf(limit, 1_000) })
  const { paint, now, zone, width } = context
  const columns: Column<UserGroup>[] = [
    { title: label('NAME'), value: ({ name }) => oneLine(name), shrink: true, colour: (text) => paint('bold', text) },
    ...whose(rows),
    { title: label('MEMBERS'), value: ({ members }) => String(members), align: 'right' },
    { title: label('DESCRIPTION'), value: ({ description }) => oneLine(description), shrink: true, drop: 2 },
    { title: label('CREATED'), value: ({ created_at }) => shortInstant(created_at, now, zone), drop: 3 },
    { title: label('ID'), value: ({ id }) => id, drop: 1 },
  ]
  if (context.flags.json) context.json({ ...page, user_groups: rows })
  else if (rows.length === 0) context.note(say`No user groups.`)
  else context.out(table(rows, columns, paint, width))
  return undefined
}

export async function userGroupCreate(
  context: Context,
  [name]: string[],
  { description }: Options,
): Promise<number | undefined> {
  const made = await (await context.client()).userGroups.create({ name: name!, description })
  if (context.flags.json) context.json(made)
  else context.say(`${context.paint('green', '✔')} ${oneLine(made.name)} ${label('created')}`)
  return undefined
}

export async function userGroupShow(context: Context, [name]: string[]): Promise<number | undefined> {
  const client = await context.client()
  show(context, await client.userGroups.get((await findGroup(client, name!)).id))
  return undefined
}

function show(context: Context, { name, description, member_list, ...rest }: UserGroupDetail): void {
  if (context.flags.json) {
    context.json({ ...rest, name, description, member_list })
    return
  }
  context.out(context.paint('bold', oneLine(name)))
  if (description !== '') context.out(`  ${oneLine(description)}`)
  for (const member of member_list) {
    context.out(`  ${oneLine(member.name)}${member.kind === 'group' ? ` (${label('user group')})` : ''}`)
  }
}

export async function userGroupAdd(
  context: Context,
  [name, ...members]: string[],
  { group }: Options,
): Promise<number | undefined> {
  const client = await context.client()
  const { id } = await findGroup(client, name!)
  for (const member of members) await client.userGroups.addMember(id, { kind: group ? 'group' : 'user', id: member })
  show(context, await client.userGroups.get(id))
  return undefined
}

export async function userGroupRemove(
  context: Context,
  [name, ...members]: string[],
  { group }: Options,
): Promise<number | undefined> {
  const client = await context.client()
  const { id } = await findGroup(client, name!)
  const { member_list } = await client.userGroups.get(id)
  const kind = group ? 'group' : 'user'
  for (const member of members) {
    const found = member_list.find((each) => each.kind === kind && (each.id === member || each.name === member))
    if (found === undefined) throw new CliError('notFound', say`${member} is no member of ${name!}.`)
    await client.userGroups.removeMember(id, { kind, id: found.id })
  }
  show(context, await client.userGroups.get(id))
  return undefined
}

export async function userGroupDelete(
  context: Context,
  [name]: string[],
  { yes }: Options,
): Promise<number | undefined> {
  const client = await context.client()
  const found = await findGroup(client, name!)
  if (!yes) await confirm(context, say`Delete the user group ${found.name} and what is granted to it?`)
  await client.userGroups.remove(found.id)
  if (context.flags.json) context.json({ deleted: [found.id] })
  else context.say(`${context.paint('green', '✔')} ${oneLine(found.name)} ${label('deleted')}`)
  return undefined
}

async function findGroup(client: Client, wanted: string): Promise<UserGroup> {
  const { rows } = await client.userGroups.list({ limit: 1_000 })
  const found =
    rows.find(({ id }) => id === wanted) ?? oneNamed(rows, wanted.toLowerCase(), ({ name }) => name.toLowerCase())
  if (found === undefined) throw new CliError('notFound', say`There is no user group ${wanted}.`)
  return found
}

import { randomBytes } from 'node:crypto'
import { label, say } from '@rota/core'
import type { AccountRole, Client, User, UserChanges } from '@rota/sdk'
import { askSecret, askTwice, confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { briefInstant, shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { whose } from '../output/whose.ts'
import { oneLine } from '../output/width.ts'
import { passwordClient } from '../session/connect.ts'
import { fullName, oneNamed } from '../session/one-named.ts'

interface Options {
  role?: AccountRole
  displayName?: string
  passwordStdin?: boolean
  disable?: boolean
  enable?: boolean
  yes?: boolean
}

export async function userList(
  context: Context,
  _args: string[],
  { limit }: { limit?: string },
): Promise<number | undefined> {
  const client = await context.client()
  const { rows, ...page } = await client.users.list({ limit: limitOf(limit, 1_000) })
  if (context.flags.json) {
    context.json({ ...page, users: rows })
    return
  }
  const { paint, now, zone } = context
  const columns: Column<User>[] = [
    { title: label('NAME'), value: ({ username }) => username, shrink: true, colour: (text) => paint('bold', text) },
    ...whose(rows),
    { title: label('DISPLAY NAME'), value: ({ display_name }) => oneLine(display_name), shrink: true },
    { title: label('ROLE'), value: ({ role }) => label(role) },
    {
      title: label('STATUS'),
      value: ({ disabled, must_change_password: first }) =>
        disabled ? label('disabled') : first ? label('one-time password') : '',
    },
    {
      title: label('LAST LOGIN'),
      value: ({ last_login_at }) => shortInstant(last_login_at, now, zone) || label('never'),
      brief: ({ last_login_at }) => briefInstant(last_login_at, now) || label('never'),
    },
    { title: label('ID'), value: ({ id }) => id, drop: 1 },
  ]
  context.out(table(rows, columns, paint, context.width))
}

export async function userCreate(
  context: Context,
  [username]: string[],
  options: Options,
): Promise<number | undefined> {
  const client = await context.client()
  const given = options.passwordStdin ? await passwordFromStdin(context) : null
  const password = given ?? randomBytes(15).toString('base64url')
  const user = await client.users.create({
    username: username!,
    password,
    must_change_password: given === null,
    ...(options.role ? { role: options.role } : {}),
    ...(options.displayName === undefined ? {} : { display_name: options.displayName }),
  })
  if (context.flags.json) context.json(given === null ? { ...user, one_time_password: password } : user)
  else {
    context.say(`${context.paint('green', '✔')} ${say`${user.username} added as ${label(user.role)}`}`)
    if (given === null) context.out(say`One-time password: ${password}`)
  }
  return undefined
}

export async function userSet(context: Context, [username]: string[], options: Options): Promise<number | undefined> {
  if (options.disable && options.enable) throw usage(say`--disable and --enable cannot go together.`)
  const changes: UserChanges = {
    ...(options.role ? { role: options.role } : {}),
    ...(options.displayName === undefined ? {} : { display_name: options.displayName }),
    ...(options.disable ? { disabled: true } : {}),
    ...(options.enable ? { disabled: false } : {}),
    ...(options.passwordStdin ? { password: await passwordFromStdin(context) } : {}),
  }
  if (Object.keys(changes).length === 0) throw usage(say`Say what to change: --role, --display-name, --disable, …`)
  const client = await context.client()
  const user = await client.users.update((await findUser(client, username!)).id, changes)
  if (context.flags.json) context.json(user)
  else
    context.say(
      `${context.paint('green', '✔')} ${user.username}${label(': ')}${label(user.role)}${user.disabled ? `${label(', ')}${label('disabled')}` : ''}`,
    )
  return undefined
}

export async function userDelete(context: Context, names: string[], { yes }: Options): Promise<number | undefined> {
  const client = await context.client()
  const users: User[] = []
  for (const name of names) users.push(await findUser(client, name))
  if (!yes) await confirm(context, say`Delete ${users.map(({ username }) => username).join(', ')}?`)
  for (const user of users) {
    await client.users.remove(user.id)
    if (!context.flags.json) context.say(`${context.paint('green', '✔')} ${user.username} ${label('deleted')}`)
  }
  if (context.flags.json) context.json({ deleted: users.map(({ id }) => id) })
  return undefined
}

export async function userPassword(context: Context): Promise<number | undefined> {
  const { url, auth } = await context.client()
  const { user } = await auth.me()
  const username = fullName(user, user.username)
  const old = await askSecret(context, say`Old password of ${username}`)
  await passwordClient(context, url, username, old).auth.changePassword(old, await askTwice(context, say`New password`))
  context.say(`${context.paint('green', '✔')} ${say`Password changed.`}`)
  return undefined
}

async function passwordFromStdin(context: Context): Promise<string> {
  const password = (await context.readStdin()).replace(/\r?\n$/, '')
  if (password === '') throw usage(say`There is no password on stdin.`)
  return password
}

async function findUser(client: Client, name: string): Promise<User> {
  const { rows } = await client.users.list({ limit: 1_000 })
  const user = oneNamed(rows, name, ({ username }) => username)
  if (!user) throw new CliError('notFound', say`There is no user ${JSON.stringify(name)}.`)
  return user
}

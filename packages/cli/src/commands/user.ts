import { randomBytes } from 'node:crypto'
import { label, say } from '@rota/core'
import type { AccountRole, Client, Invitation, User, UserChanges } from '@rota/sdk'
import { askSecret, askTwice, confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { briefInstant, shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { whose } from '../output/whose.ts'
import { oneLine } from '../output/width.ts'
import { fullName, oneNamed } from '../session/one-named.ts'
import { signedIn } from '../session/signed-in.ts'

interface Options {
  role?: AccountRole
  displayName?: string
  passwordStdin?: boolean
  disable?: boolean
  enable?: boolean
  invite?: boolean
  removeSecondFactor?: boolean
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
      value: stateOf,
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
  if (options.invite) return invited(context, username!, options)
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

/** An account without a password, and the link by which it gets one. */
async function invited(context: Context, username: string, options: Options): Promise<undefined> {
  if (options.passwordStdin) throw usage(say`--invite and --password-stdin cannot go together.`)
  const client = await context.client()
  const { invitation, ...user } = await client.users.create({
    username,
    invite: true,
    ...(options.role ? { role: options.role } : {}),
    ...(options.displayName === undefined ? {} : { display_name: options.displayName }),
  })
  if (!context.flags.json) {
    context.say(`${context.paint('green', '✔')} ${say`${user.username} added as ${label(user.role)}`}`)
  }
  return showLink(context, client.url, invitation!)
}

export async function userInvite(context: Context, [username]: string[]): Promise<number | undefined> {
  const client = await context.client()
  return showLink(context, client.url, await client.users.invite((await findUser(client, username!)).id))
}

/** The token stands behind the #, which no browser sends and no log sees. */
function showLink(context: Context, url: string, { token, expires_at }: Invitation): undefined {
  const link = `${url}/invite#${token}`
  const { now, zone } = context
  if (context.flags.json) context.json({ link, expires_at })
  else context.out(say`Link to choose the password, until ${shortInstant(expires_at, now, zone)}: ${link}`)
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
  const { removeSecondFactor = false } = options
  if (Object.keys(changes).length === 0 && !removeSecondFactor)
    throw usage(say`Say what to change: --role, --display-name, --disable, …`)
  const client = await context.client()
  const { id } = await findUser(client, username!)
  if (removeSecondFactor) await client.users.removeSecondFactor(id)
  const user = await client.users.update(id, changes)
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
  const { client } = await signedIn(context, { url, username, password: old })
  await client.auth.changePassword(old, await askTwice(context, say`New password`))
  context.say(`${context.paint('green', '✔')} ${say`Password changed.`}`)
  return undefined
}

function stateOf({ disabled, must_change_password: isFirst, source, has_password: hasPassword }: User): string {
  if (disabled) return label('disabled')
  if (source === null && !hasPassword) return label('invited')
  return isFirst ? label('one-time password') : ''
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

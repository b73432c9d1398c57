import { label, say } from '@rota/core'
import { ApiError, type Client, type Secret, type SecretSet } from '@rota/sdk'
import { askTwice, confirm } from '../confirm.ts'
import type { Context } from '../context.ts'
import { limitOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { shortInstant } from '../output/instant.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

interface Options {
  description?: string
  exact?: boolean
  force?: boolean
  limit?: string
  yes?: boolean
}

export async function secretList(context: Context, _args: string[], { limit }: Options): Promise<number | undefined> {
  const { rows, ...page } = await (await context.client()).secrets.list({ limit: limitOf(limit, 1_000) })
  const { paint, now, zone, width } = context
  const columns: Column<Secret>[] = [
    { title: label('NAME'), value: ({ name }) => name, shrink: true, colour: (text) => paint('bold', text) },
    { title: label('VERSION'), value: ({ version }) => String(version), align: 'right' },
    { title: label('USED BY'), value: ({ used_by }) => String(used_by), align: 'right' },
    { title: label('SET'), value: ({ updated_at }) => shortInstant(updated_at, now, zone), drop: 2 },
    { title: label('BY'), value: ({ updated_by }) => oneLine(updated_by ?? ''), drop: 3 },
    { title: label('DESCRIPTION'), value: ({ description }) => oneLine(description), shrink: true, drop: 1 },
  ]
  if (context.flags.json) context.json({ ...page, secrets: rows })
  else if (rows.length === 0) context.note(say`No secrets.`)
  else context.out(table(rows, columns, paint, width))
  return undefined
}

/** Makes it, or gives it a new value when it is there. */
export async function secretSet(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const value = await givenValue(context, name!, options)
  const { description } = options
  const client = await context.client()
  const isThere = await known(client, name!)
  const set = isThere
    ? await client.secrets.update(name!, { value, description })
    : await client.secrets.create({ name: name!, value, description })
  told(context, set, isThere ? label('changed') : label('created'))
  return undefined
}

export async function secretRotate(context: Context, [name]: string[], options: Options): Promise<number | undefined> {
  const value = await givenValue(context, name!, options)
  told(context, await (await context.client()).secrets.rotate(name!, value), label('changed'))
  return undefined
}

export async function secretDelete(
  context: Context,
  [name]: string[],
  { yes, force = false }: Options,
): Promise<number | undefined> {
  const client = await context.client()
  if (!yes) await confirm(context, say`Delete the secret ${name!}? Its value cannot be had again.`)
  await client.secrets.remove(name!, { force })
  if (context.flags.json) context.json({ deleted: [name] })
  else context.say(`${context.paint('green', '✔')} ${name} ${label('deleted')}`)
  return undefined
}

/** A request brings some of them under the present key; asks until none is left. */
export async function secretRewrap(context: Context): Promise<number | undefined> {
  const client = await context.client()
  let rewrapped = 0
  for (;;) {
    const done = await client.secrets.rewrap()
    rewrapped += done.rewrapped
    if (done.left > 0 && done.rewrapped > 0) continue
    if (context.flags.json) context.json({ ...done, rewrapped })
    else context.say(`${context.paint('green', '✔')} ${say`${rewrapped} values are under the present key now.`}`)
    if (done.unreadable + done.left === 0) return undefined
    throw new CliError(
      'error',
      say`${done.unreadable + done.left} values cannot be read with the keys given: set those secrets again, or give the key.`,
    )
  }
}

async function known(client: Client, name: string): Promise<boolean> {
  try {
    await client.secrets.get(name)
    return true
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return false
    throw error
  }
}

/** From stdin, else asked for: on the command line everybody on the machine could read it. */
async function givenValue(context: Context, name: string, { exact = false }: Options): Promise<string> {
  if (context.inIsTty) return askTwice(context, say`Value of ${name}`)
  const text = await context.readStdin()
  // What is no UTF-8 has become this by now.
  if (text.includes('\ufffd'))
    throw usage(say`The value on stdin is no text in UTF-8; write bytes in base64 (base64 FILE | rota secret set …).`)
  const value = exact ? text : text.replace(/\r?\n$/, '')
  if (value === '') throw usage(say`There is no value on stdin.`)
  return value
}

function told(context: Context, set: SecretSet, done: string): void {
  if (context.flags.json) {
    context.json(set)
    return
  }
  context.say(`${context.paint('green', '✔')} ${set.name} ${done} (${label('version')} ${set.version})`)
  for (const warning of set.warnings) context.note(context.paint('yellow', warning))
}

import { label, say } from '@rota/core'
import {
  ApiError,
  type Client,
  type NewToken,
  type Permission,
  type Role,
  type Token,
  type TokenInput,
} from '@rota/sdk'
import { askSecret } from '../confirm.ts'
import type { Context } from '../context.ts'
import { integerOf, limitOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { briefInstant, shortInstant } from '../output/instant.ts'
import { PLAIN, state } from '../output/paint.ts'
import { type Column, table } from '../output/table.ts'
import { oneLine } from '../output/width.ts'

export async function tokenList(
  context: Context,
  _args: string[],
  { all, limit }: { all?: boolean; limit?: string },
): Promise<number | undefined> {
  const client = await context.client()
  const { rows, ...page } = await client.tokens.list({ all, limit: limitOf(limit, 1_000) })
  if (context.flags.json) context.json({ ...page, tokens: rows })
  else if (rows.length === 0) context.note(say`No tokens.`)
  else context.out(tokenTable(context, rows))
  return undefined
}

function tokenTable({ paint, now, zone, width }: Context, tokens: readonly Token[]): string {
  const at = (iso: string | null) => shortInstant(iso, now, zone)
  const columns: Column<Token>[] = [
    { title: label('NAME'), value: ({ name }) => oneLine(name), shrink: true },
    { title: label('OWNER'), value: ({ owner }) => oneLine(owner), drop: 2 },
    {
      title: label('STATUS'),
      value: (token) => state(PLAIN, standing(token, now)),
      colour: (_, token) => state(paint, standing(token, now)),
    },
    { title: label('MAY'), value: ({ scopes }) => scopes.join(' '), drop: 3 },
    {
      title: label('LAST USED'),
      value: ({ last_used_at }) => at(last_used_at) || label('never'),
      brief: ({ last_used_at }) => briefInstant(last_used_at, now) || label('never'),
    },
    {
      title: label('EXPIRES'),
      value: ({ expires_at }) => at(expires_at) || label('no end'),
      brief: ({ expires_at }) => briefInstant(expires_at, now) || label('no end'),
    },
    { title: label('ID'), value: ({ id }) => id, drop: 1 },
  ]
  return table(tokens, columns, paint, width)
}

function standing({ revoked_at, expires_at }: Token, now: number): string {
  if (revoked_at !== null) return 'revoked'
  return expires_at !== null && Date.parse(expires_at) <= now ? 'expired' : 'active'
}

export async function tokenCreate(
  context: Context,
  [name]: string[],
  options: { role?: Role; scope?: Permission[]; days?: string; address?: string[]; passwordStdin?: boolean },
): Promise<number | undefined> {
  if (options.role && options.scope) throw usage(say`Give a --role or --scope, not both.`)
  const client = await context.client()
  const input: TokenInput = {
    name: name!,
    ...(options.role ? { role: options.role } : {}),
    ...(options.scope ? { scopes: options.scope } : {}),
    ...(options.address ? { addresses: options.address } : {}),
    ...(options.days === undefined ? {} : { expires_in_days: integerOf('--days', options.days, 1) }),
  }
  const typed = await typedPassword(context, options.passwordStdin)
  const make = (password?: string) => client.tokens.create(password === undefined ? input : { ...input, password })
  const token = await withPassword(context, typed, make)
  if (context.flags.json) context.json(token)
  else {
    context.out(token.token)
    context.note(context.paint('gray', say`Shown this once. It may: ${token.scopes.join(', ')}.`))
    if (token.made_by !== null) {
      context.note(
        context.paint('gray', say`It ends with the login or token that made it; --password-stdin lets it stand alone.`),
      )
    }
  }
  return undefined
}

async function typedPassword(context: Context, isOnStdin: boolean | undefined): Promise<string | undefined> {
  return isOnStdin ? (await context.readStdin()).split(/\r?\n/, 1)[0] : undefined
}

/** Asks for the password where the sign-in is not recent enough. */
async function withPassword(
  context: Context,
  given: string | undefined,
  make: (password?: string) => Promise<NewToken>,
): Promise<NewToken> {
  try {
    return await make(given)
  } catch (error) {
    const isAsked = ApiError.is(error) && error.errors.some(({ path }) => path === 'password')
    if (!isAsked || given !== undefined || !context.inIsTty) throw error
    return make(await askSecret(context, say`Password, again`))
  }
}

export async function tokenRotate(
  context: Context,
  [wanted]: string[],
  { overlap, passwordStdin }: { overlap?: string; passwordStdin?: boolean },
): Promise<number | undefined> {
  const client = await context.client()
  const { id } = await findToken(client, wanted!)
  const overlap_seconds = overlap === undefined ? undefined : integerOf('--overlap', overlap, 0)
  const make = (password?: string) => client.tokens.rotate(id, { overlap_seconds, password })
  const token = await withPassword(context, await typedPassword(context, passwordStdin), make)
  if (context.flags.json) context.json(token)
  else {
    context.out(token.token)
    context.note(
      context.paint('gray', say`Shown this once. The old one is taken for ${overlap_seconds ?? 3_600} s yet.`),
    )
  }
  return undefined
}

export async function tokenRevoke(context: Context, wanted: string[]): Promise<number | undefined> {
  const client = await context.client()
  const revoked: string[] = []
  for (const each of wanted) {
    const token = await findToken(client, each)
    await client.tokens.revoke(token.id)
    revoked.push(token.id)
    if (!context.flags.json) context.say(`${context.paint('green', '✔')} ${oneLine(token.name)} ${label('revoked')}`)
  }
  if (context.flags.json) context.json({ revoked })
  return undefined
}

async function findToken(client: Client, wanted: string): Promise<Token> {
  const { rows } = await client.tokens.list({ limit: 1_000 })
  const alive = rows.filter(({ revoked_at }) => revoked_at === null)
  const found = alive.filter(({ id, name }) => id === wanted || name === wanted)
  if (found.length === 1) return found[0]!
  if (found.length === 0) throw new CliError('notFound', say`There is no token ${JSON.stringify(wanted)} in force.`)
  throw usage(
    say`${JSON.stringify(wanted)} is the name of several tokens: give an id.`,
    found.map(({ id }) => id),
  )
}

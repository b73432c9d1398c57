import { hostname, userInfo } from 'node:os'
import { createClient } from '@rota/sdk'
import { askSecret } from '../confirm.ts'
import type { Context } from '../context.ts'
import { integerOf } from '../document/pairs.ts'
import { CliError, usage } from '../exit.ts'
import { checkUrl, clientOf, DEFAULT_URL } from '../session/connect.ts'
import { credentialsFile, type Login, readCredentials, writeCredentials } from '../session/credentials.ts'
import { VERSION } from '../version.ts'

interface Options {
  user?: string
  passwordStdin?: boolean
  tokenStdin?: boolean
  days?: string
}

const USUAL_DAYS = '90'

export async function login(context: Context, [address]: string[], options: Options): Promise<number | undefined> {
  const url = checkUrl(address ?? context.flags.url ?? (context.env.ROTA_URL || DEFAULT_URL))
  warnAboutPlainHttp(context, url)
  const made = options.tokenStdin ? await byToken(context, url) : await byPassword(context, url, options)
  const { servers } = await readCredentials(context.env)
  await writeCredentials(context.env, { current: url, servers: { ...servers, [url]: made } })
  if (context.flags.json) context.json({ url, username: made.username, file: credentialsFile(context.env) })
  else context.say(`${context.paint('green', '✔')} Logged in to ${url} as ${made.username}.`)
  return undefined
}

function warnAboutPlainHttp(context: Context, url: string): void {
  const { protocol, hostname: host } = new URL(url)
  const isLocal = host === 'localhost' || host === '[::1]' || host.startsWith('127.')
  if (protocol === 'http:' && !isLocal)
    context.note(`rota: ${url} is not encrypted; others on the way can read the token.`)
}

async function byToken(context: Context, url: string): Promise<Login> {
  const token = (await context.readStdin()).trim()
  if (token === '') throw usage('There is no token on stdin.')
  const identity = await clientOf(context, { url, token }).auth.me()
  return { token, token_id: null, username: identity.user.username }
}

async function byPassword(context: Context, url: string, options: Options): Promise<Login> {
  const username = options.user ?? 'admin'
  const days = integerOf('--days', options.days ?? USUAL_DAYS, 1)
  const password = options.passwordStdin
    ? (await context.readStdin()).replace(/\r?\n$/, '')
    : await askSecret(context, `Password of ${username} at ${url}`)
  const client = createClient({
    url,
    username,
    password,
    fetch: context.fetch,
    signal: context.signal,
    clock: context.clock,
    headers: { 'user-agent': `rota-cli/${VERSION}` },
  })
  const { user } = await client.auth.me()
  if (user.must_change_password) await chooseNewPassword(context, client, password)
  const name = `rota login of ${userInfo().username} on ${hostname()}`.slice(0, 100)
  const token = await client.tokens.create({ name, expires_in_days: days })
  await client.auth.logout().catch(() => {})
  return { token: token.token, token_id: token.id, username: user.username }
}

/** A one-time password is good for one thing: choosing another. */
async function chooseNewPassword(
  context: Context,
  client: ReturnType<typeof createClient>,
  password: string,
): Promise<void> {
  if (!context.inIsTty) {
    context.note('rota: this is a one-time password; change it with `rota user password`.')
    return
  }
  const chosen = await askSecret(context, 'This password was for once. New password')
  if (chosen === '') {
    context.note('rota: kept; change it later with `rota user password`.')
    return
  }
  if ((await askSecret(context, 'Once more')) !== chosen) throw new CliError('usage', 'The two are not the same.')
  await client.auth.changePassword(password, chosen)
}

import { hostname, userInfo } from 'node:os'
import { say } from '@rota/core'
import { askSecret, askTwice } from '../confirm.ts'
import type { Context } from '../context.ts'
import { integerOf } from '../document/pairs.ts'
import { usage } from '../exit.ts'
import { checkUrl, clientOf, DEFAULT_URL } from '../session/connect.ts'
import { credentialsFile, type Login, readCredentials, writeCredentials } from '../session/credentials.ts'
import { signedIn } from '../session/signed-in.ts'

interface Options {
  user?: string
  passwordStdin?: boolean
  tokenStdin?: boolean
  code?: string
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
  else context.say(`${context.paint('green', '✔')} ${say`Logged in to ${url} as ${made.username}.`}`)
  return undefined
}

function warnAboutPlainHttp(context: Context, url: string): void {
  const { protocol, hostname: host } = new URL(url)
  const isLocal = host === 'localhost' || host === '[::1]' || host.startsWith('127.')
  if (protocol === 'http:' && !isLocal)
    context.note(`rota: ${say`${url} is not encrypted; others on the way can read the token.`}`)
}

async function byToken(context: Context, url: string): Promise<Login> {
  const token = (await context.readStdin()).trim()
  if (token === '') throw usage(say`There is no token on stdin.`)
  const identity = await clientOf(context, { url, token }).auth.me()
  return { token, token_id: null, username: identity.user.username }
}

async function byPassword(context: Context, url: string, options: Options): Promise<Login> {
  const username = options.user ?? 'admin'
  const days = integerOf('--days', options.days ?? USUAL_DAYS, 1)
  const [typed, chosen] = options.passwordStdin ? (await context.readStdin()).split(/\r?\n/) : []
  const password = typed ?? (await askSecret(context, say`Password of ${username} at ${url}`))
  const { client, identity } = await signedIn(context, { url, username, password, code: options.code })
  const { user } = identity
  if (user.must_change_password) {
    await client.auth.changePassword(password, chosen || (await askNewPassword(context)))
  }
  const name = `rota login of ${userInfo().username} on ${hostname()}`.slice(0, 100)
  const token = await client.tokens.create({ name, expires_in_days: days })
  await client.auth.logout().catch(() => {})
  return { token: token.token, token_id: token.id, username: user.username }
}

/** A one-time password is good for one thing: choosing another. */
async function askNewPassword(context: Context): Promise<string> {
  if (!context.inIsTty) {
    throw usage(say`This password was for the first login only: choose another.`, [
      say`With --password-stdin it stands on the second line.`,
    ])
  }
  context.note(say`This password was for the first login only.`)
  return askTwice(context, say`New password`)
}

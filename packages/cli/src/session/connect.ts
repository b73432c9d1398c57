import { join, resolve } from 'node:path'
import { label, say, withoutTrailing } from '@rota/core'
import { type Client, createClient, type PasswordCredentials } from '@rota/sdk'
import type { Context } from '../context.ts'
import { CliError, usage } from '../exit.ts'
import { VERSION } from '../version.ts'
import { type Login, readCredentials } from './credentials.ts'
import { LOCAL_TOKEN_FILE, readLocalToken } from './local-token.ts'

export const DEFAULT_URL = 'http://127.0.0.1:7070'

/** Which server is meant and how to prove who asks. */
export interface Server {
  url: string
  token: string | null
  /** Where both came from, for `rota status`. */
  source: string
}

/**
 * Finds the server, first match wins: `--url`/`ROTA_URL` (with `ROTA_TOKEN`, else the login for that address, else the
 * data directory's token for it); `ROTA_TOKEN` at the default address; `--data`/`ROTA_DATA_DIR`; the last login;
 * `./data`; the default address. Throws CliError `unreachable` when `--data` names a directory without a server.
 */
export async function findServer(context: Context): Promise<Server> {
  const { env, flags } = context
  const envToken = env.ROTA_TOKEN || null
  const named = flags.url ?? (env.ROTA_URL || undefined)
  const namedData = flags.data ?? (env.ROTA_DATA_DIR || undefined)
  const dataDir = resolve(context.cwd, namedData ?? 'data')
  if (named !== undefined) return namedServer(context, checkUrl(named), envToken, dataDir)
  if (envToken !== null) return { url: DEFAULT_URL, token: envToken, source: 'ROTA_TOKEN' }
  if (namedData !== undefined) {
    const local = await readLocalToken(dataDir)
    if (local) return { ...local, source: join(namedData, LOCAL_TOKEN_FILE) }
    if (flags.data !== undefined) throw noServerOn(dataDir)
  }
  const { current, servers } = await readCredentials(env)
  const login = current === null ? undefined : servers[current]
  if (current !== null && login) return { url: current, token: login.token, source: loginSource(login) }
  const local = namedData === undefined ? await readLocalToken(dataDir) : null
  if (local) return { ...local, source: './data/cli-token' }
  return { url: DEFAULT_URL, token: null, source: 'no login' }
}

function noServerOn(dataDir: string): CliError {
  return new CliError('unreachable', say`No server is running on ${dataDir}, or you may not read its files.`, [
    say`Start one with \`rota server --data ${dataDir}\`, or name another by --url.`,
  ])
}

async function namedServer(context: Context, url: string, envToken: string | null, dataDir: string): Promise<Server> {
  if (envToken !== null) return { url, token: envToken, source: 'ROTA_TOKEN' }
  const login = (await readCredentials(context.env)).servers[url]
  if (login) return { url, token: login.token, source: loginSource(login) }
  const local = await readLocalToken(dataDir)
  if (local && checkUrl(local.url) === url) return { url, token: local.token, source: label('data directory') }
  return { url, token: null, source: 'no login' }
}

function loginSource({ username }: Login): string {
  return say`login of ${username}`
}

/** The address in one spelling. Throws CliError when it is none; `host:port` alone is taken as http. */
export function checkUrl(text: string): string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `http://${text}`)
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw usage(say`${text} is not the address of a server; it should look like ${DEFAULT_URL}.`)
  }
  if (url.username || url.password) throw usage(say`Leave name and password out of the address; use \`rota login\`.`)
  return withoutTrailing(url.origin + url.pathname, '/')
}

export async function connect(context: Context): Promise<Client> {
  return clientOf(context, await findServer(context))
}

export function clientOf(context: Context, { url, token }: { url: string; token: string | null }): Client {
  return createClient({ ...surroundings(context), url, token: token ?? undefined })
}

/** A client with a session of its own, for what a token cannot do. */
export function passwordClient(context: Context, url: string, login: PasswordCredentials): Client {
  return createClient({ ...surroundings(context), url, ...login })
}

function surroundings({ fetch, signal, clock, lang, flags, env }: Context) {
  const tenant = flags.tenant ?? (env.ROTA_TENANT || undefined)
  return { fetch, signal, clock, language: lang, tenant, headers: { 'user-agent': `rota-cli/${VERSION}` } }
}

import { type Clock, type Json, systemClock } from '@rota/core'
import { AuthApi } from './access.ts'
import { ExecutionsApi } from './executions.ts'
import { createGroups, type Groups } from './groups.ts'
import { type Credentials, Session } from './session.ts'
import { createTransport, type Transport } from './transport.ts'
import type { LoginReply, ServerStatus } from './types.ts'

export interface ClientOptions {
  /** Where the server is, e.g. `http://127.0.0.1:7070`. */
  url: string
  /** An API or access token. */
  token?: string | undefined
  /** Instead of a token: logs in with the first call and again whenever the session ends. */
  username?: string | undefined
  password?: string | undefined
  /** Where the account has a second factor: its code, or one of its recovery codes. Good for one login. */
  totp?: string | undefined
  recovery_code?: string | undefined
  /** From an earlier login; rotates, see `onLogin`. */
  refreshToken?: string | undefined
  /** Told after every login and refresh. */
  onLogin?: ((reply: LoginReply) => void) | undefined
  fetch?: typeof fetch | undefined
  /** Ends every call of this client. */
  signal?: AbortSignal | undefined
  /** Of those who belong to no tenant: the one that is looked at, and that what is made belongs to. Default: all, none. */
  tenant?: string | undefined
  /** Sent with every request. */
  headers?: Record<string, string> | undefined
  /** In which language the server says what is wrong and why: `en`, `zh`. */
  language?: string | undefined
  clock?: Clock | undefined
}

/** A running Rota server, one group of methods per subject. */
export interface Client extends Groups {
  readonly url: string
  readonly executions: ExecutionsApi
  readonly auth: AuthApi
  /** Effective configuration without secrets; for those who may manage. */
  config(): Promise<Record<string, Json>>
  /** Scheduler state, instances and counts. */
  status(): Promise<ServerStatus>
  health(): Promise<Record<string, Json>>
  /** For what has no method here. */
  readonly http: Transport
}

/** Asks for `language` with every request, those of the session included. */
function speaking({ fetch: send = fetch }: ClientOptions, language: string): typeof fetch {
  return (input, init = {}) => {
    const headers = { 'accept-language': language, ...(init.headers as Record<string, string> | undefined) }
    return send(input, { ...init, headers })
  }
}

/** A typed client of one server. Nothing is sent before the first call. */
export function createClient(options: ClientOptions): Client {
  const send = options.language === undefined ? (options.fetch ?? fetch) : speaking(options, options.language)
  const session = new Session({
    credentials: credentialsOf(options),
    fetch: send,
    onLogin: options.onLogin,
    signal: options.signal,
  })
  const http = createTransport({
    url: options.url,
    session,
    fetch: send,
    signal: options.signal,
    headers: { ...(options.tenant !== undefined && { 'rota-tenant': options.tenant }), ...options.headers },
  })
  return {
    ...createGroups(http),
    url: http.url,
    executions: new ExecutionsApi(http, options.clock ?? systemClock),
    auth: new AuthApi(http, session),
    config: () => http.json('GET', '/api/scheduler/config'),
    status: () => http.json('GET', '/status'),
    health: () => http.json('GET', '/health'),
    http,
  }
}

function credentialsOf(options: ClientOptions): Credentials {
  const { token, username, password, totp, recovery_code, refreshToken } = options
  if (username !== undefined && password !== undefined) {
    return {
      username,
      password,
      ...(totp !== undefined && { totp }),
      ...(recovery_code !== undefined && { recovery_code }),
    }
  }
  if (refreshToken !== undefined) return { refreshToken, token }
  return token === undefined ? {} : { token }
}

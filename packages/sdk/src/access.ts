import { readPage } from './pages.ts'
import type { Session } from './session.ts'
import type { Transport } from './transport.ts'
import type {
  Identity,
  Invitation,
  ListPage,
  LoginReply,
  NewToken,
  NewUser,
  PageQuery,
  Token,
  TokenInput,
  User,
  UserChanges,
  UserInput,
} from './types.ts'

/** Login and who one is. */
export class AuthApi {
  readonly #http: Transport
  readonly #session: Session

  constructor(transport: Transport, session: Session) {
    this.#http = transport
    this.#session = session
  }

  /** Later calls of this client use the new session. */
  async login(username: string, password: string): Promise<LoginReply> {
    const body = { username, password }
    const reply = await this.#http.json<LoginReply>('POST', '/api/auth/login', { body })
    this.#session.adopt(reply)
    return reply
  }

  /** Ends this session, or with `everywhere` all sessions of the user. */
  logout(options: { everywhere?: boolean } = {}): Promise<void> {
    return this.#http.json('POST', '/api/auth/logout', { body: options })
  }

  /** Ends all sessions of the user; this client goes on with a new one. An API token cannot do it. */
  async changePassword(current: string, chosen: string): Promise<void> {
    const body = { current_password: current, new_password: chosen }
    this.#session.adopt(await this.#http.json<LoginReply>('POST', '/api/auth/password', { body }))
  }

  me(): Promise<Identity> {
    return this.#http.json('GET', '/api/auth/me')
  }
}

/** API tokens for programs. */
export class TokensApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  /** The caller's own; with `all` everybody's, for those who may manage. */
  list(query: PageQuery & { all?: boolean | undefined } = {}): Promise<ListPage<Token>> {
    return readPage(this.#http, '/api/scheduler/tokens', 'tokens', query)
  }

  /** The reply's `token` is shown this once and never again. */
  create(input: TokenInput): Promise<NewToken> {
    return this.#http.json('POST', '/api/scheduler/tokens', { body: input })
  }

  /** Another in its place, which the reply's `token` shows this once; the old one is taken for some time yet. */
  rotate(
    id: string,
    body: { overlap_seconds?: number | undefined; password?: string | undefined } = {},
  ): Promise<NewToken> {
    return this.#http.json('POST', `/api/scheduler/tokens/${encodeURIComponent(id)}/rotate`, { body })
  }

  revoke(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/tokens/${encodeURIComponent(id)}`)
  }
}

export class UsersApi {
  readonly #http: Transport

  constructor(transport: Transport) {
    this.#http = transport
  }

  list(query: PageQuery = {}): Promise<ListPage<User>> {
    return readPage(this.#http, '/api/scheduler/users', 'users', query)
  }

  /** With `invite` the reply has the token of a link by which the password is chosen: `/invite#TOKEN`. */
  create(input: UserInput): Promise<NewUser> {
    return this.#http.json('POST', '/api/scheduler/users', { body: input })
  }

  update(id: string, changes: UserChanges): Promise<User> {
    return this.#http.json('PUT', `/api/scheduler/users/${encodeURIComponent(id)}`, { body: changes })
  }

  remove(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/users/${encodeURIComponent(id)}`)
  }

  /** A link by which the password is chosen; an earlier one ends. */
  invite(id: string): Promise<Invitation> {
    return this.#http.json('POST', `/api/scheduler/users/${encodeURIComponent(id)}/invite`)
  }

  removeSecondFactor(id: string): Promise<void> {
    return this.#http.json('DELETE', `/api/scheduler/users/${encodeURIComponent(id)}/second-factor`)
  }
}

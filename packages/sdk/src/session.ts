import { ApiError, UnreachableError } from './api-error.ts'
import type { LoginReply } from './types.ts'

/** Of an account with a second factor also its code, or a recovery code. */
export interface PasswordCredentials {
  username: string
  password: string
  totp?: string
  recovery_code?: string
}

/** How the client proves who it is. */
export type Credentials =
  | { token: string }
  | PasswordCredentials
  /** From an earlier login; `token` is the access token that came with it, if still at hand. */
  | { refreshToken: string; token?: string | undefined }
  | Record<never, never>

export interface SessionOptions {
  credentials: Credentials
  fetch: typeof fetch
  /** Told after every login and refresh, so that a caller can keep the rotated refresh token. */
  onLogin?: ((reply: LoginReply) => void) | undefined
  signal?: AbortSignal | undefined
}

/** Holds the current access token; logs in when first needed and refreshes when the server says it has expired. */
export class Session {
  #access: string | null
  #refresh: string | null
  readonly #login: PasswordCredentials | null
  readonly #options: SessionOptions
  #renewing: Promise<string | null> | null = null

  constructor(options: SessionOptions) {
    const { credentials } = options
    this.#options = options
    this.#access = 'token' in credentials ? (credentials.token ?? null) : null
    this.#refresh = 'refreshToken' in credentials ? credentials.refreshToken : null
    this.#login = 'username' in credentials ? credentials : null
  }

  /** The token to send now; null to send none. */
  async token(base: string): Promise<string | null> {
    if (this.#access !== null) return this.#access
    if (this.#refresh === null && this.#login === null) return null
    return this.renew(base, null)
  }

  /**
   * A new token after `refused` was answered with 401; null when there is no way to get one. Concurrent callers share
   * one refresh, because a refresh token works once.
   */
  async renew(base: string, refused: string | null): Promise<string | null> {
    if (this.#access !== null && this.#access !== refused) return this.#access
    this.#renewing ??= this.#renew(base).finally(() => {
      this.#renewing = null
    })
    return this.#renewing
  }

  async #renew(base: string): Promise<string | null> {
    if (this.#refresh !== null) {
      const reply = await this.#post(base, '/api/auth/refresh', { refresh_token: this.#refresh })
      if (reply !== null) return reply
      this.#refresh = null
    }
    if (this.#login === null) return null
    return this.#post(base, '/api/auth/login', this.#login)
  }

  /** Null when a refresh is refused; a refused login throws, since nothing else can be tried. */
  async #post(base: string, path: string, body: unknown): Promise<string | null> {
    let response: Response
    try {
      response = await this.#options.fetch(base + path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
        redirect: 'error',
        ...(this.#options.signal ? { signal: this.#options.signal } : {}),
      })
    } catch (error) {
      if (this.#options.signal?.aborted) throw error
      throw new UnreachableError(base, error)
    }
    if (!response.ok) {
      const problem = (await response.json().catch(() => ({}))) as object
      if (path.endsWith('/refresh') && response.status < 500) return null
      throw new ApiError(response.status, problem, response.headers)
    }
    this.adopt((await response.json()) as LoginReply)
    return this.#access
  }

  /** Goes on with the tokens of a reply. */
  adopt(reply: LoginReply): void {
    this.#access = reply.access_token
    this.#refresh = reply.refresh_token
    this.#options.onLogin?.(reply)
  }
}

import type { FieldError } from '@rota/core'

/** The body of an error reply, RFC 9457 (problem details). */
export interface Problem {
  type?: string
  title?: string
  status?: number
  detail?: string
  errors?: FieldError[]
  missing?: { mend?: string }
}

const API = Symbol.for('rota.sdk.api-error')
const UNREACHABLE = Symbol.for('rota.sdk.unreachable')

/** Thrown when the server answered with an error. Recognise it with {@link ApiError.is}, also across package copies. */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** HTTP status. */
  readonly status: number
  readonly title: string
  /** One sentence for a person. Equals `message`. */
  readonly detail: string
  /** What is wrong with which field; empty when the error is not about fields. */
  readonly errors: readonly FieldError[]
  /** The last part of the problem's `type`, e.g. `stale_version`; empty when the server gave none. */
  readonly code: string
  readonly requestId: string | null
  /** Of a refusal for want of a permission: who can grant it, one sentence. */
  readonly mend: string | null
  /** Seconds after which trying again makes sense, from `Retry-After`. */
  readonly retryAfterSeconds: number | null
  readonly [API] = true

  constructor(status: number, problem: Problem, headers?: Headers) {
    const title = problem.title ?? `HTTP ${status}`
    const detail = problem.detail ?? title
    super(detail)
    this.status = status
    this.title = title
    this.detail = detail
    this.errors = problem.errors ?? []
    this.code = (problem.type ?? '').split(/[/#:]/).at(-1) ?? ''
    this.mend = problem.missing?.mend ?? null
    this.requestId = headers?.get('x-request-id') ?? null
    const after = Number(headers?.get('retry-after') ?? Number.NaN)
    this.retryAfterSeconds = Number.isFinite(after) ? after : null
  }

  static is(value: unknown): value is ApiError {
    return typeof value === 'object' && value !== null && API in value
  }
}

/** Thrown when no answer came: connection refused, unknown host, broken connection, timeout. */
export class UnreachableError extends Error {
  override readonly name = 'UnreachableError'
  readonly url: string
  /** The operating system's code where there is one: `ECONNREFUSED`, `ENOTFOUND`, `ETIMEDOUT`. */
  readonly code: string | null
  readonly [UNREACHABLE] = true

  constructor(url: string, cause: unknown) {
    const code = systemCode(cause)
    super(`No answer from ${url}${code ? ` (${code})` : ''}.`, { cause })
    this.url = url
    this.code = code
  }

  static is(value: unknown): value is UnreachableError {
    return typeof value === 'object' && value !== null && UNREACHABLE in value
  }
}

/** fetch hides the reason one or two causes deep, and in an AggregateError when it tried several addresses. */
function systemCode(cause: unknown): string | null {
  for (let error = cause, depth = 0; error && depth < 4; depth++) {
    const { code, errors, cause: deeper, name } = error as { [key: string]: unknown }
    if (typeof code === 'string') return code
    if (name === 'TimeoutError') return 'ETIMEDOUT'
    error = deeper ?? (Array.isArray(errors) ? errors[0] : undefined)
  }
  return null
}

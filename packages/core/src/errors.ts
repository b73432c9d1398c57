import type { Need } from './access/permissions.ts'
import { say } from './language/say.ts'

/** One thing wrong with one field of an input. */
export interface FieldError {
  /** Where, as a JSON path without the leading `$`: `schedule.expression`, `env.PATH`. Empty for the whole document. */
  path: string
  /** What is wrong and how to mend it, one sentence. */
  message: string
  /** Zero-based character position inside the field's text, where one is known. */
  position?: number
  /** A value that would have been accepted. */
  suggestion?: string
}

/** The catalogue of errors a caller can meet: code → HTTP status and title. The API documentation lists all of them. */
export const ERROR_CATALOGUE = {
  /** No error but no success either: what was asked for is not done before somebody else approves it. */
  approval_pending: { status: 202, title: 'Waits for approval' },
  malformed: { status: 400, title: 'Malformed request' },
  bad_request: { status: 400, title: 'Bad Request' },
  unauthenticated: { status: 401, title: 'Authentication required' },
  session_ended: { status: 401, title: 'Session ended' },
  second_factor_required: { status: 401, title: 'Second factor required' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  method_not_allowed: { status: 405, title: 'Method Not Allowed' },
  request_timeout: { status: 408, title: 'Request Timeout' },
  conflict: { status: 409, title: 'Conflict' },
  stale_version: { status: 412, title: 'Stale version' },
  too_large: { status: 413, title: 'Too large' },
  uri_too_long: { status: 414, title: 'URI Too Long' },
  unsupported_media_type: { status: 415, title: 'Unsupported media type' },
  expectation_failed: { status: 417, title: 'Expectation Failed' },
  invalid: { status: 422, title: 'Invalid content' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  request_header_fields_too_large: { status: 431, title: 'Request Header Fields Too Large' },
  internal: { status: 500, title: 'Internal error' },
  unavailable: { status: 503, title: 'Unavailable' },
} as const

/** A key of {@link ERROR_CATALOGUE}. */
export type ErrorCode = keyof typeof ERROR_CATALOGUE

/** The permission for want of which something is refused, and the group of tasks in which it is lacking. */
export interface Lack extends Need {
  readonly group?: string | null
}

const BRAND = Symbol.for('rota.error')

/** The one error class that reaches callers on purpose. Everything else is a bug and is reported as such. */
export class RotaError extends Error {
  override readonly name = 'RotaError'
  readonly code: ErrorCode
  readonly errors: readonly FieldError[]
  /** Of a refusal for want of a permission; null for all else. */
  readonly lack: Lack | null
  readonly [BRAND] = true

  constructor(code: ErrorCode, message: string, errors: readonly FieldError[] = [], lack: Lack | null = null) {
    super(message)
    this.code = code
    this.errors = errors
    this.lack = lack
  }

  /** True for a RotaError of any copy of this package. */
  static is(value: unknown): value is RotaError {
    return typeof value === 'object' && value !== null && BRAND in value
  }
}

/** Thrown when a valid document has invalid content; carries one entry per wrong field. */
export function invalid(errors: readonly FieldError[]): RotaError {
  const [first] = errors
  const what = first?.message ?? say`Invalid content`
  const located = first?.path ? say`${first.path}: ${what}` : what
  return new RotaError('invalid', errors.length > 1 ? say`${located} (and ${errors.length - 1} more)` : located, errors)
}

/** Thrown when something named does not exist, or is not visible to the caller. */
export function notFound(kind: string, id: string): RotaError {
  return new RotaError('not_found', say`There is no ${kind} ${id}.`)
}

import {
  ERROR_CATALOGUE,
  type ErrorCode,
  type FieldError,
  type LanguageCode,
  RotaError,
  say,
  translate,
} from '@rota/core'
import type { Problem } from '@rota/protocol'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { ApprovalPending } from '../approval-pending.ts'
import { ThrottledError } from '../throttled-error.ts'
import { sendCookie } from './cookies.ts'
import { answerIn } from './in-language.ts'

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8'

/** Fastify's own errors that callers cause, in our words. */
const FRAMEWORK: Record<string, [ErrorCode, string]> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['unsupported_media_type', say`Send JSON, with "Content-Type: application/json".`],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed', say`Content-Length does not match the body.`],
  FST_ERR_BAD_URL: ['malformed', say`The path is not validly percent-encoded.`],
  FST_ERR_ASYNC_CONSTRAINT: ['malformed', say`The request cannot be routed.`],
}

const FAREWELLS = new Set([408, 413, 429, 431, 503])

/**
 * The reply for anything thrown while a request was served, in the caller's language. Nothing of an unexpected error
 * reaches the caller.
 */
export function problemOf(error: unknown, requestId: string, language: LanguageCode = 'en'): Problem {
  const { code, status, title, detail, errors } = describe(error)
  const inWords = (text: string) => translate(text, language)
  return {
    type: `urn:rota:problem:${code}`,
    title: inWords(title),
    status,
    detail: inWords(detail),
    errors: errors.map((one) => ({ ...one, message: inWords(one.message) })),
    request_id: requestId,
  }
}

/** Sends an error as RFC 9457 problem details. */
export function sendProblem(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  missing?: NonNullable<Problem['missing']>,
): FastifyReply {
  const error = (thrown as Partial<FastifyError>)?.code === BODY_TOO_LARGE ? tooLarge(request) : thrown
  const language = answerIn(request, reply)
  const problem = problemOf(error, request.id, language)
  if (problem.status >= 500 && problem.status !== 503) request.log.error({ err: error }, 'request failed')
  if (problem.status === 401) reply.header('WWW-Authenticate', 'Bearer realm="rota"')
  if (RotaError.is(error) && error.code === 'session_ended') {
    sendCookie(request, reply, { value: null, maxAgeSeconds: 0 })
  }
  if (isFarewell(problem.status, request)) {
    reply.header('Connection', 'close')
    request.server.connections.end(request.raw.socket)
  }
  if (problem.status === 503) reply.header('Retry-After', '1')
  if (error instanceof ThrottledError) reply.header('Retry-After', String(error.retryAfterSeconds))
  const approval = error instanceof ApprovalPending ? { approval: error.request } : {}
  const lacking = missing === undefined ? {} : { missing: { ...missing, mend: translate(missing.mend, language) } }
  return reply
    .code(problem.status)
    .type(PROBLEM_TYPE)
    .send(JSON.stringify({ ...problem, ...approval, ...lacking }))
}

const BODY_TOO_LARGE = 'FST_ERR_CTP_BODY_TOO_LARGE'

/** Names the limit of the route that was asked. */
function tooLarge({ routeOptions }: FastifyRequest): RotaError {
  return new RotaError(
    'too_large',
    say`The request body is larger than the ${routeOptions.bodyLimit} bytes taken here.`,
  )
}

/** Who is refused for what the connection itself costs, or has not sent all of a refused request, loses it. */
function isFarewell(status: number, request: FastifyRequest): boolean {
  return FAREWELLS.has(status) || !request.raw.complete
}

interface Description {
  code: string
  status: number
  title: string
  detail: string
  errors: readonly FieldError[]
}

function describe(error: unknown): Description {
  if (RotaError.is(error)) return fromCatalogue(error.code, error.message, error.errors)
  const { code = '', statusCode = 500, message } = error as Partial<FastifyError>
  if (code === 'FST_ERR_MAX_PARAM_LENGTH' || statusCode === 414) {
    return fromCatalogue('uri_too_long', say`The path is too long.`)
  }
  const known = FRAMEWORK[code]
  if (known !== undefined) return fromCatalogue(...known)
  if (statusCode === 429) return fromCatalogue('too_many_requests', message ?? say`Too many requests.`)
  if (statusCode >= 400 && statusCode < 500) {
    return fromCatalogue(CODE_OF_STATUS[statusCode] ?? 'bad_request', message ?? say`The request cannot be served.`)
  }
  return fromCatalogue('internal', say`Something went wrong in the server; its log tells more under this request id.`)
}

/** What refuses a request before a route is asked names a status alone. Any other of the 400s is a `bad_request`. */
const CODE_OF_STATUS: Record<number, ErrorCode> = {
  404: 'not_found',
  405: 'method_not_allowed',
  408: 'request_timeout',
  413: 'too_large',
  414: 'uri_too_long',
  415: 'unsupported_media_type',
  417: 'expectation_failed',
  431: 'request_header_fields_too_large',
}

function fromCatalogue(code: ErrorCode, detail: string, errors: readonly FieldError[] = []): Description {
  return { code, ...ERROR_CATALOGUE[code], detail, errors }
}

/** 405, which only the router knows. */
export class MethodNotAllowed extends Error {
  readonly statusCode = 405
  readonly allowed: readonly string[]

  constructor(method: string, allowed: readonly string[]) {
    super(say`${method} is not possible here; allowed: ${allowed.join(', ')}.`)
    this.allowed = allowed
  }
}

import { didYouMean, type FieldError, label, RotaError, say } from '@rota/core'
import { ApiError, UnreachableError } from '@rota/sdk'
import type { Context } from './context.ts'
import { CliError, type ExitName, exitCode } from './exit.ts'
import { jsonText } from './output/json.ts'

/** An error as it is told: one paragraph, then one line per field. */
interface Report {
  exit: ExitName
  message: string
  lines: readonly string[]
  errors: readonly FieldError[]
}

/** Tells an error on stderr (as JSON with --json) and answers the exit code. */
export function reportError(error: unknown, context: Context): number {
  if (context.signal.aborted) return exitCode('interrupted')
  const report = toReport(error, context)
  if (context.flags.json) {
    const { message, lines, errors, exit } = report
    context.err(jsonText({ error: { code: exit, exit_code: exitCode(exit), detail: message, lines, errors } }))
  } else {
    const [only] = report.errors
    const isOne = only !== undefined && report.errors.length === 1
    context.err(`${context.paint('red', 'rota:')} ${isOne ? fieldLine(only) : report.message}`)
    if (!isOne) for (const each of report.errors) context.err(`  ${fieldLine(each)}`)
    for (const line of report.lines) context.err(`  ${line}`)
  }
  return exitCode(report.exit)
}

/** One field's mistake: where, what, and what would do. */
export function fieldLine({ path, message, position, suggestion }: FieldError): string {
  const at = position === undefined ? '' : say` (position ${position + 1})`
  return `${path ? path + at + label(': ') : ''}${didYouMean(message, suggestion)}`
}

function toReport(error: unknown, context: Context): Report {
  if (error instanceof CliError) {
    // Its sentence tells a person what its errors tell a program.
    const { exit, message, lines, errors } = error
    return { exit, message, lines, errors: context.flags.json ? errors : [] }
  }
  if (ApiError.is(error)) return fromApi(error)
  if (UnreachableError.is(error)) return fromUnreachable(error)
  if (RotaError.is(error)) return fromRota(error)
  const { code, path, message, stack, name } = error as NodeJS.ErrnoException
  if (name === 'DataDirectoryError') {
    const isTaken = (error as { reason?: string }).reason === 'in_use'
    return { exit: isTaken ? 'conflict' : 'error', message: sentence(message), lines: [], errors: [] }
  }
  if (name === 'DatabaseError') {
    const isAway = (error as { reason?: string }).reason === 'unreachable'
    return { exit: isAway ? 'unreachable' : 'error', message: sentence(message), lines: [], errors: [] }
  }
  if (name === 'StartFailure') return { exit: 'usage', message, lines: [], errors: [] }
  if (typeof code === 'string' && path !== undefined) {
    return { exit: code === 'ENOENT' ? 'notFound' : 'error', message: fileSentence(code, path), lines: [], errors: [] }
  }
  const lines = context.env.ROTA_DEBUG ? (stack ?? '').split('\n').slice(1) : [say`Set ROTA_DEBUG=1 to see where.`]
  return { exit: 'error', message: say`An unexpected error: ${message ?? String(error)}`, lines, errors: [] }
}

const EXIT_OF_STATUS: Record<number, ExitName> = {
  202: 'pending',
  400: 'usage',
  401: 'auth',
  403: 'auth',
  404: 'notFound',
  409: 'conflict',
  412: 'conflict',
  413: 'usage',
  415: 'usage',
  422: 'usage',
  503: 'unreachable',
}

function fromApi(error: ApiError): Report {
  const exit = EXIT_OF_STATUS[error.status] ?? 'error'
  const lines: string[] = []
  if (error.status === 401 && !/password|密码/i.test(error.detail))
    lines.push(say`Log in with \`rota login\`, or set ROTA_TOKEN.`)
  if (error.mend !== null) lines.push(error.mend)
  if (error.status === 412) lines.push(say`Somebody changed it meanwhile. Read it again, then repeat the change.`)
  if (error.status === 429 && error.retryAfterSeconds !== null)
    lines.push(say`Try again in ${error.retryAfterSeconds} s.`)
  if (error.status >= 500 && error.requestId) lines.push(say`Request ${error.requestId}; the server's log says more.`)
  const message = error.errors.length > 0 && error.status === 422 ? sentence(error.title) : sentence(error.detail)
  return { exit, message, lines, errors: error.errors }
}

function fromRota(error: RotaError): Report {
  const exit: ExitName = error.code === 'not_found' ? 'notFound' : error.code === 'conflict' ? 'conflict' : 'usage'
  const [first] = error.errors
  const message = first ? say`This cannot work:` : sentence(error.message)
  return { exit, message, lines: [], errors: error.errors }
}

const WHY_UNREACHABLE: Record<string, string> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name cannot be looked up now',
  ETIMEDOUT: 'no answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'no answer in time',
  ECONNRESET: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
}

function fromUnreachable(error: UnreachableError): Report {
  const why = error.code ? ` (${label(WHY_UNREACHABLE[error.code] ?? error.code)})` : ''
  return {
    exit: 'unreachable',
    message: say`No Rota server answers at ${error.url + why}.`,
    lines: [say`Start one with \`rota server\`, or name another with --url or ROTA_URL.`],
    errors: [],
  }
}

function fileSentence(code: string, path: string): string {
  if (code === 'ENOENT') return say`There is no file ${path}.`
  if (code === 'EACCES' || code === 'EPERM') return say`You may not read or write ${path}.`
  if (code === 'EISDIR') return say`${path} is a directory, not a file.`
  return `${path}: ${code}.`
}

function sentence(text: string): string {
  if (/[.!?。！？]$/.test(text)) return text
  return /[\u4e00-\u9fff）]$/.test(text) ? `${text}。` : `${text}.`
}

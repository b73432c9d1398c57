import { RotaError, say } from '@rota/core/threads'

/** SQLSTATE of an error from PostgreSQL, or Node's code of a failed connection; null for anything else. */
function codeOf(error: unknown): string | null {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : null
}

/**
 * Serialisation failure and deadlock (https://www.postgresql.org/docs/current/mvcc-serialization-failure-handling.html),
 * and a lock that others had for too long.
 */
export function isWorthRepeating(error: unknown): boolean {
  return ['40001', '40P01'].includes(codeOf(error) ?? '') || isLockTimeout(error)
}

export function isLockTimeout(error: unknown): boolean {
  return codeOf(error) === '55P03'
}

/** Whether a unique index refused a row; answers its name. */
export function violatedIndex(error: unknown): string | null {
  if (codeOf(error) !== '23505') return null
  return (error as { constraint?: string }).constraint ?? ''
}

/** What PostgreSQL reports when it, not the statement, is at fault (appendix A of its manual), in words for operators. */
const SERVER_FAULTS: Record<string, string> = {
  '25006': say`the database is read-only`,
  '53100': say`its disk is full`,
  '53200': say`it is out of memory`,
  '53300': say`it has too many connections`,
  '55P03': say`a lock could not be had in time`,
  '57014': say`it took too long to answer`,
  '57P01': say`it is being shut down`,
  '57P02': say`it is recovering from a crash`,
  '57P03': say`it is starting or stopping`,
  '58030': say`its disk reported an error`,
}

const CONNECTION_FAULT = /^(08...|ECONN.*|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ENOTFOUND|EAI_AGAIN|ENOENT)$/
const CONNECTION_LOST = /connection terminated|query read timeout|not queryable/i
/** As the pool says it while it waits for one that is lent out, as it says it of a new one, and as a connection itself does. */
const NO_CONNECTION_IN_TIME = /timeout exceeded when trying to connect|connection timeout|timeout expired/i

/** True when the connection failed, so that one does not know how far the server got. */
export function isConnectionFault(error: unknown): boolean {
  const code = codeOf(error)
  if (code !== null) return CONNECTION_FAULT.test(code) || /^57P0[123]$/.test(code)
  return isConnectTimeout(error) || (error instanceof Error && CONNECTION_LOST.test(error.message))
}

/** True when no connection could be had in time: whoever waited so long should not wait again. */
export function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && NO_CONNECTION_IN_TIME.test(error.message)
}

/** Turns a fault of the server or of the way to it into `unavailable`; leaves other errors alone. */
export function asUnavailable(error: unknown): unknown {
  if (RotaError.is(error)) return error
  const fault = SERVER_FAULTS[codeOf(error) ?? '']
  if (fault !== undefined) return unavailable(fault)
  if (isConnectionFault(error)) return unavailable(say`it cannot be reached`)
  if (isWorthRepeating(error)) return unavailable(say`too many transactions are in each other’s way`)
  return error
}

function unavailable(fault: string): RotaError {
  return new RotaError('unavailable', say`PostgreSQL cannot serve: ${fault}.`)
}

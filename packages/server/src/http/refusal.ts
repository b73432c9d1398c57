import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { PROBLEM_TYPE, problemOf } from './problems.ts'

/** A whole reply, for a connection on which nothing else will be said. */
export function refusal(error: Error): string {
  const problem = problemOf(error, randomUUID())
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
    ...(problem.status === 503 || problem.status === 429 ? ['Retry-After: 1'] : []),
    '',
    body,
  ].join('\r\n')
}

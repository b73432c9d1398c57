import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { type LanguageCode, languageOf } from '@rota/core'
import { PROBLEM_TYPE, problemOf } from './problems.ts'

/** A whole reply, for a connection on which nothing else will be said. */
export function refusal(error: Error, language: LanguageCode = 'en'): string {
  const problem = problemOf(error, randomUUID(), language)
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    `Content-Type: ${PROBLEM_TYPE}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    `Content-Language: ${language === 'zh' ? 'zh-CN' : 'en'}`,
    'Connection: close',
    ...(problem.status === 503 || problem.status === 429 ? ['Retry-After: 1'] : []),
    '',
    body,
  ].join('\r\n')
}

/** Bytes of what could not be parsed in which its language is looked for. */
const LOOKED_AT = 16_384

/** The language that a request asks for which never became one; English where its header has not come or is broken. */
export function languageIn(packet: unknown): LanguageCode {
  const head = Buffer.isBuffer(packet) ? packet.toString('latin1', 0, LOOKED_AT) : ''
  return languageOf(/^accept-language:([^\r\n]*)/im.exec(head)?.[1])
}

import { type ClientRequest, request as requestHttp } from 'node:http'
import { request as requestHttps } from 'node:https'
import { say } from '@rota/core'
import type { AgentSettings } from './settings.ts'

export interface PostOptions {
  body: string
  tls: AgentSettings['tls']
  headers?: Record<string, string>
  /** Bytes of the answer that are read. Default 64 KiB. */
  mostBytes?: number
}

const WITHIN_MS = 15_000
const MOST_BYTES = 65_536

/** Sends JSON and answers what comes back, whatever its status. Rejects when nothing does, or too much. */
export function postJson(url: URL, options: PostOptions): Promise<{ status: number; text: string }> {
  const { body, tls, mostBytes = MOST_BYTES } = options
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>()
  const headers = {
    ...options.headers,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  }
  const how = { method: 'POST', headers, timeout: WITHIN_MS }
  const isTls = url.protocol === 'https:'
  const request: ClientRequest = isTls ? requestHttps(url, { ...how, ...tls }) : requestHttp(url, how)
  request.on('timeout', () => request.destroy(new Error(say`The server did not answer.`)))
  request.on('error', reject)
  request.on('response', (response) => {
    const chunks: Buffer[] = []
    let bytes = 0
    response.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > mostBytes) request.destroy(new Error(say`The server answered more than ${mostBytes} bytes.`))
      else chunks.push(chunk)
    })
    response.on('error', reject)
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }))
  })
  request.end(body)
  return promise
}

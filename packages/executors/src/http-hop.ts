import type { LookupFunction } from 'node:net'
import { isIP } from 'node:net'
import { rootCertificates } from 'node:tls'
import type { NetworkRules } from '@rota/core'
import type { Client } from 'undici'
import { networkProblem } from './address-guard.ts'
import type { CompiledHttpOptions } from './http-options.ts'

/** One request to one host; a redirect makes another. */
export interface Hop {
  url: URL
  method: string
  headers: Record<string, string>
  body: string | null
  tls: { verify?: boolean; ca?: string }
  signal: AbortSignal
  /** What else is said of hosts; all of it must let this one be reached. */
  network: readonly NetworkRules[]
}

/** What came back. `body` holds at most the configured number of bytes. */
export interface HopResponse {
  status: number
  headers: Record<string, string | string[]>
  body: Buffer
  isTruncated: boolean
}

/** A request that policy forbids, as opposed to one that went wrong. */
export class ForbiddenTargetError extends Error {
  override readonly name = 'ForbiddenTargetError'
}

/** Rejects when the signal aborts first; what was waited for is then ignored. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

/** Connects to nothing but the addresses that were checked, whatever the name means by then (DNS rebinding). */
function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const all = addresses.map((address) => ({ address, family: isIP(address) }))
  return (_hostname, options, callback) => {
    if (options.all) callback(null, all)
    else callback(null, all[0]!.address, all[0]!.family)
  }
}

/**
 * Sends one request. The host is resolved once, every address is checked, and the connection goes to those addresses;
 * Host and SNI keep the name. Throws {@link ForbiddenTargetError}, or what the network throws.
 */
export async function sendHop(hop: Hop, options: CompiledHttpOptions): Promise<HopResponse> {
  const { url, signal, tls } = hop
  const hostname = url.hostname.replace(/^\[|\]$/g, '')
  const addresses = isIP(hostname) ? [hostname] : await orAborted(options.resolve(hostname), signal)
  const problem =
    options.guard.problem(hostname, addresses) ??
    hop.network.map((rules) => networkProblem(rules, hostname, addresses)).find((each) => each !== null)
  if (problem) throw new ForbiddenTargetError(problem)
  // Loaded with the first request: it is the largest library of all, and many servers never send one.
  const undici = await orAborted(import('undici'), signal)
  const client = new undici.Client(url.origin, {
    connect: {
      lookup: pinnedLookup(addresses),
      timeout: options.connectTimeoutMs,
      rejectUnauthorized: tls.verify !== false,
      ...(tls.ca ? { ca: [...rootCertificates, tls.ca] } : {}),
    },
    // The deadline of the whole attempt, by our own clock, covers these.
    headersTimeout: 0,
    bodyTimeout: 0,
    pipelining: 1,
  })
  try {
    const { method, headers, body } = hop
    const path = `${url.pathname}${url.search}`
    const response = await client.request({ path, method, headers, body, signal } as Parameters<Client['request']>[0])
    const { bytes, isTruncated } = await readBody(response.body, options.maxBodyBytes)
    const responseHeaders = response.headers as Record<string, string | string[]>
    return { status: response.statusCode, headers: responseHeaders, body: bytes, isTruncated }
  } finally {
    // Not close(): a peer that never ends its answer would keep the socket.
    await client.destroy().catch(() => {})
  }
}

async function readBody(
  body: AsyncIterable<Buffer>,
  maxBytes: number,
): Promise<{ bytes: Buffer; isTruncated: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, maxBytes - size))
    size += chunk.length
    // Leaving the loop destroys the stream, so a 10 GB answer costs what is read of it.
    if (size > maxBytes) break
  }
  return { bytes: Buffer.concat(chunks), isTruncated: size > maxBytes }
}

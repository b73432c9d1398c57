import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { say } from '@rota/core'
import type { Config } from '@rota/protocol'
import type { FastifyServerFactory } from 'fastify'
import type { Connections } from './connections.ts'
import { languageIn, refusal } from './refusal.ts'

/** Node looks for late clients only so often. */
const LONGEST_CHECK_MS = 5_000

/**
 * Makes the HTTP server that Fastify's handler stands behind; all its connections are known to `connections`. `sockets`:
 * paths where a connection may become a WebSocket; elsewhere who asks for one is answered as the request that it is.
 */
export function httpServers(
  { host, http }: Config,
  connections: Connections,
  sockets: ReadonlySet<string>,
): FastifyServerFactory {
  const requestTimeout = http.request_timeout_seconds * 1_000
  // Headers are a part of the request, and Node refuses to wait longer for them.
  const headersTimeout = Math.min(http.headers_timeout_seconds * 1_000, requestTimeout)
  const options = {
    headersTimeout,
    requestTimeout,
    keepAliveTimeout: http.keep_alive_timeout_seconds * 1_000,
    connectionsCheckingInterval: Math.min(headersTimeout, LONGEST_CHECK_MS),
    shouldUpgradeCallback: ({ url = '' }: IncomingMessage) => sockets.has(url.split('?', 1)[0]!),
  }
  const make = (handler: RequestListener) => {
    const server = createServer(options, connections.watch(handler))
    connections.guard(server)
    return server
  }
  return (handler) => {
    const server = make(handler)
    if (host === 'localhost') server.once('listening', () => listenOnTwin(server, make(handler), connections))
    return server
  }
}

/** `localhost` may be two addresses: the other is listened on as well, where this machine has it. */
function listenOnTwin(server: Server, twin: Server, connections: Connections): void {
  const { address, port } = server.address() as AddressInfo
  twin.on('clientError', (error, socket) => refuseBroken(error, socket as Socket, connections))
  twin.on('error', () => undefined)
  twin.listen({ host: address === '::1' ? '127.0.0.1' : '::1', port })
  server.once('close', () => twin.close())
}

const STATUSES: Record<string, number> = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }

/** What Node's parser refuses never becomes a request; it still gets a problem document. */
export function refuseBroken(
  error: NodeJS.ErrnoException & { rawPacket?: unknown },
  socket: Socket,
  connections: Connections,
): void {
  if (error.code === 'ECONNRESET' || !connections.canReply(socket)) return void socket.destroy()
  const wrong = Object.assign(new Error(say`The request is not valid HTTP.`), {
    statusCode: STATUSES[error.code ?? ''] ?? 400,
  })
  socket.end(refusal(wrong, languageIn(error.rawPacket)))
  connections.end(socket)
}

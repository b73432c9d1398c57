import type { SecureContextOptions } from 'node:tls'
import { say } from '@rota/core'
import { AGENT_LIMITS } from '@rota/protocol/agent'
import { WebSocket } from 'ws'
import type { Closed, Dial } from './wire.ts'

export interface WebSocketWay {
  /** Of the server: `https://rota.example`; a path in front of the API's is kept. */
  url: string
  /** What the node signs in with; asked for with each connection, since keys change. */
  key(): string
  /** Who signs the server's certificate, and the node's own certificate. */
  tls?: Pick<SecureContextOptions, 'ca' | 'cert' | 'key'>
  /** Sent with the greeting, so that the server's log names the program. */
  userAgent: string
}

const HANDSHAKE_MS = 10_000

/** One outgoing WebSocket to a server. */
export function dialWebSocket({ url, key, tls = {}, userAgent }: WebSocketWay): Dial {
  const address = connectAddress(url)
  return (events) => {
    let refused: Closed | null = null
    let problem: string | null = null
    const socket = new WebSocket(address, {
      headers: { authorization: `Bearer ${key()}`, 'user-agent': userAgent },
      handshakeTimeout: HANDSHAKE_MS,
      maxPayload: AGENT_LIMITS.orderFrameBytes,
      perMessageDeflate: false,
      followRedirects: false,
      ...tls,
    })
    socket.on('open', () => events.opened())
    socket.on('message', (data, isBinary) => {
      if (isBinary) socket.close(1003)
      else events.said(String(data))
    })
    socket.on('unexpected-response', (request, response) => {
      const status = response.statusCode ?? 0
      refused = { why: say`The server answered the connection with HTTP ${status}.`, status }
      request.destroy()
      socket.terminate()
    })
    socket.on('error', (error) => {
      problem = problemOf(error)
    })
    socket.on('close', (code) => {
      events.closed(refused ?? { why: problem ?? say`The connection was closed (${code}).`, status: null })
    })
    return {
      send(frame) {
        if (socket.readyState === WebSocket.OPEN) socket.send(frame)
      },
      // No farewell is waited for: the other side may have gone without a word.
      close: () => socket.terminate(),
    }
  }
}

/** Where nodes connect to at a server. Throws TypeError when `url` is none. */
function connectAddress(url: string): string {
  const address = new URL(url)
  address.protocol = address.protocol.replace('http', 'ws')
  address.pathname = `${address.pathname.replace(/\/$/, '')}/api/scheduler/nodes/connect`
  return address.href
}

/** An error of several addresses has no message of its own. */
function problemOf(error: Error): string {
  if (error.message !== '') return error.message
  const { code, errors = [] } = error as { code?: string; errors?: readonly Error[] }
  return errors[0]?.message ?? code ?? error.name
}

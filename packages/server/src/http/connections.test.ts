import { once } from 'node:events'
import { request, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { config, parse } from '@rota/protocol'
import { ManualClock } from '@rota/testkit'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { Connections } from './connections.ts'
import { httpServers, refuseBroken } from './http-server.ts'

const PEERS = 2_000
const MOST_PER_ADDRESS = 500
const WITHIN_MS = 1_000

let clock: ManualClock
let connections: Connections
let server: Server
/** The server's side of every connection that it was asked for. */
let sockets: Socket[]
let refused: Socket[]
const peers: Socket[] = []

beforeEach(async () => {
  clock = new ManualClock()
  const limits = { most: PEERS, mostPerAddress: MOST_PER_ADDRESS, mostPerUser: 500, stallMs: 30_000 }
  connections = new Connections(limits, clock, () => false)
  sockets = []
  refused = []
  // Late clients are looked for each second, and none is late before a test says so.
  const settings = parse(config, { http: { headers_timeout_seconds: 1 } })
  server = httpServers(settings, connections, new Set())((_, response) => response.end('served'), {}) as Server
  server.headersTimeout = 3_600_000
  server.requestTimeout = 3_600_000
  server.prependListener('connection', (socket: Socket) => void sockets.push(socket))
  server.on('clientError', (error, socket) => {
    refuseBroken(error, socket as Socket, connections)
    refused.push(socket as Socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
})

afterEach(() => {
  for (const peer of peers.splice(0)) peer.destroy()
  server.close()
})

const port = () => (server.address() as AddressInfo).port

/** Half a request of a peer that never reads and never closes its end. */
async function halfOpen(localAddress: string): Promise<void> {
  const socket = connect({ port: port(), host: '127.0.0.1', localAddress, allowHalfOpen: true })
  socket.on('error', () => undefined)
  peers.push(socket)
  await once(socket, 'connect')
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n')
}

async function ask(localAddress: string): Promise<number | undefined> {
  const asked = request({ port: port(), host: '127.0.0.1', localAddress, agent: false })
  asked.end()
  const [response] = await once(asked, 'response')
  response.resume()
  return response.statusCode
}

const open = () => sockets.filter((socket) => !socket.destroyed)

test('of 2,000 half-open connections from three addresses each refused one is destroyed within a second', {
  timeout: 120_000,
}, async () => {
  for (let at = 0; at < PEERS; at += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => halfOpen(`127.0.0.${1 + ((at + i) % 3)}`)))
  }
  await expect.poll(() => sockets.length).toBe(PEERS)
  const admitted = 3 * MOST_PER_ADDRESS
  expect(connections.count).toBe(admitted)

  // Those beyond the limit of their address have been refused.
  expect(open().length).toBeGreaterThan(admitted)
  await clock.advance(WITHIN_MS)
  expect(open()).toHaveLength(admitted)
  expect(await ask('127.0.0.21')).toBe(200)

  // All others are late now.
  server.headersTimeout = 1
  await expect.poll(() => refused.length, { timeout: 30_000 }).toBe(admitted)
  server.headersTimeout = 3_600_000
  expect(refused.filter((socket) => socket.destroyed)).toEqual([])
  expect(await ask('127.0.0.22')).toBe(200)
  await clock.advance(WITHIN_MS)
  expect(refused.filter((socket) => !socket.destroyed)).toEqual([])
  expect(await ask('127.0.0.1')).toBe(200)
})

import { once } from 'node:events'
import { request as httpRequest } from 'node:http'
import { connect, type Socket } from 'node:net'
import { afterEach, expect, onTestFinished, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

let t: TestServer
afterEach(() => t.stop())

const port = () => Number(new URL(t.server.url).port)
const count = () => t.server.app.connections.count

/** A peer that never closes its end and, unless told to, never reads. */
async function peer(
  localAddress: string,
  text = '',
  isReading = false,
): Promise<{ socket: Socket; read: () => string }> {
  const socket = connect({ port: port(), host: '127.0.0.1', localAddress, allowHalfOpen: true })
  let answer = ''
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  if (isReading) socket.on('data', (chunk) => (answer += chunk))
  else socket.pause()
  if (text !== '') socket.write(text)
  return { socket, read: () => answer }
}

/** What is answered from an address; 0 when nothing is. */
function get(path: string, localAddress: string, headers: Record<string, string> = {}): Promise<number> {
  return new Promise((resolve) => {
    const request = httpRequest({ port: port(), host: '127.0.0.1', path, localAddress, headers, agent: false })
    request.on('response', (response) => {
      response.resume()
      resolve(response.statusCode!)
    })
    request.on('error', () => resolve(0))
    request.end()
  })
}

const HALF = 'GET / HTTP/1.1\r\nHost: x\r\n'

test('2,000 half-open connections from three addresses keep nobody else out, and all end', {
  timeout: 150_000,
}, async () => {
  // None is late before all are there; the limits are as usual.
  t = await startTestServer({ 'http.headers_timeout_seconds': '600', 'http.request_timeout_seconds': '600' })
  const http = t.server.app.server.server
  let opened = 0
  http.on('connection', () => opened++)
  for (let at = 0; at < 2_000; at += 100) {
    await Promise.all(Array.from({ length: 100 }, (_, i) => peer(`127.0.0.${1 + ((at + i) % 3)}`, HALF)))
  }
  await expect.poll(() => opened).toBe(2_000)
  expect(count()).toBe(1_500)
  for (const address of ['127.0.0.21', '127.0.0.22']) expect(await get('/health', address)).toBe(200)
  // Of those that were refused at once, not all are told why.
  await expect.poll(() => get('/health', '127.0.0.1')).toBe(429)
  http.headersTimeout = 1
  await expect.poll(count, { timeout: 60_000 }).toBe(0)
  http.headersTimeout = 600_000
  expect(await get('/health', '127.0.0.1')).toBe(200)
})

test('whatever is refused, the socket is destroyed though the peer never closes and never reads', {
  timeout: 30_000,
}, async () => {
  t = await startTestServer({ 'http.headers_timeout_seconds': '1', 'http.body_limit_bytes': '1024' })
  const body = 'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: '
  const refused: Record<string, string> = {
    nothing: '',
    half: HALF,
    nonsense: 'NONSENSE\r\n\r\n',
    'too much header': `${HALF}X-Long: ${'x'.repeat(40_000)}\r\n\r\n`,
    'too much body': `${body}900000\r\n\r\n${'x'.repeat(200_000)}`,
    'a body for nobody': `POST /api/scheduler/tasks HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n{"a":`,
    'another protocol': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    tunnel: 'CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n',
    'no host': 'GET / HTTP/1.1\r\n\r\n',
    'garbage behind a request': 'GET /health HTTP/1.1\r\nHost: x\r\n\r\nNONSENSE\r\n\r\n',
  }
  let opened = 0
  t.server.app.server.server.on('connection', () => opened++)
  // Each has addresses of its own, which limits count by. All must be there before it means something that none is.
  const all = Object.values(refused)
  const peers = all.flatMap((text, at) => [peer(`127.0.1.${1 + at}`, text), peer(`127.0.2.${1 + at}`, text, true)])
  await Promise.all(peers)
  await expect.poll(() => opened).toBe(peers.length)
  await expect.poll(count, { timeout: 8_000 }).toBe(0)
})

test('an upgrade is answered as the request that it is', async () => {
  t = await startTestServer()
  const upgrade = 'GET /health HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
  const { read } = await peer('127.0.0.33', upgrade, true)
  await expect.poll(read).toMatch(/^HTTP\/1\.1 200/)
})

test('an upload that is refused is told why before its connection ends', async () => {
  t = await startTestServer({ 'http.body_limit_bytes': '1024' })
  const head =
    'POST /api/auth/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 500000\r\n\r\n'
  const { socket, read } = await peer('127.0.0.34', head + 'x'.repeat(500_000), true)
  await once(socket, 'end')
  expect(read()).toMatch(/^HTTP\/1\.1 413[\s\S]*connection: close/i)
})

test('beyond its limits an address, a user or the server is refused with a message', async () => {
  t = await startTestServer({
    'http.max_connections_per_address': '3',
    'http.max_connections_per_user': '2',
    'http.max_connections': '6',
  })
  for (let at = 0; at < 3; at++) await peer('127.0.0.41', HALF)
  const fourth = await peer('127.0.0.41', '', true)
  await expect.poll(fourth.read).toMatch(/^HTTP\/1\.1 429[\s\S]*This address has 3 connections open/)
  const asUser = `GET /api/auth/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.tokens.viewer}\r\n\r\n`
  for (let at = 0; at < 2; at++) {
    const { read } = await peer(`127.0.0.${42 + at}`, asUser, true)
    await expect.poll(read).toMatch(/^HTTP\/1\.1 200/)
  }
  const third = await peer('127.0.0.44', asUser, true)
  await expect.poll(third.read).toMatch(/^HTTP\/1\.1 429[\s\S]*This user has 2 connections open/)
  await expect.poll(count).toBe(5)
})

test('when all places are taken by one each, a further one is refused with a message', async () => {
  t = await startTestServer({ 'http.max_connections': '2' })
  await peer('127.0.0.51', HALF)
  await peer('127.0.0.52', HALF)
  const { read } = await peer('127.0.0.53', '', true)
  await expect.poll(read).toMatch(/^HTTP\/1\.1 503[\s\S]*The server has 2 connections open/)
})

test('a reader that takes nothing of a long reply is cut off; one that is slow gets it all', {
  timeout: 30_000,
}, async () => {
  t = await startTestServer({ 'http.write_timeout_seconds': '1' })
  const ask = `GET /openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.tokens.viewer}\r\n\r\n`
  await peer('127.0.0.61', ask.repeat(60))
  await expect.poll(count, { timeout: 15_000 }).toBe(0)
  const slow = await peer('127.0.0.62', ask.repeat(20), true)
  const last = () => slow.read().split('HTTP/1.1 200').length - 1
  await expect.poll(last, { timeout: 10_000 }).toBe(20)
})

test('the server stops though peers hold half a request and half a reply', { timeout: 30_000 }, async () => {
  t = await startTestServer()
  await peer('127.0.0.71', HALF)
  await peer('127.0.0.71')
  const ask = `GET /openapi.json HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${t.tokens.viewer}\r\n\r\n`
  await peer('127.0.0.72', ask.repeat(60))
  await t.server.stop({ graceMs: 0 })
  expect(count()).toBe(0)
})

test('headers are given no longer than the whole request, also where a setting says so', async () => {
  t = await startTestServer({ 'http.headers_timeout_seconds': '600', 'http.request_timeout_seconds': '2' })
  await peer('127.0.0.81', HALF)
  await expect.poll(count).toBe(1)
  await expect.poll(count, { timeout: 15_000 }).toBe(0)
})

test('localhost means both of its addresses', async () => {
  t = await startTestServer({ host: 'localhost' })
  const ask = (host: string) =>
    fetch(`http://${host}:${port()}/health`).then(
      ({ status }) => status,
      () => 0,
    )
  await expect.poll(() => ask('127.0.0.1')).toBe(200)
})

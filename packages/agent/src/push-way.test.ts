import { createHash, createHmac } from 'node:crypto'
import { MockServer, orderOf } from '@rota/testkit/nodes'
import { expect, onTestFinished, test } from 'vitest'
import { startAgent } from './agent.ts'
import { isSigned } from './push-signature.ts'
import { settingsFor } from './testing/settings.ts'

const KEY = 'key-of-n1-0123456789'
const NOW = Date.UTC(2026, 0, 1)

function signed(body: string, { key = KEY, at = NOW } = {}): string {
  const secret = createHash('sha256').update(key).digest('hex')
  const seconds = Math.floor(at / 1_000)
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`
}

test.each([
  ['by the key of the node', signed('{}'), true],
  ['by another key', signed('{}', { key: 'another' }), false],
  ['for another body', signed('{"frames":[]}'), false],
  ['six minutes ago', signed('{}', { at: NOW - 360_000 }), false],
  ['in six minutes', signed('{}', { at: NOW + 360_000 }), false],
  ['in another form', signed('{}').replace('v1', 'v2'), false],
  ['not at all', undefined, false],
])('of requests signed %s only the node’s own are taken', (_, header, isTaken) => {
  expect(isSigned(header, { body: '{}', key: KEY, now: NOW })).toBe(isTaken)
})

async function pushed() {
  const server = await new MockServer({ joinTokens: ['join-1'] }).start()
  onTestFinished(() => server.close())
  const port = await freePort()
  const callbackUrl = `http://127.0.0.1:${port}/rota`
  const agent = await startAgent({
    settings: settingsFor(server.url, { push: { callbackUrl, host: '127.0.0.1', port } }),
    tell: () => {},
    signal: new AbortController().signal,
  })
  onTestFinished(() => agent.stop({ graceMs: 0, reason: 'over' }))
  return { callbackUrl, ...(await server.greeted()) }
}

test('an agent with a callback address is sent its orders, and tells its news by requests', async () => {
  const { connection, hello, callbackUrl } = await pushed()
  expect(hello.node.callbackUrl).toBe(callbackUrl)
  connection.order(orderOf('e', 'echo hello'))
  expect((await connection.news('lines')).news.lines).toMatchObject([{ text: 'hello' }])
  expect((await connection.news('ended')).news.outcome.status).toBe('success')
})

test('what nobody has signed is not heard, and what is no frame ends the session until the next greeting', async () => {
  const { callbackUrl } = await pushed()
  const order = { kind: 'order', order: orderOf('forged', 'true'), lease: 'l', owner: 'i', beginWithinMs: null }
  const body = JSON.stringify({ frames: [order] })
  const post = (path: string, headers: Record<string, string>, text = body) =>
    fetch(new URL(path, callbackUrl), { method: 'POST', headers, body: text }).then(({ status }) => status)
  expect(await post('/rota', {})).toBe(401)
  expect(await post('/rota', { 'x-rota-signature': signed(body, { key: 'guess', at: Date.now() }) })).toBe(401)
  expect(await post('/other', { 'x-rota-signature': signed(body, { at: Date.now() }) })).toBe(404)
  expect(await post('/rota', { 'x-rota-signature': signed('[]', { at: Date.now() }) }, '[]')).toBe(400)
  const large = 'x'.repeat(17 * 1_048_576)
  await expect(post('/rota', {}, large).catch(() => 413)).resolves.toBe(413)
})

async function freePort(): Promise<number> {
  const probe = await new MockServer().start()
  const { port } = probe
  await probe.close()
  return port
}

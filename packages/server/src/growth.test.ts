import { type Scale, STEEPEST, steepness } from '@rota/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/test-server.ts'

interface Operation {
  parameters: { name: string; in: string }[]
}

/** A quarter of the longest header and address that Node takes. */
const CHARS = 4_000
const LONGEST_TEST_MS = 300_000

let t: TestServer
let id: string
beforeAll(async () => {
  t = await startTestServer({ 'auth.login_attempts': '10000' })
  const body = { name: 'task', type: 'shell', command: 'true', schedule: '0 2 * * *' }
  id = (await t.call('POST', '/api/scheduler/tasks', { as: 'admin', body })).json.id
}, LONGEST_TEST_MS)
afterAll(() => t.stop())

/** Whatever is refused was read first; a reply of a stream is not waited for. */
async function send(method: string, url: string, more: { headers?: object; payload?: string } = {}): Promise<void> {
  const headers = { authorization: `Bearer ${t.tokens.admin}`, 'content-type': 'application/json', ...more.headers }
  const request = { method: method as 'GET', url, ...more, headers, payloadAsStream: true } as const
  const reply = await t.server.app.server.inject(request)
  reply.raw.res.destroy()
  expect(reply.statusCode).not.toBe(500)
}

async function operations(): Promise<{ method: string; url: string; operation: Operation }[]> {
  const { paths } = (await t.server.app.document()) as { paths: Record<string, Record<string, Operation>> }
  return Object.entries(paths).flatMap(([path, methods]) => {
    const url = path.replaceAll('{id}', id).replaceAll(/\{\w+\}/g, 'x')
    return Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), url, operation }))
  })
}

/** Texts that make a search look back, a list long, or an expression try again. */
const texts: ((length: number) => string)[] = [
  (length) => 'a'.repeat(length),
  (length) => `${' '.repeat(length)}x`,
  (length) => '1,'.repeat(length / 2),
]

test(
  'every parameter of every route',
  async () => {
    const steep: string[] = []
    for (const { method, url, operation } of await operations()) {
      for (const { name, in: place } of operation.parameters) {
        if (place !== 'query') continue
        for (const text of texts) {
          const query = (scale: Scale) => `${url}?${name}=${encodeURIComponent(text(CHARS * scale))}`
          const ratio = await steepness((scale) => send(method, query(scale)))
          if (ratio > STEEPEST) steep.push(`${method} ${url} ${name}: ${ratio}`)
        }
      }
    }
    expect(steep).toEqual([])
  },
  LONGEST_TEST_MS,
)

test(
  'every header that is read',
  async () => {
    const names = ['authorization', 'cookie', 'accept', 'accept-language', 'if-match', 'if-none-match', 'range']
    const others = [
      'last-event-id',
      'idempotency-key',
      'x-request-id',
      'origin',
      'x-rota-csrf',
      'content-type',
      'user-agent',
    ]
    for (const name of [...names, ...others]) {
      for (const text of [...texts, (length: number) => 'rota_session=x;'.repeat(length / 15)]) {
        const header = (scale: Scale) => ({ headers: { [name]: text(CHARS * scale) } })
        const ratio = await steepness((scale) =>
          send('PATCH', `/api/scheduler/tasks/${id}`, { ...header(scale), payload: '{}' }),
        )
        expect(ratio, name).toBeLessThanOrEqual(STEEPEST)
      }
    }
  },
  LONGEST_TEST_MS,
)

// Long because: one server answers all cases.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Json } from '@rota/core'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import type { RunRequest } from './executor.ts'
import { createExecutors } from './executors.ts'
import type { HttpOptions } from './http-options.ts'
import { attempt, RecordingSink } from './testing/attempt.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

/** Starts a server on a loopback address; resolves to its port. */
function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server)
  return new Promise((resolve) => server.listen(0, host, () => resolve((server.address() as AddressInfo).port)))
}
const serve = (listener: RequestListener, host?: string) => listen(createServer(listener), host)

const bodyOf = async (request: IncomingMessage) => {
  let body = ''
  for await (const chunk of request) body += chunk
  return body
}

const LOOPBACK: HttpOptions = { allow: ['127.0.0.1'] }

function send(http: Record<string, Json>, options: HttpOptions = LOOPBACK, more: Partial<RunRequest> = {}) {
  const sink = new RecordingSink()
  const executor = createExecutors({ http: options }).get('http')!
  return { run: executor.start(attempt({ http }, more), sink), sink }
}
const outcomeOf = (http: Record<string, Json>, options?: HttpOptions, more?: Partial<RunRequest>) =>
  send(http, options, more).run.done

describe('an http task', () => {
  test('sends what it says and returns status, headers and body', async () => {
    const port = await serve(async (request, response) => {
      const seen = { method: request.method, url: request.url, headers: request.headers, body: await bodyOf(request) }
      response.setHeader('content-type', 'application/json')
      response.setHeader('set-cookie', 'secret=1')
      response.end(JSON.stringify(seen))
    })
    const { run, sink } = send({
      method: 'post',
      url: `http://127.0.0.1:${port}/path?a=1#fragment`,
      query: { b: ['x y', 2], c: true },
      headers: { 'X-Mine': 'yes' },
      body: { rows: [1] },
      auth: { type: 'basic', username: 'user', password: 'p:w' },
    })
    const outcome = await run.done
    expect(outcome).toMatchObject({ status: 'success', failure: null, error: null })
    const { status, headers, body } = outcome.result as { status: number; headers: Record<string, string>; body: Json }
    expect(status).toBe(200)
    expect(headers).not.toHaveProperty('set-cookie')
    expect(body).toMatchObject({
      method: 'POST',
      url: '/path?a=1&b=x+y&b=2&c=true',
      body: '{"rows":[1]}',
      headers: {
        host: `127.0.0.1:${port}`,
        'x-mine': 'yes',
        'content-type': 'application/json',
        authorization: `Basic ${Buffer.from('user:p:w').toString('base64')}`,
        'x-rota-attempt': '1',
      },
    })
    expect(sink.texts('system')[0]).toMatch(/^POST http:\/\/127\.0\.0\.1:\d+\/path → 200, \d+ bytes, \d+ ms$/)
    expect(outcome.outputTail).toContain('"method":"POST"')
  })

  test.each([
    [204, undefined, true],
    [404, undefined, false],
    [404, 404, true],
    [404, '4xx', true],
    [404, ['2xx', '400-410'], true],
    [500, ['2xx', 404], false],
  ])('status %i with expect_status %j is success: %j', async (status, expected, isSuccess) => {
    const port = await serve((_, response) => response.writeHead(status).end())
    const http = { url: `http://127.0.0.1:${port}/`, ...(expected === undefined ? {} : { expect_status: expected }) }
    const outcome = await outcomeOf(http)
    expect(outcome).toMatchObject(isSuccess ? { status: 'success' } : { status: 'failed', failure: 'assertion' })
    expect(outcome.result).toMatchObject({ status })
  })

  test.each([
    [{ body_contains: 'rows' }, null],
    [{ body_contains: 'nope' }, 'the body does not contain "nope"'],
    [{ body_not_contains: 'rows' }, 'the body contains "rows"'],
    [{ json: 'a.b.1', equals: { c: 2 } }, null],
    [{ json: 'a.b.0', equals: 2 }, 'json a.b.0 is 1, not 2'],
    [{ json: 'a.__proto__.x', exists: false }, null],
    [{ json: 'a.x', exists: true }, 'json a.x does not exist'],
    [{ header: 'X-Version', equals: '7' }, null],
    [{ header: 'x-version', contains: '8' }, 'header x-version is "7" and does not contain "8"'],
  ])('assertion %j', async (assertion, problem) => {
    const port = await serve((_, response) => {
      response.setHeader('x-version', '7')
      response.end('{"a": {"b": [1, {"c": 2}]}, "rows": 0}')
    })
    const outcome = await outcomeOf({ url: `http://127.0.0.1:${port}/`, assert: [assertion as Json] })
    if (problem === null) expect(outcome.status).toBe('success')
    else expect(outcome).toMatchObject({ failure: 'assertion', error: expect.stringContaining(problem) })
  })

  test('that gets no answer fails at its deadline, whatever phase it is in', async () => {
    const hangs: RequestListener[] = [
      () => {},
      (_, response) => void response.writeHead(200).write('x'),
      // A slow loris: something arrives all the time, but it never ends.
      (_, response) => {
        const drip = setInterval(() => response.write('x'), 20)
        response.on('close', () => clearInterval(drip))
      },
    ]
    for (const hang of hangs) {
      const port = await serve(hang)
      const outcome = await outcomeOf({ url: `http://127.0.0.1:${port}/` }, LOOPBACK, { timeoutMs: 150 })
      expect(outcome).toMatchObject({ failure: 'timeout', error: 'No complete response within 0.15 s.' })
    }
    const resolve = () => new Promise<string[]>(() => {})
    const outcome = await outcomeOf({ url: 'http://never.example/' }, { resolve }, { timeoutMs: 50 })
    expect(outcome.failure).toBe('timeout')
  })

  test('can be cancelled', async () => {
    let arrived = () => {}
    const isHere = new Promise<void>((resolve) => {
      arrived = resolve
    })
    const port = await serve(() => arrived())
    const { run } = send({ url: `http://127.0.0.1:${port}/` })
    await isHere
    run.cancel('Not wanted.')
    expect(await run.done).toMatchObject({ status: 'cancelled', error: 'Not wanted.' })
  })

  test('reads an endless body only to its cap, and ends the connection', async () => {
    let sent = 0
    const port = await serve((_, response) => {
      const chunk = Buffer.alloc(65_536, 'a')
      const push = () => {
        while (!response.destroyed && response.write(chunk)) sent += chunk.length
        response.once('drain', push)
      }
      push()
    })
    const outcome = await outcomeOf({ url: `http://127.0.0.1:${port}/` }, { ...LOOPBACK, maxBodyBytes: 200_000 })
    expect(outcome).toMatchObject({ status: 'success', result: { truncated: true } })
    expect(sent).toBeLessThan(50_000_000)
    expect(Buffer.byteLength(JSON.stringify(outcome.result))).toBeLessThan(65_536)
  })

  test('says why there is no response', async () => {
    const port = await serve((request) => request.socket.destroy())
    expect(await outcomeOf({ url: `http://127.0.0.1:${port}/` })).toMatchObject({ failure: 'error' })
    const closedPort = await listen(createServer())
    servers.pop()!.close()
    const refused = await outcomeOf({ url: `http://127.0.0.1:${closedPort}/` })
    expect(refused).toMatchObject({ failure: 'error', error: expect.stringContaining('ECONNREFUSED') })
  })
})

describe('where an http task may go', () => {
  test.each([
    'http://127.0.0.1',
    'http://0177.0.0.1',
    'http://0x7f.1',
    'http://2130706433',
    'http://127.1',
    'http://0',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[::]',
    'http://①②⑦.⓪.⓪.①',
    'http://localhost',
    'http://169.254.169.254/latest',
    'http://[fe80::1]',
    'http://[fd00::1]',
    'http://10.0.0.1',
    'http://user@127.0.0.1',
  ])('not to %s', async (base) => {
    let requests = 0
    const port = await serve((_, response) => {
      requests++
      response.end()
    })
    const url = new URL(base)
    url.port = String(port)
    const outcome = await outcomeOf({ url: url.href }, {})
    expect(outcome).toMatchObject({ failure: 'error', error: expect.stringContaining('is not public') })
    expect(requests).toBe(0)
  })

  test('a name is resolved once, and the connection goes to the address that was checked', async () => {
    const hosts: (string | undefined)[] = []
    const port = await serve((request, response) => {
      hosts.push(request.headers.host)
      response.end()
    }, '127.0.0.2')
    const answers = [['127.0.0.2'], ['127.0.0.1']]
    const asked: string[] = []
    const resolve = async (name: string) => {
      asked.push(name)
      return answers[asked.length - 1]!
    }
    const options = { allow: ['127.0.0.2'], resolve }
    expect(await outcomeOf({ url: `http://rebind.example:${port}/` }, options)).toMatchObject({ status: 'success' })
    expect(asked).toEqual(['rebind.example'])
    expect(hosts).toEqual([`rebind.example:${port}`])
    const second = await outcomeOf({ url: `http://rebind.example:${port}/` }, options)
    expect(second.error).toContain('127.0.0.1 of rebind.example is not public')
    expect(hosts).toHaveLength(1)
  })

  test('every redirect is checked again, by address and by scheme', async () => {
    const locations = ['http://10.0.0.1/', 'http://[::1]/', 'file:///etc/passwd', 'http://u:p@127.0.0.1/', 'http://']
    for (const location of locations) {
      const port = await serve((_, response) => response.writeHead(302, { location }).end())
      const outcome = await outcomeOf({ url: `http://127.0.0.1:${port}/` })
      expect(outcome, location).toMatchObject({ status: 'failed', failure: 'error' })
    }
  })

  test('a redirect to a name that resolves to something else now is refused', async () => {
    let requests = 0
    const port = await serve((_, response) => {
      requests++
      response.writeHead(307, { location: '/again' }).end()
    })
    const answers = ['127.0.0.1', '169.254.169.254']
    const resolve = async () => [answers.shift()!]
    const outcome = await outcomeOf({ url: `http://rebind.example:${port}/` }, { ...LOOPBACK, resolve })
    expect(outcome.error).toContain('169.254.169.254')
    expect(requests).toBe(1)
  })

  test.each([
    ['/again?token=s3cret', 'More than 2 redirects; the last led to http://127.0.0.1:PORT/again.'],
    ['ftp://ann:s3cret@127.0.0.1/x?token=s3cret#s3cret', 'The redirect to ftp://127.0.0.1/x cannot be followed.'],
    ['http://ann:s3cret@127.0.0.1/x', 'The redirect to http://127.0.0.1/x cannot be followed.'],
    ['http://[?token=s3cret', 'The redirect to http://[ is not a URL.'],
  ])('a redirect to %s is told without what may be a secret', async (location, said) => {
    const port = await serve((_, response) => response.writeHead(302, { location }).end())
    const { error } = await outcomeOf({ url: `http://127.0.0.1:${port}/`, max_redirects: 2 })
    expect(error).toContain(said.replace('PORT', String(port)))
    expect(error).not.toContain('s3cret')
  })

  test('a redirect to another origin takes none of the task’s own headers along, one to the same origin all', async () => {
    const seen: Record<string, string | string[] | undefined>[] = []
    const elsewhere = await serve((request, response) => {
      seen.push(request.headers)
      response.end()
    })
    const port = await serve((request, response) => {
      seen.push(request.headers)
      const location = request.url === '/1' ? '/2' : `http://127.0.0.1:${elsewhere}/`
      response.writeHead(307, { location }).end()
    })
    const headers = { 'X-Api-Key': 'k', 'X-Anything': 'a', Cookie: 'c', Accept: 'text/plain', 'Content-Type': 'text/x' }
    const auth = { type: 'bearer', token: 't' } as const
    await outcomeOf({ url: `http://127.0.0.1:${port}/1`, method: 'POST', body: 'b', headers, auth }, LOOPBACK)
    const own = { 'x-api-key': 'k', 'x-anything': 'a', cookie: 'c', authorization: 'Bearer t', accept: 'text/plain' }
    expect(seen).toMatchObject([own, own, { accept: '*/*', 'content-type': 'text/x', 'user-agent': 'rota' }])
    const taken = Object.keys(own).filter((name) => name !== 'accept' && name in seen[2]!)
    expect(taken).toEqual([])
  })

  test('three redirects are followed, a fourth is not; none where the task says so', async () => {
    const port = await serve((request, response) => {
      const left = Number(request.url!.slice(1))
      if (left === 0) response.end('arrived')
      else response.writeHead(302, { location: `/${left - 1}` }).end()
    })
    expect(await outcomeOf({ url: `http://127.0.0.1:${port}/3` })).toMatchObject({ status: 'success' })
    const tooMany = await outcomeOf({ url: `http://127.0.0.1:${port}/4` })
    expect(tooMany).toMatchObject({ failure: 'error', error: expect.stringContaining('More than 3 redirects') })
    const none = await outcomeOf({ url: `http://127.0.0.1:${port}/3`, follow_redirects: false, expect_status: 302 })
    expect(none).toMatchObject({ status: 'success', result: { status: 302 } })
  })

  test.each([
    ['bearer', { type: 'bearer', token: 'canary' }],
    ['header', { type: 'header', name: 'X-Api-Key', value: 'canary' }],
  ])('credentials (%s) stay with the host they are for', async (_, auth) => {
    const seen: string[] = []
    const other = await serve((request, response) => {
      seen.push(JSON.stringify(request.headers))
      response.end()
    })
    const port = await serve((request, response) => {
      seen.push(JSON.stringify(request.headers))
      const location = request.url === '/' ? '/same' : `http://127.0.0.1:${other}/`
      response.writeHead(307, { location }).end()
    })
    const headers = { cookie: 'canary=1' }
    const outcome = await outcomeOf({ url: `http://127.0.0.1:${port}/`, auth, headers })
    expect(outcome.status).toBe('success')
    expect(seen.map((text) => text.split('canary').length - 1)).toEqual([2, 2, 0])
    expect(JSON.stringify(outcome)).not.toContain('canary')
  })

  test('a POST becomes a GET without body on 303, and stays what it is on 307', async () => {
    const seen: string[] = []
    const port = await serve(async (request, response) => {
      seen.push(`${request.method} ${request.url} ${await bodyOf(request)}`)
      const status = Number(request.url!.slice(1))
      if (status) response.writeHead(status, { location: '/' })
      response.end()
    })
    await outcomeOf({ url: `http://127.0.0.1:${port}/303`, method: 'POST', body: 'b' })
    await outcomeOf({ url: `http://127.0.0.1:${port}/307`, method: 'POST', body: 'b' })
    expect(seen).toEqual(['POST /303 b', 'GET / ', 'POST /307 b', 'POST / b'])
  })
})

describe('TLS', () => {
  const directory = mkdtempSync(join(tmpdir(), 'rota-tls-'))
  afterAll(() => rmSync(directory, { recursive: true, force: true }))
  const files = { key: join(directory, 'key.pem'), cert: join(directory, 'cert.pem') }
  const subject = ['-subj', '/CN=tls.example', '-addext', 'subjectAltName=DNS:tls.example']
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  execFileSync(
    '/usr/bin/env',
    ['openssl', 'req', '-x509', ...newKey, '-keyout', files.key, '-out', files.cert, '-days', '2', ...subject],
    {
      stdio: 'ignore',
    },
  )

  test('certificates are verified for the name, against the given authority, unless the task says not to', async () => {
    const [key, cert] = [readFileSync(files.key, 'utf8'), readFileSync(files.cert, 'utf8')]
    const names: unknown[] = []
    const port = await listen(
      createTlsServer({ key, cert }, (request, response) => {
        names.push((request.socket as unknown as { servername: string }).servername)
        response.end('secure')
      }),
    )
    const options = { ...LOOPBACK, resolve: async () => ['127.0.0.1'] }
    const url = `https://tls.example:${port}/`
    expect(await outcomeOf({ url }, options)).toMatchObject({ failure: 'error' })
    expect(await outcomeOf({ url, tls: { ca: cert } }, options)).toMatchObject({ status: 'success' })
    expect(await outcomeOf({ url, tls: { verify: false } }, options)).toMatchObject({ status: 'success' })
    const otherName = `https://other.example:${port}/`
    expect(await outcomeOf({ url: otherName, tls: { ca: cert } }, options)).toMatchObject({ failure: 'error' })
    expect(names).toEqual(['tls.example', 'tls.example'])
  })
})

describe('validation of an http task', () => {
  const http = createExecutors().get('http')!
  const url = 'https://example.com/'
  test.each([
    [{}, 'http', 'Is required.'],
    [{ http: 'x' }, 'http', 'Must be an object.'],
    [{ http: {} }, 'http.url', 'Is required.'],
    [{ http: { url: 'example.com' } }, 'http.url', 'Is not a URL'],
    [{ http: { url: 'ftp://example.com' } }, 'http.url', 'use http or https'],
    [{ http: { url: 'https://u:p@example.com' } }, 'http.url', 'credentials'],
    [{ http: { url: 'https://a\0b' } }, 'http.url', 'NUL'],
    [{ http: { url, methd: 'GET' } }, 'http.methd', 'did you mean method?'],
    [{ http: { url, method: 'BREW' } }, 'http.method', 'Must be one of'],
    [{ http: { url, body: 'x' } }, 'http.body', 'A GET request has no body.'],
    [{ http: { url, headers: { 'a b': 'x' } } }, 'http.headers.a b', 'is not a header name'],
    [{ http: { url, headers: { a: 'x\r\nb: y' } } }, 'http.headers.a', 'cannot carry'],
    [{ http: { url, headers: { Host: 'x' } } }, 'http.headers.Host', 'is set by Rota'],
    [{ http: { url, headers: ['x'] } }, 'http.headers', 'Must be an object, not a list.'],
    [{ http: { url, query: { a: { b: 1 } } } }, 'http.query.a', 'Must be a string'],
    [{ http: { url, auth: { type: 'magic' } } }, 'http.auth.type', 'basic, bearer or header'],
    [{ http: { url, auth: { type: 'constructor' } } }, 'http.auth.type', 'basic, bearer or header'],
    [{ http: { url, auth: { type: 'bearer' } } }, 'http.auth.token', 'Must be a string.'],
    [{ http: { url, auth: { type: 'bearer', token: 'a\nb' } } }, 'http.auth.token', 'cannot carry'],
    [{ http: { url, expect_status: '2x' } }, 'http.expect_status', 'is not a status'],
    [{ http: { url, expect_status: [200, 99] } }, 'http.expect_status.1', 'is not a status'],
    [{ http: { url, expect_status: [] } }, 'http.expect_status', 'empty list'],
    [{ http: { url, assert: {} } }, 'http.assert', 'Must be a list'],
    [{ http: { url, assert: [{ jsn: 'a' }] } }, 'http.assert.0', 'Needs exactly one of'],
    [{ http: { url, assert: [{ json: 'a' }] } }, 'http.assert.0', 'Needs exactly one of equals, exists'],
    [{ http: { url, max_redirects: 6 } }, 'http.max_redirects', '0 to 5'],
    [{ http: { url, tls: { ca: 'x' } } }, 'http.tls.ca', 'PEM'],
  ] as [Record<string, Json>, string, string][])('%j is refused', async (payload, path, message) => {
    expect(await http.validate(payload)).toContainEqual(
      expect.objectContaining({ path, message: expect.stringContaining(message) }),
    )
  })

  test('a full request is fine', async () => {
    const full = { url, method: 'put', headers: { A: 'b' }, query: { q: [1] }, body: [1], expect_status: ['2xx', 304] }
    expect(await http.validate({ http: { ...full, assert: [{ json: 'a', equals: null }] } })).toEqual([])
  })
})

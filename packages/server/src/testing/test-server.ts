import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Clock } from '@rota/core'
import { problem, type Role } from '@rota/protocol'
import { createLogger, createServer, loadConfig, type Server } from '../index.ts'
import { declaredStatuses } from './declared.ts'

export const ADMIN_PASSWORD = 'correct horse battery'
export const ROLES: readonly Role[] = ['viewer', 'operator', 'editor', 'admin']

/** The least that argon2 allows: nobody guesses the passwords of a test. */
export const CHEAP = { memoryCost: 8, timeCost: 1, parallelism: 1 }

/** Streams that only a reader or the server ends. */
const ENDLESS = /^\/api\/scheduler\/events(\?|$)/

export interface CallOptions {
  /** A role, or a bearer credential as it is; undefined is nobody. */
  as?: Role | (string & {}) | undefined
  body?: unknown
  headers?: Record<string, string>
}

export interface Reply {
  status: number
  headers: Record<string, unknown>
  text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into replies freely; schemas are checked apart.
  json: any
}

export interface TestServer {
  server: Server
  folder: string
  tokens: Record<Role, string>
  /** Sends a request and checks the reply against what its route declares. */
  call(method: string, url: string, options?: CallOptions): Promise<Reply>
  stop(): Promise<void>
}

/** A whole server on an empty data directory and a free port, with one API token per role. */
export async function startTestServer(settings: Record<string, string> = {}, clock?: Clock): Promise<TestServer> {
  const folder = mkdtempSync(join(tmpdir(), 'rota-server-'))
  const set = {
    ...sharedStore(),
    examples: 'false',
    'http.rate_limit_per_minute': '0',
    'http.anonymous_per_minute': '0',
    'http.anonymous_per_minute_total': '0',
    'log.level': 'silent',
    ...settings,
  }
  const { config } = loadConfig({ data: folder, port: 0, set }, {}, folder)
  const options = {
    adminPassword: ADMIN_PASSWORD,
    logger: createLogger('silent'),
    passwordCost: CHEAP,
    ...(clock && { clock }),
  }
  const server = await createServer(config, options)
  await server.start()
  const send = sender(server)
  const admin = await send('POST', '/api/auth/login', { body: { username: 'admin', password: ADMIN_PASSWORD } })
  const tokens = {} as Record<Role, string>
  for (const role of ROLES) {
    const made = await send('POST', '/api/scheduler/tokens', {
      as: admin.json.access_token,
      body: { name: role, role, ...(settings['auth.password_again_seconds'] === '0' && { password: ADMIN_PASSWORD }) },
    })
    tokens[role] = made.json.token
  }
  return {
    server,
    folder,
    tokens,
    call(method, url, { as, ...rest } = {}) {
      const credential = as !== undefined && Object.hasOwn(tokens, as) ? tokens[as as Role] : as
      return send(method, url, { ...rest, as: credential })
    },
    async stop() {
      await server.stop({ graceMs: 0 })
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The same tests hold a server to the same rules on PostgreSQL, in a schema of its own, where the environment names one. */
function sharedStore(): Record<string, string> {
  const url = process.env.ROTA_TEST_SERVER_DATABASE_URL
  if (url === undefined) return {}
  return {
    'database.url': url,
    'database.schema': `rota_test_${randomBytes(6).toString('hex')}`,
    // Only a store of its own has a key that a server makes.
    'secrets.key': randomBytes(32).toString('hex'),
  }
}

function sender(server: Server) {
  return async (method: string, url: string, { as, body, headers = {} }: CallOptions = {}): Promise<Reply> => {
    const isText = typeof body === 'string' || Buffer.isBuffer(body)
    const request = {
      method: method as 'GET',
      url,
      headers: {
        ...(as !== undefined && { authorization: `Bearer ${as}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { payload: isText ? body : JSON.stringify(body) }),
    }
    const isEndless = method === 'GET' && ENDLESS.test(url)
    const response = await server.app.server.inject({ ...request, payloadAsStream: isEndless })
    const payload = isEndless ? await openingOf(response) : response.payload
    const isJson = /json/.test(String(response.headers['content-type']))
    const isLines = /ndjson/.test(String(response.headers['content-type']))
    const reply: Reply = {
      status: response.statusCode,
      headers: response.headers,
      text: payload,
      json: isJson && !isLines && payload !== '' ? JSON.parse(payload) : undefined,
    }
    checkReply(server, method, url, reply)
    return reply
  }
}

/** What a reply that would have no end begins with; then the caller hangs up. */
async function openingOf(response: Awaited<ReturnType<Server['app']['server']['inject']>>): Promise<string> {
  for await (const chunk of response.stream()) {
    response.raw.res.destroy()
    return String(chunk)
  }
  return ''
}

/** Throws when a reply is not one that its route declares, in status or shape. */
function checkReply(server: Server, method: string, url: string, reply: Reply): void {
  const place = `${method} ${url.slice(0, 200)} → ${reply.status}`
  const isProblem = String(reply.headers['content-type']).startsWith('application/problem+json')
  if (isProblem && reply.status !== 503 && method !== 'HEAD') {
    const result = problem.safeParse(reply.json)
    if (!result.success) throw new Error(`${place}: not a problem document: ${reply.text.slice(0, 300)}`)
    if (reply.json.status !== reply.status) throw new Error(`${place}: the problem says ${reply.json.status}`)
  }
  const route = declaredStatuses(server, method, url)
  if (route === undefined) return
  if (!route.statuses.includes(reply.status)) throw new Error(`${place}: not declared: ${reply.text.slice(0, 300)}`)
  if (isProblem || reply.status >= 400 || method === 'HEAD' || route.schema === null) return
  const result = route.schema.safeParse(reply.json)
  if (!result.success) throw new Error(`${place}: ${result.error.message}\n${reply.text.slice(0, 600)}`)
}

import type { Role } from '@rota/protocol'
import type { CallOptions, Reply, TestServer } from './test-server.ts'

export const PERSON_PASSWORD = 'tangled amber lantern'
/** What the page sends with every request. */
export const PAGE_HEADERS = { 'x-rota-csrf': '1', 'sec-fetch-site': 'same-origin' }

/** A browser on our own page: it keeps the cookie that replies set, and sends it. */
export interface TestBrowser {
  /** As a Cookie header has it; empty when there is none. */
  cookie: string
  call(method: string, url: string, options?: Omit<CallOptions, 'as'>): Promise<Reply>
}

let people = 0

/** Makes a person with the role and signs in as that one. */
export async function openBrowser(t: TestServer, role: Role): Promise<TestBrowser> {
  const username = `${role}${++people}`
  await t.call('POST', '/api/scheduler/users', { as: 'admin', body: { username, role, password: PERSON_PASSWORD } })
  return signIn(t, username, PERSON_PASSWORD)
}

export async function signIn(t: TestServer, username: string, password: string): Promise<TestBrowser> {
  const browser: TestBrowser = {
    cookie: '',
    async call(method, url, { headers, ...options } = {}) {
      const sent = { ...PAGE_HEADERS, ...(browser.cookie !== '' && { cookie: browser.cookie }), ...headers }
      const reply = await t.call(method, url, { ...options, headers: sent })
      const [pair] = String(reply.headers['set-cookie'] ?? '').split(';')
      if (pair) browser.cookie = pair.endsWith('=') ? '' : pair
      return reply
    },
  }
  await browser.call('POST', '/api/auth/login', { body: { username, password, cookie: true } })
  return browser
}

import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeJwt, importJWK, type JWK, SignJWT } from 'jose'
import { Provider } from 'oidc-provider'

type Claims = Record<string, unknown>

/** The one client that the provider knows, and another that tokens are for which ours must refuse. */
export const CLIENT = { id: 'rota', secret: 'the secret of rota at the provider' }

/** A real OpenID Connect provider that a test may let misbehave. People sign in with any password. */
export interface TestProvider {
  readonly issuer: string
  /** Claims of people by their `sub`, in the ID token; `userinfo` of one is told there alone. */
  readonly people: Map<string, Claims & { userinfo?: Claims }>
  /** Takes clients that come back to this server, from now on. */
  serve(url: string): void
  /** Signs with another key from now on, and says so. */
  rotateKeys(): void
  /** Changes the claims of ID tokens, which are then signed as they should be. */
  tamper: ((claims: Claims) => Claims) | null
  /** Answers every request instead of the provider. */
  answer: ((request: IncomingMessage, response: ServerResponse) => void) | null
  /** A token signed with the provider's key, or with one of nobody. */
  sign(claims: Claims, options?: { isForged?: boolean }): Promise<string>
  stop(): Promise<void>
}

function newKey(): JWK {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })
  return { ...(privateKey.export({ format: 'jwk' }) as JWK), kid: randomUUID(), alg: 'RS256', use: 'sig' }
}

async function signed(claims: Claims, key: JWK): Promise<string> {
  const made = new SignJWT(claims).setProtectedHeader({ alg: 'RS256', kid: key.kid!, typ: 'JWT' })
  return made.sign(await importJWK(key, 'RS256'))
}

/** Starts a provider on a free port of this machine. */
export async function startOidcProvider(): Promise<TestProvider> {
  let handle: (request: IncomingMessage, response: ServerResponse) => unknown = (_, response) => response.end()
  let key = newKey()
  let served = ''
  const server = createServer((request, response) => (test.answer ?? handle)(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const begin = () => {
    const provider = quietly(() => new Provider(issuer, configuration({ key, served, people: test.people })))
    provider.use(async (context, next) => {
      await next()
      const { id_token: token } = context.body ?? {}
      if (context.oidc?.route !== 'token' || test.tamper === null || typeof token !== 'string') return
      context.body.id_token = await signed(test.tamper(decodeJwt(token)), key)
    })
    handle = provider.callback()
  }
  const test: TestProvider = {
    issuer,
    people: new Map(),
    tamper: null,
    answer: null,
    serve(url) {
      served = url
      begin()
    },
    rotateKeys() {
      key = newKey()
      begin()
    },
    sign: (claims, { isForged = false } = {}) => signed(claims, isForged ? { ...newKey(), kid: key.kid! } : key),
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  begin()
  return test
}

/** It warns of what is right for a test alone. */
function quietly<T>(make: () => T): T {
  const { warn, info } = console
  Object.assign(console, { warn: () => {}, info: () => {} })
  try {
    return make()
  } finally {
    Object.assign(console, { warn, info })
  }
}

interface Page {
  body: unknown
}

/** Its own pages come with a line in the log. */
const LOGOUT = {
  enabled: true,
  logoutSource(page: Page, form: string) {
    const button = '<button type="submit" form="op.logoutForm" value="yes" name="logout">Yes, sign me out</button>'
    page.body = `<!doctype html><title>Sign out</title>${form}${button}`
  },
  postLogoutSuccessSource(page: Page) {
    page.body = '<!doctype html><title>Signed out</title>'
  },
}

interface Settings {
  key: JWK
  served: string
  people: TestProvider['people']
}

function configuration({ key, served, people }: Settings) {
  return {
    jwks: { keys: [key] },
    clients: [
      {
        client_id: CLIENT.id,
        client_secret: CLIENT.secret,
        redirect_uris: [`${served || 'http://127.0.0.1:1'}/api/auth/oidc/idp/callback`],
        backchannel_logout_uri: `${served || 'http://127.0.0.1:1'}/api/auth/oidc/idp/logout`,
        backchannel_logout_session_required: true,
      },
    ],
    claims: { openid: ['sub', 'sid', 'name', 'preferred_username', 'groups'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true }, rpInitiatedLogout: LOGOUT },
    // Its own refuses addresses of this machine, where the server under test is.
    fetch: (url: string, { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown }) => fetch(url, options),
    pkce: { required: () => true },
    cookies: { keys: ['a test needs no secret'] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, Grant: 600, IdToken: 60, Interaction: 600, Session: 600 },
    findAccount: (_: unknown, sub: string) => ({
      accountId: sub,
      claims(use: string) {
        const { userinfo = {}, ...claims } = people.get(sub) ?? {}
        return { sub, ...claims, ...(use === 'userinfo' && userinfo) }
      },
    }),
  }
}

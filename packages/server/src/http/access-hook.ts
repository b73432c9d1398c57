import { RotaError, say } from '@rota/core'
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { NodeKeys } from '../node-keys.ts'
import { type Principal, requireNeed } from '../principal.ts'
import type { RouteNeed } from '../route.ts'
import type { Services } from '../services.ts'
import { sendCookie } from './cookies.ts'

/** What a person who must change the password may still do. */
const WHILE_PASSWORD_IS_DUE = new Set(['/api/auth/me', '/api/auth/password', '/api/auth/logout'])

/** What a person who must set up a second factor may still do. */
const WHILE_FACTOR_IS_DUE = new Set([...WHILE_PASSWORD_IS_DUE, '/api/auth/second-factor', '/api/auth/profile'])

/** What the access hook needs to know of a route; also the list that tests walk. */
export interface RegisteredRoute {
  method: string
  url: string
  needs: RouteNeed
}

/**
 * Lets a request reach its handler only when its route says what it needs and the caller has that. Decides by the
 * matched route, never by the path's text, so that no spelling of a path gets around it. Answers the list of
 * registered routes, which is complete once the server is ready; being ready fails when one says nothing.
 */
export function guardRoutes(app: FastifyInstance, services: Services): RegisteredRoute[] {
  const routes: RegisteredRoute[] = []
  const seen: RouteOptions[] = []
  app.addHook('onRoute', (options) => {
    seen.push(options)
  })
  // Not before: a plug-in's own hooks may still say what it needs.
  app.addHook('onReady', async () => {
    for (const { method, url, config } of seen) {
      const { needs } = (config ?? {}) as { needs?: RouteNeed }
      if (needs === undefined) throw new Error(`${method} ${url} does not say what it needs.`)
      for (const name of [method].flat()) routes.push({ method: name, url, needs })
    }
  })
  app.decorateRequest('principal', null)
  app.decorateRequest('node', null)
  // After the rate limit, which counts bad credentials too, and before the body is read.
  app.addHook('preParsing', (request, reply, payload, done) => {
    const needs = request.is404 ? 'public' : request.routeOptions.config.needs
    if (needs === 'public') return done(null, payload)
    if (needs === undefined) return done(new RotaError('forbidden', say`Nobody may do this.`))
    const key = nodeKeyOf(request)
    if (key !== null) return void enterAsNode(request, key, services).then(() => done(null, payload), done)
    try {
      const identified = authenticated(request, services)
      const admit = (principal: Principal) => enter(request, reply, principal, needs)
      if (identified instanceof Promise) return void identified.then(admit).then(() => done(null, payload), done)
      admit(identified)
    } catch (error) {
      return done(error as Error)
    }
    done(null, payload)
  })

  function enter(request: FastifyRequest, reply: FastifyReply, principal: Principal, needs: ClosedNeed) {
    refuseFrom(principal, request.ip)
    request.principal = principal
    app.connections.claim(request.raw.socket, principal.userId)
    const nextCookie = principal.credential.cookie?.next ?? null
    if (nextCookie !== null) {
      sendCookie(request, reply, { value: nextCookie, maxAgeSeconds: services.browserSessions.lifeSeconds })
    }
    authorise(principal, needs, request, services)
  }

  return routes
}

/** A node's key, where the route takes one and nothing else comes with it. */
function nodeKeyOf({ headers, routeOptions }: FastifyRequest): string | null {
  if (!routeOptions.config.takesNodeKey || headers.cookie !== undefined) return null
  const [, text] = /^Bearer +([^\s,]+) *$/i.exec(headers.authorization ?? '') ?? []
  return text !== undefined && NodeKeys.looksLike(text) ? text : null
}

/** Bad keys count as guesses, like other credentials. */
async function enterAsNode(request: FastifyRequest, key: string, { nodeKeys, guesses }: Services): Promise<void> {
  request.node = await nodeKeys.read(key).catch((error) => guesses.count(error, request.ip))
}

/** The parts of a request that can carry a credential. */
export function presented(request: FastifyRequest) {
  return {
    rawHeaders: request.raw.rawHeaders,
    authorization: request.headers.authorization,
    cookie: request.headers.cookie,
    query: request.query as Record<string, unknown>,
    tenant: chosenTenant(request),
    isSecure: request.protocol === 'https',
    origin: { method: request.method, host: request.host, headers: request.headers },
  }
}

/** By a header, or in the address of what a page cannot give headers to: streams and downloads. */
function chosenTenant({ headers, query, routeOptions }: FastifyRequest): string | undefined {
  const header = headers['rota-tenant']
  if (header !== undefined) return String(header)
  const { tenant } = query as Record<string, unknown>
  return routeOptions.config.takesTenant && tenant !== undefined ? String(tenant) : undefined
}

function authenticated(request: FastifyRequest, { authenticator, guesses }: Services): Principal | Promise<Principal> {
  const { authorization, cookie } = request.headers
  const shown = presented(request)
  const known = authenticator.known(shown)
  if (known !== null) return known
  const identified = authenticator.authenticate(shown)
  // Whoever shows nothing guesses nothing.
  if (authorization === undefined && cookie === undefined) return identified
  return identified.catch((error) => guesses.count(error, request.ip))
}

type ClosedNeed = Exclude<RouteNeed, 'public'>

/** Whoever holds a token that is not theirs to use from here does not learn what it may. */
function refuseFrom({ credential }: Principal, address: string): void {
  if (credential.isTakenFrom === undefined || credential.isTakenFrom(address)) return
  throw new RotaError('forbidden', say`This token is not taken from the address ${address}.`)
}

function authorise(principal: Principal, needs: ClosedNeed, request: FastifyRequest, services: Services): void {
  if (needs !== 'authenticated') requireNeed(principal, needs)
  // The page always asks for the change; programs may go on unless the configuration says otherwise.
  const isEnforced = services.config.auth.require_password_change || principal.credential.cookie !== undefined
  const isDue = principal.mustChangePassword && isEnforced
  if (isDue && !WHILE_PASSWORD_IS_DUE.has(request.routeOptions.url ?? '')) {
    throw new RotaError('forbidden', say`Change the password first: POST /api/auth/password.`)
  }
  if (principal.mustEnrol && !WHILE_FACTOR_IS_DUE.has(request.routeOptions.url ?? '')) {
    throw new RotaError(
      'forbidden',
      say`Set up a second factor first: sign in to the page, or POST /api/auth/second-factor.`,
    )
  }
}

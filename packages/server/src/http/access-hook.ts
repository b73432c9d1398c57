import { RotaError, say } from '@rota/core'
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify'
import type { Principal } from '../principal.ts'
import type { RoutePermission } from '../route.ts'
import type { Services } from '../services.ts'
import { sendCookie } from './cookies.ts'

/** What a person who must change the password may still do. */
const WHILE_PASSWORD_IS_DUE = new Set(['/api/auth/me', '/api/auth/password', '/api/auth/logout'])

/** What the access hook needs to know of a route; also the list that tests walk. */
export interface RegisteredRoute {
  method: string
  url: string
  permission: RoutePermission
}

/**
 * Lets a request reach its handler only when its route names a permission and the caller has it. Decides by the
 * matched route, never by the path's text, so that no spelling of a path gets around it. Answers the list of
 * registered routes, which is complete once the server is ready; being ready fails when one names no permission.
 */
export function guardRoutes(app: FastifyInstance, services: Services): RegisteredRoute[] {
  const routes: RegisteredRoute[] = []
  const seen: RouteOptions[] = []
  app.addHook('onRoute', (options) => {
    seen.push(options)
  })
  // Not before: a plug-in's own hooks may still add the permission.
  app.addHook('onReady', async () => {
    for (const { method, url, config } of seen) {
      const { permission } = (config ?? {}) as { permission?: RoutePermission }
      if (permission === undefined) throw new Error(`${method} ${url} names no permission.`)
      for (const name of [method].flat()) routes.push({ method: name, url, permission })
    }
  })
  app.decorateRequest('principal', null)
  // After the rate limit, which counts bad credentials too, and before the body is read.
  app.addHook('preParsing', async (request, reply) => {
    if (request.is404) return
    const permission = request.routeOptions.config.permission
    if (permission === 'public') return
    if (permission === undefined) throw new RotaError('forbidden', say`Nobody may do this.`)
    const principal = await authenticated(request, services)
    request.principal = principal
    app.connections.claim(request.raw.socket, principal.userId)
    const nextCookie = principal.credential.cookie?.next ?? null
    if (nextCookie !== null) {
      sendCookie(request, reply, { value: nextCookie, maxAgeSeconds: services.browserSessions.lifeSeconds })
    }
    authorise(principal, permission, request, services)
  })
  return routes
}

/** The parts of a request that can carry a credential. */
export function presented(request: FastifyRequest) {
  return {
    rawHeaders: request.raw.rawHeaders,
    authorization: request.headers.authorization,
    cookie: request.headers.cookie,
    query: request.query as Record<string, unknown>,
    isSecure: request.protocol === 'https',
    origin: { method: request.method, host: request.host, headers: request.headers },
  }
}

function authenticated(request: FastifyRequest, { authenticator, guesses }: Services): Promise<Principal> {
  const { authorization, cookie } = request.headers
  const identified = authenticator.authenticate(presented(request))
  // Whoever shows nothing guesses nothing.
  if (authorization === undefined && cookie === undefined) return identified
  return identified.catch((error) => guesses.count(error, request.ip))
}

function authorise(principal: Principal, needed: RoutePermission, request: FastifyRequest, services: Services): void {
  if (needed !== 'authenticated' && needed !== 'public' && !principal.permissions.includes(needed)) {
    throw new RotaError('forbidden', say`This needs the permission "${needed}", which ${principal.name} does not have.`)
  }
  // The page always asks for the change; programs may go on unless the configuration says otherwise.
  const isEnforced = services.config.auth.require_password_change || principal.credential.cookie !== undefined
  const isDue = principal.mustChangePassword && isEnforced
  if (isDue && !WHILE_PASSWORD_IS_DUE.has(request.routeOptions.url ?? '')) {
    throw new RotaError('forbidden', say`Change the password first: POST /api/auth/password.`)
  }
}

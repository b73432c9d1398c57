import { randomUUID } from 'node:crypto'
import rateLimit from '@fastify/rate-limit'
import websocket from '@fastify/websocket'
import { RotaError, say } from '@rota/core'
import { AGENT_LIMITS } from '@rota/protocol'
import Fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import type { Logger } from 'pino'
import type { z } from 'zod'
import { addressGroup } from '../address-group.ts'
import { missingOf } from '../givers.ts'
import type { AnyRoute } from '../route.ts'
import type { Services } from '../services.ts'
import { guardRoutes, type RegisteredRoute } from './access-hook.ts'
import { addBodyParser } from './body.ts'
import { Connections } from './connections.ts'
import { addDocs } from './docs.ts'
import { httpServers, refuseBroken } from './http-server.ts'
import { notFoundHandler } from './not-found.ts'
import { declaredStatuses, openapiWhenAsked } from './openapi.ts'
import type { PendingWork } from './pending-work.ts'
import { sendProblem } from './problems.ts'
import { registerRoutes } from './register.ts'
import { RequestLogger } from './request-logger.ts'
import { SECURITY_HEADERS } from './security-headers.ts'
import { SharedCounts } from './shared-counts.ts'
import { trustedProxies } from './trusted-proxies.ts'
import { addWeb } from './web-routes.ts'

export interface App {
  server: FastifyInstance
  /** Everything that listens, documentation included. */
  registered: readonly RegisteredRoute[]
  /** What each endpoint declares about its replies. */
  endpoints: readonly Endpoint[]
  /** The OpenAPI document, made when it is first asked for. */
  document: () => Promise<Record<string, unknown>>
  pending: PendingWork
  connections: Connections
}

export interface Endpoint {
  method: string
  url: string
  statuses: readonly number[]
  reply: z.ZodType | null
}

/** Where nodes connect. */
const socketPaths = (routes: readonly AnyRoute[]) =>
  new Set(routes.filter(({ takesSocket }) => takesSocket !== undefined).map(({ url }) => url))

/** A frame of a node at most; compression would cost memory for each of thousands. */
const SOCKETS = { maxPayload: AGENT_LIMITS.newsFrameBytes, perMessageDeflate: false }

/** Builds the HTTP server around the services; it does not listen yet. */
export async function buildApp(routes: readonly AnyRoute[], services: Services, logger: Logger): Promise<App> {
  const { http } = services.config
  const isProxy = trustedProxies(http.trust_proxy)
  const connections = new Connections(
    connectionLimits(http),
    services.clock,
    (address) => isProxy?.(address, 0) ?? false,
  )
  const server: FastifyInstance = Fastify({
    loggerInstance: logger as FastifyBaseLogger,
    childLoggerFactory: (parent, bindings) => new RequestLogger(parent, bindings),
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'request_id' }),
    bodyLimit: http.body_limit_bytes,
    serverFactory: httpServers(services.config, connections, socketPaths(routes)),
    trustProxy: isProxy ?? false,
    routerOptions: {
      maxParamLength: 300,
      caseSensitive: true,
      ignoreTrailingSlash: false,
      ignoreDuplicateSlashes: false,
    },
    genReqId: (request) => requestId(request.headers['x-request-id']),
    requestIdHeader: false,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    clientErrorHandler: (error, socket) => refuseBroken(error, socket, connections),
    frameworkErrors: (error, request, reply) => sendProblem(error, request, reply as never),
  })
  server.decorate('connections', connections)
  // Before the guard, so that refusals have them too.
  addHeaders(server)
  const registered = guardRoutes(server, services)
  addBodyParser(server)
  server.setErrorHandler((error, request, reply) => answerError(services, error, request, reply))
  server.setNotFoundHandler(notFoundHandler(registered, http.web ? addWeb(server, http) : null))
  addObservers(server, services, logger)
  services.observe(server)
  if (http.rate_limit_per_minute > 0) await addRateLimit(server, services, http.rate_limit_per_minute)
  const document = () => openapiWhenAsked(routes, services.clock)
  let text: Promise<string> | undefined
  server.decorate('openapiText', () => (text ??= document().then((made) => JSON.stringify(made))))
  await server.register(websocket, { options: SOCKETS })
  const pending = registerRoutes(server, routes, services)
  if (http.docs) await addDocs(server, document)
  const endpoints = routes.map((route) => {
    return { method: route.method, url: route.url, statuses: declaredStatuses(route), reply: route.reply }
  })
  return { server, registered, endpoints, document, pending, connections }
}

declare module 'fastify' {
  interface FastifyInstance {
    /** The OpenAPI document as it is sent. */
    openapiText(): Promise<string>
    connections: Connections
  }
}

/** A caller's request id is kept when it is harmless in a log. */
function requestId(given: string | string[] | undefined): string {
  return typeof given === 'string' && /^[\w.:-]{1,100}$/.test(given) ? given : randomUUID()
}

function addHeaders(server: FastifyInstance): void {
  server.addHook('onRequest', (request, reply, done) => {
    reply.headers(SECURITY_HEADERS)
    reply.header('X-Request-Id', request.id)
    reply.header('Cache-Control', 'no-store')
    done()
  })
}

const MINUTE_MS = 60_000

async function addRateLimit(server: FastifyInstance, services: Services, perMinute: number): Promise<void> {
  const { hot, clock } = services
  const counts = new SharedCounts(hot.rateLimits, clock, MINUTE_MS)
  /** As the plugin wants it: one object for all routes. */
  class Store {
    incr(key: string, done: (error: null, result: { current: number; ttl: number }) => void) {
      done(null, counts.add(key))
    }
    child() {
      return this
    }
  }
  await server.register(rateLimit, {
    max: perMinute,
    timeWindow: MINUTE_MS,
    store: Store,
    keyGenerator: (request) => addressGroup(request.ip),
    allowList: (request) => request.routeOptions.config?.isUnlimited === true,
    errorResponseBuilder: (_, { ttl }) =>
      new RotaError('too_many_requests', say`Too many requests; try again in ${Math.ceil(ttl / 1_000)} s.`),
  })
}

function addObservers(server: FastifyInstance, services: Services, logger: Logger): void {
  server.addHook('onResponse', (request, reply, done) => {
    const route = request.is404 ? 'none' : (request.routeOptions.url ?? 'none')
    services.metrics.onRequest(request.method, route, reply.statusCode, reply.elapsedTime / 1_000)
    const isWorthALine = services.config.log.requests || reply.statusCode >= 500
    if (isWorthALine) logRequest(logger, request, reply)
    done()
  })
}

function logRequest(logger: Logger, request: FastifyRequest, reply: FastifyReply): void {
  const entry = {
    request_id: request.id,
    method: request.method,
    path: request.url.split('?')[0],
    status: reply.statusCode,
    ms: Math.round(reply.elapsedTime * 10) / 10,
    address: request.ip,
    caller: request.principal?.name ?? null,
  }
  logger.info(entry, 'request')
}

function connectionLimits(http: Services['config']['http']) {
  return {
    most: http.max_connections,
    mostPerAddress: http.max_connections_per_address,
    mostPerUser: http.max_connections_per_user,
    stallMs: http.write_timeout_seconds * 1_000,
  }
}

/** A refusal for want of a permission says who can grant it, too; without the database it says the rest. */
async function answerError(services: Services, error: unknown, request: FastifyRequest, reply: FastifyReply) {
  const lack = RotaError.is(error) ? (error.lack ?? null) : null
  const { principal } = request
  if (lack === null || principal === null) return sendProblem(error, request, reply)
  const missing = await missingOf(services, principal, lack).catch(() => undefined)
  return sendProblem(error, request, reply, missing)
}

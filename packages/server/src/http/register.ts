import type { WebSocket } from '@fastify/websocket'
import { type Caller, invalid, notFound, RotaError, say, tenantOf } from '@rota/core'
import type { NodeRow } from '@rota/engine'
import { documentErrors, LIMITS, parse, textError } from '@rota/protocol'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { addressGroup } from '../address-group.ts'
import { callerOf, type Principal } from '../principal.ts'
import { type AnyRoute, BODY_LIMITS, type Call, type Route, type RouteNeed } from '../route.ts'
import type { Services } from '../services.ts'
import type { Socket } from '../socket.ts'
import { AnonymousLimits, limitAnonymous } from './anonymous-limits.ts'
import { answerIn, speakerFor } from './in-language.ts'
import { PendingWork } from './pending-work.ts'
import { etag } from './preconditions.ts'
import { queryReader } from './query.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    needs?: RouteNeed
    isUnlimited?: boolean
    takesForm?: boolean
    takesNodeKey?: boolean
    /** Also in its address. */
    takesTenant?: boolean
  }
  interface FastifyRequest {
    principal: Principal | null
    /** The node that asks, by its own key. */
    node: NodeRow | null
  }
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/**
 * Adds routes to the server; answers the work that their handlers have under way. Throws when a route names no
 * need: there is no way to forget it.
 */
export function registerRoutes(app: FastifyInstance, routes: readonly AnyRoute[], services: Services): PendingWork {
  const pending = new PendingWork()
  const anonymous = new AnonymousLimits(services)
  limitAnonymous(app, anonymous)
  for (const route of routes as unknown as Route[]) {
    if (!route.needs) throw new Error(`${route.method} ${route.url} does not say what it needs.`)
    const answer = server(route, services)
    const isHeld = route.needs === 'public' && !route.isUnlimited
    const serve = (request: FastifyRequest, reply: FastifyReply) =>
      isHeld ? anonymous.hold(addressGroup(request.ip), () => answer(request, reply)) : answer(request, reply)
    const largest = services.config.http.body_limit_bytes
    const { takesSocket } = route
    const isStream = route.mediaTypes?.includes('text/event-stream') ?? false
    const takesTenant = route.query instanceof z.ZodObject && 'tenant' in route.query.shape
    app.route({
      method: route.method,
      url: route.url,
      config: {
        needs: route.needs,
        isUnlimited: route.isUnlimited ?? false,
        takesForm: route.takesForm ?? false,
        takesNodeKey: route.takesNodeKey ?? false,
        takesTenant,
      },
      ...(takesSocket && socketOptions((socket, node) => takesSocket(services, socket, node), app)),
      bodyLimit: Math.min(BODY_LIMITS[route.bodySize ?? 'fields'] ?? largest, largest),
      // A stream has no HEAD: it would never end. Nor has a step of a sign-in, which takes place.
      exposeHeadRoute: route.method === 'GET' && route.status !== 302 && !isStream,
      handler: async (request, reply) => {
        pending.begin()
        try {
          return await serve(request, reply)
        } catch (error) {
          throw route.invalidAs === 400 ? asMalformed(error) : error
        } finally {
          pending.end()
        }
      },
    })
  }
  return pending
}

/** Who is let in is known before the connection is one; only nodes keep any. */
function socketOptions(take: (socket: Socket, node: NodeRow) => void, app: FastifyInstance) {
  return {
    preHandler: async (request: FastifyRequest) => {
      if (request.ws && request.node === null) {
        throw new RotaError('forbidden', say`Only a node connects here, by its own key.`)
      }
    },
    wsHandler(socket: WebSocket, request: FastifyRequest) {
      app.connections.keep(request.raw.socket)
      take(socket, request.node!)
    },
  }
}

/** The same refusal with the status that callers of some routes expect. */
function asMalformed(error: unknown): unknown {
  if (!RotaError.is(error) || error.code !== 'invalid') return error
  return new RotaError('malformed', error.message, error.errors)
}

function server(route: Route, services: Services) {
  const readQuery = route.query && queryReader(route.query)
  const status = route.status ?? 200
  const speaker = route.reply && speakerFor(route.reply)
  return async (request: FastifyRequest, reply: FastifyReply) => {
    const call = parseCall({ route, services, readQuery }, request, reply)
    const key = request.headers['idempotency-key']
    let result: unknown
    if (route.isIdempotent && typeof key === 'string') {
      const scope = `${askedBy(call.principal)} ${route.method} ${request.url.split('?')[0]}`
      const keyed = { scope, key, body: request.body }
      const done = await services.requestKeys.run(keyed, status, async () => route.handler(call))
      result = done.reply
      if (done.isReplay) reply.header('Idempotency-Replayed', 'true')
    } else {
      result = await route.handler(call)
    }
    if (reply.sent || result === reply) return reply
    if (speaker === null) return send(route, status, reply, result)
    const language = answerIn(request, reply)
    return send(route, status, reply, language === 'en' ? result : speaker(result, language))
  }
}

function send(route: Route, status: number, reply: FastifyReply, result: unknown): FastifyReply {
  if (route.reply === null && route.mediaTypes === undefined) return reply.code(status).send()
  if (route.hasEtag) reply.header('ETag', etag((result as { version: number }).version))
  if (route.location) reply.header('Location', route.location(result as never))
  // A handler may have set another of the route's statuses.
  if (reply.statusCode === 200) reply.code(status)
  return reply.header('Content-Type', 'application/json; charset=utf-8').send(JSON.stringify(result))
}

type QueryReader = (query: Record<string, unknown>) => Record<string, unknown>

interface Served {
  route: Route
  services: Services
  /** Absent for a route that takes no query. */
  readQuery: QueryReader | undefined
}

function parseCall(
  { route, services, readQuery }: Served,
  request: FastifyRequest,
  reply: FastifyReply,
): Call<unknown, unknown> {
  const params = request.params as Record<string, string>
  if (route.idOf !== undefined && !UUID.test(params.id ?? '')) throw notFound(route.idOf, shown(params.id))
  if (Object.values(params).some((value) => textError(value))) throw notFound('resource', 'of that name')
  const query = parseQuery(route, request.query as Record<string, unknown>, readQuery)
  const body = parseBody(route, request.body)
  const principal = request.principal
  const key = request.headers['idempotency-key']
  return {
    services,
    params,
    query,
    body,
    get principal(): Principal {
      if (principal === null) throw new RotaError('unauthenticated', say`This needs a credential.`)
      return principal
    },
    get caller(): Caller {
      return callerOf(this.principal, request)
    },
    node: request.node,
    idempotencyKey: typeof key === 'string' && principal ? `${askedBy(principal)}:${key}` : undefined,
    request,
    reply,
  }
}

/** Whose keys are apart from those of others: of one account that asks for two tenants, too. */
function askedBy({ userId, scope }: Principal): string {
  const tenantId = tenantOf(scope)
  return tenantId === null ? userId : `${userId}@${tenantId}`
}

function parseQuery(route: Route, query: Record<string, unknown>, read: QueryReader | undefined): unknown {
  const keys = Object.keys(query)
  if (route.query === undefined || read === undefined) {
    if (keys.length > 0)
      throw invalid(keys.slice(0, LIMITS.errors).map((path) => ({ path, message: say`is not known here.` })))
    return undefined
  }
  const errors = documentErrors(query)
  if (errors.length > 0) throw invalid(errors)
  return parse(route.query, read(query))
}

function parseBody(route: Route, body: unknown): unknown {
  if (route.body === undefined) {
    const isEmpty = body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)
    if (!isEmpty) throw invalid([{ path: '', message: say`This request takes no body.` }])
    return undefined
  }
  if (body === undefined && !route.isBodyOptional)
    throw new RotaError('malformed', say`This request needs a JSON body.`)
  const errors = documentErrors(body)
  if (errors.length > 0) throw invalid(errors)
  return route.isBodyRaw ? body : parse(route.body, body ?? {})
}

function shown(id: string | undefined): string {
  return (id ?? '').slice(0, 64).replaceAll(/[^\w.-]/g, '�')
}

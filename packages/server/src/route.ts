import type { Caller, Need } from '@rota/core'
import type { NodeRow } from '@rota/engine'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Principal } from './principal.ts'
import type { Services } from './services.ts'
import type { Socket } from './socket.ts'

/** `public` needs no credential, `authenticated` any valid one. */
export type RouteNeed = Need | 'public' | 'authenticated'

/**
 * Bytes that the body of a request may have, by what it carries. Null: as many as `http.body_limit_bytes` says, which
 * also bounds the others.
 */
export const BODY_LIMITS = { credential: 4_096, fields: 65_536, document: null } as const

/** What a handler gets: parsed input, who asks, and what it may use. */
export interface Call<Query, Body> {
  services: Services
  /** Path parameters; `id` is a UUID wherever the route has `idOf`. */
  params: Record<string, string>
  query: Query
  body: Body
  /** Throws for a public route, which has no caller. */
  principal: Principal
  caller: Caller
  /** The node that asks, by its own key; only where the route takes one, and null for everybody else. */
  node: NodeRow | null
  /** Of the engine, unique per caller; undefined without an Idempotency-Key. */
  idempotencyKey: string | undefined
  request: FastifyRequest
  reply: FastifyReply
}

/** One endpoint, complete: routing, access, documentation and behaviour stand and fall together. */
export interface Route<Query = unknown, Body = unknown> {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** `/api/scheduler/tasks/:id` */
  url: string
  needs: RouteNeed
  tag: string
  summary: string
  description?: string
  /** What `:id` names; anything but a UUID is then answered 404 without asking the engine. */
  idOf?: string
  query?: z.ZodType<Query>
  body?: z.ZodType<Body>
  /** How large the body may be; `fields` where nothing is said. */
  bodySize?: keyof typeof BODY_LIMITS
  /** A request without a body is treated as `{}`. */
  isBodyOptional?: boolean
  /** The handler checks the body itself; the schema only documents it. */
  isBodyRaw?: boolean
  /** A node may ask it by its own key, instead of somebody who has what it needs. */
  takesNodeKey?: boolean
  /** What becomes of a WebSocket that is let in here; without one the handler answers. */
  takesSocket?: (services: Services, socket: Socket, node: NodeRow) => void
  /** Takes a form of a web page or program instead of JSON. */
  takesForm?: boolean
  /** Status of success, default 200. */
  status?: number
  /** Further statuses that carry the same reply. */
  otherStatuses?: readonly number[]
  /** Schema of the reply; null for no content. */
  reply: z.ZodType | null
  /** Media types of a reply that is not JSON. */
  mediaTypes?: readonly string[]
  /** Statuses of errors beside those that every route may answer. */
  errors?: readonly number[]
  /** What callers expect where others answer 422. */
  invalidAs?: 400
  /** Carries the task's version as ETag. */
  hasEtag?: boolean
  /** Accepts If-Match. */
  hasPrecondition?: boolean
  /** May answer 202 with a problem `approval_pending`: it waits for a second person. */
  isApprovable?: boolean
  /** Honours Idempotency-Key; the reply is kept and given again. */
  isIdempotent?: boolean
  /** Where the new thing is, for 201. */
  location?: (reply: never) => string
  /** Not counted by the rate limit. */
  isUnlimited?: boolean
  handler(call: Call<Query, Body>): Promise<unknown> | unknown
}

/** A route of any input, as lists of routes hold it. */
export type AnyRoute = Route<never, never>

/** Infers the types of query and body for the handler. */
export function defineRoute<Query = undefined, Body = undefined>(route: Route<Query, Body>): AnyRoute {
  return route as unknown as AnyRoute
}

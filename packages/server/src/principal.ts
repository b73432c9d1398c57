import {
  type Caller,
  type Grant,
  meets,
  type Need,
  type Rights,
  type Role,
  RotaError,
  type Scope,
  say,
} from '@rota/core'
import type { FastifyRequest } from 'fastify'

/** Who makes a request, and what the credential allows. */
export interface Principal {
  userId: string
  username: string
  /** With the tenant before it, where there is one. */
  signInName: string
  /** The one that it belongs to, or that the token was made for; null above all tenants, of which one may be chosen. */
  tenantId: string | null
  /** Of the account, everywhere; `none` for one that has but what is granted to it in places. */
  role: Role | 'none'
  /** What appears in `created_by` and `requested_by`. */
  name: string
  /** What it sees, and what it may do to that. */
  scope: Scope
  rights: Rights
  /** What it may do besides in some places. */
  grants: readonly Grant[]
  /** From this instant on it holds less; null where nothing of it ends. */
  heldUntil: number | null
  mustChangePassword: boolean
  /** A second factor must be set up before anything else. */
  mustEnrol: boolean
  credential: {
    kind: 'session' | 'token'
    /** Session id or token id. */
    id: string
    expiresAt: number | null
    /** Of a browser's session: the value that the cookie is to have from now on, null when it stays. */
    cookie?: { next: string | null }
    /** Of a token that is not taken from everywhere. */
    isTakenFrom?: (address: string | undefined) => boolean
  }
}

/** Whom the engine acts for: with no more than what the credential allows. */
export function callerOf(principal: Principal, request: FastifyRequest): Caller {
  const { name, userId, scope, rights, grants } = principal
  const { kind, id } = principal.credential
  return { name, userId, requestId: request.id, address: request.ip, credential: { kind, id }, scope, rights, grants }
}

/** Throws `forbidden` for whoever belongs to a tenant: what is told is about all of them. */
export function requireAbove({ tenantId }: Pick<Principal, 'tenantId'>): void {
  if (tenantId !== null)
    throw new RotaError('forbidden', say`This is about all tenants, and is told to those who belong to none.`)
}

/** Throws `forbidden`, which names the permission, when the caller has not what is needed. The only place that asks. */
export function requireNeed(principal: Principal, need: Need): void {
  if (meets(principal, need)) return
  const message = say`This needs the permission "${need.may}", which ${principal.name} does not have.`
  throw new RotaError('forbidden', message, [], need)
}

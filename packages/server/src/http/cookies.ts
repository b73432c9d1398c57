import type { FastifyReply, FastifyRequest } from 'fastify'
import { setFlowCookie } from '../flow-cookie.ts'
import { type CookieChange, setSessionCookie } from '../session-cookie.ts'

/** Lets a reply set the browser's session cookie, or take it away. */
export function sendCookie(request: FastifyRequest, reply: FastifyReply, change: CookieChange): void {
  addCookie(reply, setSessionCookie(change, request.protocol === 'https'))
}

/** Lets a reply set the cookie of a sign-in with a provider; null takes it away. */
export function sendFlowCookie(request: FastifyRequest, reply: FastifyReply, value: string | null): void {
  addCookie(reply, setFlowCookie(value, request.protocol === 'https'))
}

/** A later one of the same name goes in the place of the earlier. */
function addCookie(reply: FastifyReply, cookie: string): void {
  const name = cookie.slice(0, cookie.indexOf('=') + 1)
  const others = [reply.getHeader('set-cookie') ?? []].flat().filter((each) => !String(each).startsWith(name))
  reply.removeHeader('set-cookie')
  reply.header('Set-Cookie', others.length === 0 ? cookie : [...others.map(String), cookie])
}

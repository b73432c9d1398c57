import type { FastifyReply, FastifyRequest } from 'fastify'
import { type CookieChange, setSessionCookie } from '../session-cookie.ts'

/** Lets a reply set the browser's session cookie, or take it away. */
export function sendCookie(request: FastifyRequest, reply: FastifyReply, change: CookieChange): void {
  reply.header('Set-Cookie', setSessionCookie(change, request.protocol === 'https'))
}

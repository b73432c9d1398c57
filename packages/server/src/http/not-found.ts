import { RotaError, say } from '@rota/core'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { RegisteredRoute } from './access-hook.ts'
import { MethodNotAllowed } from './problems.ts'
import type { WebFallback } from './web-routes.ts'

/**
 * Answers requests that no route matches: OPTIONS with the methods there are, a path that has others with 405, a visit
 * of the web interface with its page, else 404.
 */
export function notFoundHandler(routes: readonly RegisteredRoute[], web: WebFallback | null) {
  const patterns = new Map<string, { pattern: RegExp; methods: Set<string> }>()
  const learn = () => {
    for (const { url, method } of routes) {
      const known = patterns.get(url) ?? { pattern: toPattern(url), methods: new Set<string>() }
      patterns.set(url, known)
      known.methods.add(method)
    }
  }
  return async (request: FastifyRequest, reply: FastifyReply) => {
    if (patterns.size === 0) learn()
    const path = request.url.split('?')[0]!
    const methods = [...patterns.values()]
      .filter(({ pattern }) => pattern.test(path))
      .flatMap((known) => [...known.methods])
    const allowed = [...new Set([...methods, 'OPTIONS'])].sort()
    if (methods.length === 0 && (await web?.(request, reply))) return reply
    if (methods.length === 0) throw new RotaError('not_found', say`There is nothing at this path.`)
    reply.header('Allow', allowed.join(', '))
    if (request.method === 'OPTIONS') return reply.code(204).send()
    throw new MethodNotAllowed(request.method, allowed)
  }
}

function toPattern(url: string): RegExp {
  const escaped = url.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/:[A-Za-z]+/g, '[^/]+').replaceAll('\\*', '.*')}$`)
}

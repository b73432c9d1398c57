import type { z } from 'zod'
import type { Server } from '../index.ts'

interface Declared {
  statuses: readonly number[]
  schema: z.ZodType | null
}

/** What the route that serves `url` declares about its replies; undefined when there is none. */
export function declaredStatuses(server: Server, method: string, url: string): Declared | undefined {
  const path = url.split('?')[0]!
  const wanted = method === 'HEAD' ? 'GET' : method
  const matches = server.app.endpoints.filter((endpoint) => {
    return endpoint.method === wanted && toPattern(endpoint.url).test(path)
  })
  // A path without parameters goes before one with them, as in the router.
  const [best] = matches.toSorted((a, b) => Number(a.url.includes(':')) - Number(b.url.includes(':')))
  return best && { statuses: best.statuses, schema: best.reply }
}

function toPattern(url: string): RegExp {
  return new RegExp(`^${url.replaceAll('.', '\\.').replaceAll(/:[A-Za-z]+/g, '[^/]+')}$`)
}

import { type Clock, drafted } from '@rota/core'
import type { Audit } from '@rota/engine'
import type { FastifyInstance } from 'fastify'
import type { Logger } from 'pino'
import { callerOf } from '../principal.ts'

/** Refusals of one account within a minute that the audit tells of; the last of them says that it is. */
const MOST_A_MINUTE = 60
const MINUTE_MS = 60_000
const MOST_ACCOUNTS = 10_000

interface Refused {
  since: number
  told: number
}

/** Has the audit tell whenever somebody who has signed in is refused something. */
export function tellOfRefusals(
  server: FastifyInstance,
  { audit, clock, logger }: { audit: Audit; clock: Clock; logger: Logger },
): void {
  const known = new Map<string, Refused>()

  /** How many have been told of this minute, this one included; counted so that nobody fills the disk by asking. */
  function count(userId: string): number {
    const now = clock.now()
    let one = known.get(userId)
    if (one === undefined || Math.abs(now - one.since) >= MINUTE_MS) {
      if (known.size >= MOST_ACCOUNTS) known.clear()
      one = { since: now, told: 0 }
      known.set(userId, one)
    }
    return ++one.told
  }

  server.addHook('onResponse', (request, reply, done) => {
    const { principal } = request
    done()
    if (reply.statusCode !== 403 || principal === null) return
    const told = count(principal.userId)
    if (told > MOST_A_MINUTE) return
    const name = `${request.method} ${request.routeOptions.url ?? request.url.split('?')[0]}`
    const detail = {
      path: request.url.split('?')[0]!.slice(0, 500),
      ...(told === MOST_A_MINUTE && { last_of_minute: true }),
    }
    const about = { kind: 'request', id: null, name, action: 'refused', outcome: 'refused', detail } as const
    audit.record(drafted(callerOf(principal, request), about, clock.now())).catch((error) => {
      logger.error({ err: error }, 'a refusal could not be written into the audit')
    })
  })
}

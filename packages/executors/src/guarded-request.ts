import { type FieldError, invalid } from '@rota/core'
import { type Hop, type HopResponse, sendHop } from './http-hop.ts'
import { compileHttpOptions, type HttpOptions } from './http-options.ts'

export type GuardedRequest = Pick<Hop, 'url' | 'method' | 'headers' | 'body' | 'signal'>

/**
 * Sends requests of the server itself to addresses that others have chosen, by the rules of HTTP tasks: the host is
 * resolved once, every address is checked, and no redirect is followed. Throws RotaError `invalid` for options that are
 * none; the sender throws what the network throws, and for what may not be reached.
 */
export function createGuardedSender(options: HttpOptions): (request: GuardedRequest) => Promise<HopResponse> {
  const errors: FieldError[] = []
  const compiled = compileHttpOptions(options, errors)
  if (errors.length > 0) throw invalid(errors)
  return (request) => sendHop({ ...request, tls: {}, network: [] }, compiled)
}
